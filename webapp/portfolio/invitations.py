"""One answer to several invitations to mediation: written, looked at case by case, given; then what came of each."""

from flask import render_template, request

from engine.db import start_over
from engine.errors import Invalid
from engine.forms import flat
from engine.inbox.asking import batch_answering
from webapp.app import only_reads
from webapp.asking import Asking
from webapp.identity import current_actor
from webapp.portfolio.routes import blueprint, why

LONGEST = 1001  # one more than the form takes, so that it says so itself


@blueprint.post("/invitations/look")
@only_reads
def look_at_invitations():
    """What is answered everywhere, then each invitation with what it would be told; nothing is done."""
    form, step = batch_answering.form(), request.form.get("step", "")
    asking = Asking.sent(form, {}, request.form) if step else Asking.fresh(form, {})
    if step != "look":
        return _page(asking)
    try:
        return _page(asking, told=form.check(flat.gather(form, dict(request.form.lists()))))
    except Invalid as refused:
        return _page(asking.refused(refused), 422)


@blueprint.post("/invitations")
def answer():
    """Give each chosen invitation its own answer."""
    actor, told = current_actor(), {task_id: _told(task_id) for task_id in request.form.getlist("chosen", type=int)}
    try:
        done = batch_answering.answer(actor, request.form.getlist("number"), told)
    except Invalid:
        start_over()
        return _page(Asking.sent(batch_answering.form(), {}, request.form), 422, nothing=True)
    return render_template("portfolio/answered.html", done=done, why=why, answers=_answers())


def _told(task_id: int) -> dict:
    """What the page says to one invitation."""
    return {"answer": request.form.get(f"answer-{task_id}", ""), "reason": request.form.get(f"reason-{task_id}", "")[:LONGEST],
            batch_answering.E_SERVICE: request.form.get(f"e_service-{task_id}", "")}


def _answers() -> dict:
    """The answers to choose from, by value."""
    [question] = [one for one in batch_answering.form().questions if one.key == "answer"]
    return {one.value: one for one in question.values}


def _page(asking: Asking, status: int = 200, told: dict | None = None, nothing: bool = False):
    planned = batch_answering.plan(current_actor(), request.form.getlist("number"))
    return render_template(
        "portfolio/answer.html", planned=planned, asking=asking, told=told, answers=_answers(), nothing=nothing,
        notes=batch_answering.notes(planned), typed=request.form), status
