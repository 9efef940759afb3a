"""Marks on a task, and the same for several tasks at once, with a way back."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from engine.cases.models import Case
from engine.db import db
from engine.errors import Invalid, NotFound
from engine.forms import flat
from engine.forms.form import AnswersRefused
from engine.inbox import batches, many, tasks, together, verbs
from engine.inbox.lists import marks
from engine.inbox.sharing import priorities
from engine.inbox.sharing.caps import CapReached
from engine.workflow.models import UserTask
from webapp import errors, i18n
from webapp.asking import Asking
from webapp.auditing import leaves_no_note
from webapp.identity import current_actor
from webapp.inbox import lists, undoing, words
from webapp.inbox.lists import worker

blueprint = Blueprint("many_tasks", __name__)


@blueprint.post("/tasks/<int:task_id>/watch")
def watch(task_id):
    """Keep an eye on it, or no longer."""
    marks.watch(current_actor(), task_id, request.form.get("on") == "1")
    return redirect(url_for("inbox.show", task_id=task_id), 303)


@blueprint.post("/tasks/<int:task_id>/label")
def label(task_id):
    """Give it a word of one's own, or none."""
    undoing.do(current_actor(), "label", task_id, word=request.form.get("word", ""))
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
        task = undoing.do(current_actor(), "later", task_id, until=until and until.isoformat())
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
        task = undoing.do(current_actor(), "prioritise", task_id, major=request.form.get("major", ""),
                          minor=request.form.get("minor", ""))
    except Invalid as refused:
        raise Invalid(" ".join(each["message"] for each in errors.said(refused))) from refused
    flash(_("“%(title)s” is %(priority)s now.", title=i18n.text_of(task),
            priority=words.priority(priorities.among([task]).get(task_id))))
    return redirect(url_for("inbox.show", task_id=task_id), 303)


@blueprint.post("/tasks/many")
def act():
    """Do it with what was chosen, say what worked and offer the way back; what a whole list means is done one after another."""
    if request.form.get("all"):
        actor = worker()
        batch = batches.begin(actor, *_asked(), lists.wanted_by(actor, request.form))
        return redirect(url_for("task_batches.show", batch_id=batch.id), 303)
    actor, (verb, told) = worker(), _asked()
    outcome = many.do(actor, verb, request.form.getlist("task", type=int), **told)
    undoing.offer(verb, outcome.done)
    return _told(outcome)


def _asked() -> tuple[str, dict]:
    """What is to be done, and what belongs to it."""
    form = request.form
    match verb := form.get("verb", ""):
        case "assign":
            reasons = {name: form.get(name, "")[:200] for name in ("over", "reason")}
            return verb, {"user": form.get("user", 0, int), **reasons}
        case "release":
            return verb, {"reason": form.get("reason", "")[:200]}
        case "lend":
            return verb, {"user": form.get("borrower", 0, int), "note": form.get("note", "")[:200]}
        case "prioritise":
            return verb, {"major": form.get("major", ""), "minor": form.get("minor", "")[:8]}
    return verb, {}


@blueprint.post("/tasks/many/preview")
@leaves_no_note
def preview():
    """What would go, and what would not and why; nothing is done."""
    if request.form.get("verb") == "complete":
        return _together(worker(), request.form.getlist("task", type=int))
    actor, (verb, told), is_all, more = worker(), _asked(), request.form.get("all"), 0
    verbs.get(verb)
    question = {}
    if is_all:
        wanted = lists.wanted_by(actor, request.form)
        goes, stays, more = batches.preview(actor, verb, told, wanted)
        question = wanted.told()
    else:
        goes, stays = many.preview(actor, verb, request.form.getlist("task", type=int), told)
    full = any(isinstance(error, CapReached) for _task, error in stays)
    cases = _cases([task for task, _holder in goes] + [task for task, _error in stays if task])
    return render_template(
        "inbox/preview.html", goes=goes, stays=stays, full=full and verb == "assign", cases=cases, verb=verb, more=more,
        is_all=is_all, question=question, view=request.form.get("view", ""),
        told={name: request.form[name] for name in ("user", "borrower", "note", "major", "minor") if name in request.form})


@blueprint.post("/tasks/many/complete")
def complete():
    """Hand one set of answers in for all that were chosen; it cannot be taken back."""
    actor, ids = worker(), request.form.getlist("task", type=int)
    found, form = together.chosen(actor, ids)
    try:
        outcome = together.complete(actor, ids, flat.gather(form, dict(request.form.lists())))
    except AnswersRefused as refused:
        return _together(actor, ids, Asking.sent(form, found[0].data, request.form).refused(refused)), 422
    undoing.forget()
    return _told(outcome)


def _together(actor, ids: list[int], asking: Asking | None = None):
    """The questions once, over the tasks that they are answered for."""
    found, form = together.chosen(actor, ids)
    goes, stays = together.look(actor, found)
    return render_template("inbox/together.html", goes=goes, stays=stays, asking=asking or Asking.fresh(form, found[0].data),
                           cases=_cases(found), kind=found[0], view=request.form.get("view", ""))


@blueprint.post("/tasks/many/undo")
def undo():
    """Give them back to whoever had them, or say again what was said of them."""
    actor, before = worker(), undoing.take()
    outcome = many.undo(actor, before["verb"], [tuple(each) for each in before["done"]])
    return _told(outcome, _still_seen(actor, request.form.get("here", type=int)))


def _still_seen(actor, task_id: int | None) -> int | None:
    """The task from whose page it was asked, while it is the actor's to see."""
    try:
        return tasks.get(actor, task_id).id if task_id else None
    except NotFound:
        return None


def _cases(tasks: list[UserTask]) -> dict[int, Case]:
    ids = {task.case_id for task in tasks if task.case_id}
    return {row.id: row for row in db.session.scalars(select(Case).where(Case.id.in_(ids)))}


def _told(outcome: many.Outcome, task_id: int | None = None):
    if outcome.done:
        flash(_("Done for %(n)s tasks.", n=len(outcome.done)))
    for task, error in outcome.refused:
        flash(f"{i18n.text_of(task) if task else ''} {i18n.say(error.message, error.details)}".strip(), "error")
    place = url_for("inbox.index", view=request.form.get("view") or None)
    return redirect(url_for("inbox.show", task_id=task_id) if task_id else place, 303)
