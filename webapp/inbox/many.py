"""Marks on a task, and the same for several tasks at once, with a way back."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases.models import Case
from engine.db import db
from engine.errors import Invalid
from engine.inbox import many, marks, priorities
from engine.inbox.caps import CapReached
from engine.workflow.models import UserTask
from webapp import errors, i18n
from webapp.auditing import leaves_no_note
from webapp.identity import current_actor
from webapp.inbox import words

blueprint = Blueprint("many_tasks", __name__)

UNDO = "undo_tasks"


@blueprint.post("/tasks/<int:task_id>/watch")
def watch(task_id):
    """Keep an eye on it, or no longer."""
    marks.watch(current_actor(), task_id, request.form.get("on") == "1")
    return redirect(url_for("inbox.show", task_id=task_id), 303)


@blueprint.post("/tasks/<int:task_id>/later")
def snooze(task_id):
    """Put it aside until a day, or back."""
    text = request.form.get("until", "")
    try:
        until = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(_("Please give a day as YYYY-MM-DD.")) from error
    try:
        task = marks.snooze(current_actor(), task_id, until)
    except Invalid as refused:
        if refused.problems:
            raise Invalid(" ".join(each["message"] for each in errors.said(refused))) from refused
        raise
    if until is None:
        return redirect(url_for("inbox.show", task_id=task_id), 303)
    flash(_("“%(title)s” comes back on %(day)s.", title=i18n.text_of(task), day=until.isoformat()))
    return redirect(url_for("inbox.index"), 303)


@blueprint.post("/tasks/<int:task_id>/priority")
def prioritise(task_id):
    """Say how urgent it is."""
    try:
        task = priorities.give(current_actor(), task_id, request.form.get("major", ""), request.form.get("minor", ""))
    except Invalid as refused:
        raise Invalid(" ".join(each["message"] for each in errors.said(refused))) from refused
    flash(_("“%(title)s” is %(priority)s now.", title=i18n.text_of(task),
            priority=words.priority(priorities.among([task]).get(task_id))))
    return redirect(url_for("inbox.show", task_id=task_id), 303)


@blueprint.post("/tasks/many")
def act():
    """Claim, give back or hand over what was chosen; then say what worked, and offer the way back."""
    outcome = _act()
    session[UNDO] = outcome.done
    return _told(outcome)


def _act() -> many.Outcome:
    actor, chosen = _worker(), request.form.getlist("task", type=int)
    match request.form.get("verb"):
        case "claim":
            return many.claim(actor, chosen)
        case "release":
            return many.release(actor, chosen)
        case "assign":
            return many.assign(actor, chosen, request.form.get("user", 0, int), request.form.get("over", ""))
        case "spread":
            return many.spread(actor, chosen)
    raise Invalid()


@blueprint.post("/tasks/many/preview")
@leaves_no_note
def preview():
    """What would go, and what would not and why; nothing is done."""
    goes, stays = many.preview(_act)
    full = any(isinstance(error, CapReached) for _task, error in stays)
    cases = _cases([task for task, _holder in goes] + [task for task, _error in stays if task])
    return render_template("inbox/preview.html", goes=goes, stays=stays, full=full, cases=cases, verb=request.form.get("verb"),
                           user=request.form.get("user", 0, int), view=request.form.get("view", ""))


@blueprint.post("/tasks/many/undo")
def undo():
    """Give them back to whoever had them."""
    actor, before = _worker(), session.pop(UNDO, [])
    return _told(many.undo(actor, [tuple(each) for each in before]))


def _cases(tasks: list[UserTask]) -> dict[int, Case]:
    ids = {task.case_id for task in tasks if task.case_id}
    return {row.id: row for row in db.session.scalars(select(Case).where(Case.id.in_(ids)))}


def _worker() -> Actor:
    """Whoever asks, if tasks are theirs to do at all."""
    actor = current_actor()
    require(actor, Permission.USER_TASK_COMPLETE)
    return actor


def _told(outcome: many.Outcome):
    if outcome.done:
        flash(_("Done for %(n)s tasks.", n=len(outcome.done)))
    for task, error in outcome.refused:
        flash(f"{i18n.text_of(task) if task else ''} {i18n.say(error.message, error.details)}".strip(), "error")
    return redirect(url_for("inbox.index", view=request.form.get("view") or None), 303)
