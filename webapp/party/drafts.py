"""Drafts of a party's answers: kept while they type, thrown away when they say so."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from engine.inbox import drafts, tasks
from webapp import unfinished
from webapp.auditing import leaves_no_note
from webapp.party.entering import visitor

blueprint = Blueprint("party_drafts", __name__)


@blueprint.post("/<token>/tasks/<int:task_id>/draft")
@leaves_no_note
def save(token, task_id):
    """Keep what has been typed so far."""
    return unfinished.save(visitor(token).actor, task_id)


@blueprint.post("/<token>/tasks/<int:task_id>/draft/drop")
@leaves_no_note
def drop(token, task_id):
    """Begin anew."""
    actor = visitor(token).actor
    drafts.drop(actor, tasks.get(actor, task_id).id)
    flash(_("The draft is gone."))
    return redirect(url_for("party.task", token=token, task_id=task_id), 303)
