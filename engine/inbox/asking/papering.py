"""For a party who cannot answer on line at all: the mediator notes that it signs on paper, in its place."""

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.access.permissions import Permission
from engine.access.policy import may, require
from engine.cases.models import Case
from engine.db import db, locked
from engine.errors import NotFound
from engine.inbox import effects
from engine.workflow import runtime
from engine.workflow.models import Instance, UserTask, WaitStatus

ELEMENT, PROCESS = "sign_agreement", "signing"


def awaited(actor: Actor, case: Case) -> list[Participant]:
    """The people whose electronic signature is awaited; institutions sign by their own log-in."""
    if not may(actor, Permission.AGREEMENT_DRAFT, case):
        return []
    people = (db.session.get(Participant, task.participant_id) for task in _open(case.id))
    return [person for person in people if person.body_id is None]


def choose(actor: Actor, case: Case, participant_id: int) -> UserTask:
    """Note that this party signs on paper: its task is done. Raises NotFound, Forbidden."""
    require(actor, Permission.AGREEMENT_DRAFT, case)
    found = next((task for task in _open(case.id) if task.participant_id == participant_id), None)
    person = db.session.get(Participant, participant_id) if found else None
    if person is None or person.body_id is not None:
        raise NotFound()
    task = locked(UserTask, found.id, inside=Instance)
    runtime.check_open(task)
    runtime.complete_user_task(task, {"answer": "paper"}, by=actor.name)
    return task


def _open(case_id: int) -> list[UserTask]:
    rows = db.session.scalars(select(UserTask).where(
        UserTask.case_id == case_id, UserTask.element == ELEMENT, UserTask.process_key == PROCESS,
        UserTask.status == WaitStatus.OPEN, UserTask.participant_id.is_not(None)).order_by(UserTask.id))
    return [task for task in rows if effects.property_of(task, "signs") == "party"]
