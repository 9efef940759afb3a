"""Lend a task to a colleague, and have it back."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from engine.inbox import tasks
from engine.inbox.sharing import lending
from webapp import i18n
from webapp.identity import current_actor
from webapp.inbox import undoing

blueprint = Blueprint("lending", __name__)


@blueprint.post("/tasks/<int:task_id>/lend")
def lend(task_id):
    task = undoing.do(current_actor(), "lend", task_id, user=request.form.get("user", 0, int), note=request.form.get("note", ""))
    flash(_("%(who)s has “%(title)s” for now; you find it under “Lent”.", who=tasks.holder(task), title=i18n.text_of(task)))
    return redirect(url_for("inbox.show", task_id=task.id), 303)


@blueprint.post("/tasks/<int:task_id>/take-back")
def take_back(task_id):
    task = lending.take_back(current_actor(), task_id)
    flash(_("You have “%(title)s” again.", title=i18n.text_of(task)))
    return redirect(url_for("inbox.show", task_id=task.id), 303)
