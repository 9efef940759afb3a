"""One answer to several invitations to mediation, for whoever works on an institution's cases: chosen, looked at, given in each.

Every invitation asks one party of one case, and stays a task and a consent of its own: what is chosen for all is only what each
begins with, and each is judged alone. Nothing else is consented to by it; proposals and signatures are asked in their cases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.db import db
from engine.errors import Conflict, DomainError, Invalid
from engine.forms.components import Component
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox import many, tasks, together
from engine.inbox.asking import batch_replying
from engine.inbox.workspace import portfolio
from engine.mediation import declining
from engine.workflow.models import UserTask

TAKE_PART, SUBJECT, E_SERVICE = "yes", "mediation", "e_service"
ANSWER = {
    "key": "answer", "type": "select", "label": "是否参加调解", "label_en": "Does the institution take part?", "required": True,
    "description": "银行保险机构无正当理由不得拒绝参加调解；所选原因由调解组织和监管部门查看、统计。",
    "description_en": "A bank or insurer may not refuse without good reason; the organisation and the regulator see and count "
                      "the reason."}
REASON = {"key": "reason", "type": "textarea", "label": "不参加的说明", "label_en": "Why not, in your own words",
          "max_length": 1000, "show_if": f'answer != "{TAKE_PART}"'}
ELECTRONICALLY = {
    "key": E_SERVICE, "type": "checkbox", "label": "同意以电子方式送达文书（可随时要求纸质文书）",
    "label_en": "I agree to electronic service (paper copies on request at any time)", "show_if": f'answer == "{TAKE_PART}"'}


class NothingToAnswer(Conflict):
    """No invitation waits in this case."""

    message = _("No invitation to mediation is open for your institution in this case.")


class NothingTicked(Invalid):
    """Cases were chosen, but of their invitations none."""

    message = _("Tick the invitations that are to be answered.")


@dataclass(frozen=True)
class Planned:
    """One chosen case before anything is answered: an invitation to one party, or why there is none to answer."""

    entry: portfolio.Entry
    task: UserTask | None = None
    party: Participant | None = None
    why_not: DomainError | None = None


@dataclass(frozen=True)
class Done:
    """What came of one invitation. `answer`: yes, or why not by its code."""

    task: UserTask | None
    entry: portfolio.Entry | None
    answer: str = ""
    refused: DomainError | None = None


def form() -> Form:
    """What is asked once, and may be answered otherwise in each case: whether the institution takes part, and if not, why."""
    answers = [{"value": TAKE_PART, "label": "参加调解", "label_en": "Take part"}]
    answers += [{"value": one.code, "label": f"不参加：{one.zh}", "label_en": f"Do not take part: {one.en}"}
                for one in declining.reasons().values()]
    return Form.from_row({"id": "batch_answer", "title": "批量答复调解邀请", "title_en": "Answer several invitations",
                          "components": [ANSWER | {"values": answers}, REASON, ELECTRONICALLY]})


def plan(actor: Actor, numbers: Sequence[str]) -> list[Planned]:
    """The invitations in the chosen cases, each with what stands in its way. Raises Invalid for none or too many."""
    entries = batch_replying.chosen(actor, numbers)
    return [one for entry in entries for one in _planned(actor, entry)]


def _planned(actor: Actor, entry: portfolio.Entry) -> list[Planned]:
    found = [Planned(entry, task, db.session.get(Participant, task.participant_id), _why_not(actor, task))
             for task in entry.asked if _is_invitation(task)]
    return found or [Planned(entry, why_not=NothingToAnswer())]


def _why_not(actor: Actor, task: UserTask) -> DomainError | None:
    try:
        together.check(actor, task)
    except DomainError as error:
        return error
    return None


def _is_invitation(task: UserTask) -> bool:
    """Whoever is asked to join as a third party consents to mediation too, but is asked for no reason by its code."""
    asked = tasks.form_of(task)
    is_counted = asked is not None and any(one.key == declining.FIELD for one in asked.questions)
    return is_counted and task.participant_id is not None and _question(task, SUBJECT) is not None


def _question(task: UserTask, subject: str) -> Component | None:
    """What the task's form asks about this consent."""
    asked = tasks.form_of(task)
    return next((one for one in asked.questions if one.extra.get("consent") == subject), None) if asked else None


def notes(planned: Sequence[Planned]) -> list[Component]:
    """What the invitations themselves say before they ask, each once."""
    said = [note for one in planned if one.task and not one.why_not
            for note in tasks.form_of(one.task).components if note.type == "note"]
    return list({note.label: note for note in said}.values())


def answer(actor: Actor, numbers: Sequence[str], told: Mapping[int, Mapping]) -> list[Done]:
    """Answer each chosen invitation, by task; one that refuses holds up no other. Raises NothingTicked, Invalid for too many."""
    entries = {entry.case.id: entry for entry in batch_replying.chosen(actor, numbers)}
    if not told:
        raise NothingTicked()

    def one(task_id: int) -> tuple[None, str]:
        task = tasks.lock(actor, task_id)
        if task.case_id not in entries or not _is_invitation(task):
            raise NothingToAnswer()
        together.check(actor, task)
        checked = form().check(told[task_id])  # once they may: what is wrong with an answer would tell that there is a task
        tasks.complete(actor, task_id, _in_words_of(task, checked))
        return None, checked["answer"]

    outcome = many.each(list(told), one)
    of = {task.id: task for task in db.session.scalars(select(UserTask).where(UserTask.id.in_(list(told))))}
    done = [Done(of[task_id], entries.get(of[task_id].case_id), said) for task_id, _before, said in outcome.done]
    return done + [Done(task, task and entries.get(task.case_id), refused=error) for task, error in outcome.refused]


def _in_words_of(task: UserTask, told: Mapping) -> dict:
    """The answer as the invitation's own form asks for it."""
    takes_part = told["answer"] == TAKE_PART
    said = {_question(task, SUBJECT).key: "yes" if takes_part else "no"}
    if not takes_part:
        return said | {declining.FIELD: told["answer"], "reason": told.get("reason") or ""}
    e_service = _question(task, E_SERVICE)
    return said | ({e_service.key: told.get(E_SERVICE)} if e_service else {})
