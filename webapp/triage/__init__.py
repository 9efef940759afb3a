"""The office's pool of cases without a mediator."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.db import start_over
from engine.errors import Conflict, Invalid
from engine.inbox import needs, triage
from engine.inbox.tasks import TaskNotYours
from engine.workflow.incidents import ProcessFailed
from webapp import i18n
from webapp.identity import current_actor

blueprint = Blueprint("triage", __name__)


@blueprint.get("/")
def index():
    """What came in, what to decide next, who would fit."""
    return render_template("triage/index.html", pool=triage.of(current_actor()), need=need)


def need(key: str) -> str:
    """The help a party needs, in words."""
    zh, en = needs.WORDS.get(key, (key, key))
    return en if i18n.language() == "en" else zh


@blueprint.post("/tasks/<int:task_id>")
def assign(task_id):
    """Give the case to one of the fittest; what takes more than a click goes on on the task's own page."""
    try:
        task = triage.assign(current_actor(), task_id, request.form.get("candidate", ""))
    except ProcessFailed:
        raise
    except (Invalid, Conflict, TaskNotYours) as refused:
        start_over()
        is_more = isinstance(refused, Invalid)
        flash(_("This takes more than a choice: please fill in the task.") if is_more else i18n.say(
            refused.message, refused.details), "error")
        return redirect(url_for("inbox.show", task_id=task_id), 303)
    flash(_("“%(title)s” is done.", title=i18n.text_of(task)))
    return redirect(url_for("triage.index"), 303)
