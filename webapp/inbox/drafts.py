"""Drafts of the staff's tasks: kept while they type, thrown away when they say so."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from engine.inbox import drafts, tasks
from webapp import unfinished
from webapp.auditing import leaves_no_note
from webapp.identity import current_actor

blueprint = Blueprint("task_drafts", __name__)


@blueprint.post("/tasks/<int:task_id>/draft")
@leaves_no_note
def save(task_id):
    """Keep what has been typed so far."""
    return unfinished.save(current_actor(), task_id)


@blueprint.post("/tasks/<int:task_id>/draft/drop")
@leaves_no_note
def drop(task_id):
    """Begin anew."""
    actor = current_actor()
    drafts.drop(actor, tasks.get(actor, task_id).id)
    flash(_("The draft is gone."))
    return redirect(url_for("inbox.show", task_id=task_id), 303)
