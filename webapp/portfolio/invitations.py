"""One answer to several invitations to mediation: written, looked at case by case, given; then what came of each.

What was written for single invitations stays, whichever way the page is left and shown again: the fields of each carry its task's
number (`answer-12`), `offered` says whose fields were on the page, `chosen` and `left` which of them are ticked and not.
"""

from collections.abc import Mapping, Sequence

from flask import render_template, request

from engine.db import start_over
from engine.errors import Invalid
from engine.forms import flat
from engine.forms.form import AnswersRefused
from engine.inbox.asking import batch_answering
from webapp import i18n
from webapp.app import only_reads
from webapp.asking import Asking
from webapp.identity import current_actor
from webapp.portfolio.routes import blueprint, why

QUESTIONS = ("answer", "reason", batch_answering.E_SERVICE)
LONGEST = 1001  # one more than the form takes, so that it says so itself


@blueprint.post("/invitations/look")
@only_reads
def look_at_invitations():
    """What is answered everywhere, then each invitation with what it would be told; nothing is done."""
    form, step = batch_answering.form(), request.form.get("step", "")
    if step == "look":
        return _looked_at()
    return _page(Asking.sent(form, {}, request.form) if step else Asking.fresh(form, {}))


@blueprint.post("/invitations")
def answer():
    """Give each chosen invitation its own answer."""
    told = {task_id: dict.fromkeys(QUESTIONS, "") | _written(task_id) for task_id in _ids("chosen")}
    try:
        done = batch_answering.answer(current_actor(), request.form.getlist("number"), told)
    except Invalid as refused:
        start_over()
        return _looked_at(422, i18n.say(refused.message, refused.details))
    return render_template("portfolio/answered.html", done=done, why=why, answers=_answers())


def _looked_at(status: int = 200, wrong: str = ""):
    """Each invitation with what it would be told; or again what is answered everywhere, when that is no answer."""
    form = batch_answering.form()
    asking = Asking.sent(form, {}, request.form)
    try:
        return _page(asking, status, form.check(flat.gather(form, dict(request.form.lists()))), wrong)
    except AnswersRefused as refused:
        return _page(asking.refused(refused), 422, wrong=wrong)


def _page(asking: Asking, status: int = 200, told: dict | None = None, wrong: str = ""):
    planned = batch_answering.plan(current_actor(), request.form.getlist("number"))
    open_ones = [one.task.id for one in planned if one.task and not one.why_not]
    return render_template(
        "portfolio/answer.html", planned=planned, asking=asking, told=told, answers=_answers(), wrong=wrong,
        notes=batch_answering.notes(planned), own={task_id: _own(task_id, told) for task_id in open_ones} if told else {},
        kept=[] if told else _kept(open_ones)), status


def _own(task_id: int, told: Mapping) -> dict:
    """What stands in the fields of one invitation: what was written there, else what is answered everywhere."""
    return {**told, "is_ticked": task_id not in _left(), **_written(task_id)}


def _kept(task_ids: Sequence[int]) -> list[tuple[str, str]]:
    """What the page that asks for all of them carries along of single ones: what was written otherwise there."""
    offered = _ids("offered")
    fields = [(f"{name}-{task_id}", value) for task_id in task_ids for name, value in _written(task_id).items()
              if task_id not in offered or value.split() != request.form.get(name, "").split()]
    return fields + [("left", str(task_id)) for task_id in task_ids if task_id in _left()]


def _written(task_id: int) -> dict[str, str]:
    """What was sent for one invitation, by question; a box that was on the page and is not sent was left empty."""
    was_offered = task_id in _ids("offered")
    return {name: request.form.get(f"{name}-{task_id}", "")[:LONGEST] for name in QUESTIONS
            if was_offered or f"{name}-{task_id}" in request.form}


def _left() -> set[int]:
    """The invitations that are not to be answered."""
    return _ids("left") | _ids("offered") - _ids("chosen")


def _ids(name: str) -> set[int]:
    return set(request.form.getlist(name, type=int))


def _answers() -> dict:
    """The answers to choose from, by value."""
    [question] = [one for one in batch_answering.form().questions if one.key == "answer"]
    return {one.value: one for one in question.values}
