"""From whom a case came to whoever has it now: a mediator who left it, a colleague of the house who handed it over."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.handlers import CaseHandler
from engine.access.models import User
from engine.access.policy import visible
from engine.cases.models import Case, Note
from engine.db import db
from engine.workflow.models import TraceEntry

LEFT = "mediator_released"


@dataclass(frozen=True)
class CameFrom:
    """`by`: who handed it over, where that was not whoever had it; `why`: the reason, as far as the reader may know it."""

    at: datetime
    who: str = ""
    by: str = ""
    why: str = ""
    is_to_me: bool = False


def of_case(actor: Actor, case: Case | None) -> list[CameFrom]:
    """How the case came to its mediator, and to the reader as one of those who handle it for an institution."""
    return [found for found in (_mediator(actor, case), _handler(actor, case)) if found] if case and actor.user_id else []


def _mediator(actor: Actor, case: Case) -> CameFrom | None:
    """The last one who left, as long as somebody else mediates."""
    last = db.session.scalar(select(TraceEntry).where(
        TraceEntry.case_id == case.id, TraceEntry.event == LEFT).order_by(TraceEntry.id.desc()).limit(1))
    who = db.session.get(User, last.detail["user"]) if last is not None and last.detail.get("user") else None
    if who is None or case.mediator_id in (None, who.id):
        return None
    why = db.session.scalar(select(Note).where(Note.id == last.detail.get("noted"), visible(actor, Note)))
    return CameFrom(last.at, who.name, why=why.text if why else "", is_to_me=case.mediator_id == actor.user_id)


def _handler(actor: Actor, case: Case) -> CameFrom | None:
    """What they took themselves came from nobody."""
    mine = db.session.scalar(select(CaseHandler).where(
        CaseHandler.case_id == case.id, CaseHandler.user_id == actor.user_id, CaseHandler.until.is_(None)).order_by(
        CaseHandler.id.desc()).limit(1))
    if mine is None or mine.begun_by_id in (None, actor.user_id):
        return None
    before = db.session.scalar(select(CaseHandler).where(
        CaseHandler.case_id == case.id, CaseHandler.body_id == mine.body_id, CaseHandler.user_id != actor.user_id,
        CaseHandler.until == mine.since).order_by(CaseHandler.id.desc()).limit(1))
    by = db.session.get(User, mine.begun_by_id).name
    return CameFrom(mine.since, before.user.name if before else "", by, is_to_me=True)
