"""What was performed on the spot, and whether everybody has said so (CPL 101; CPL-Interp 151).

The mediator's word alone ends nothing: the parties sign the record at a meeting on site, or each of them confirms it on line.
"""

from collections.abc import Sequence

from sqlalchemy import func, select

from engine.cases.models import Case
from engine.db import db
from engine.workflow.models import UserTask, WaitStatus

RECORDED, ASKED, ANSWER = ("hold_session", "plan_session"), "confirm_spot", "spot"


def record(case_id: int) -> UserTask | None:
    """The mediator's latest word on what was performed: the task whose answers say it, or None."""
    told = db.session.scalar(select(UserTask).where(
        UserTask.case_id == case_id, UserTask.element.in_(RECORDED), UserTask.status == WaitStatus.DONE
    ).order_by(UserTask.id.desc()).limit(1))
    return told if told is not None and (told.answers or {}).get("result") == "performed" else None


def asked(case_id: int) -> Sequence[UserTask]:
    """The questions put to the parties since the mediator last planned or held a meeting, oldest first.

    When the term interrupts them and they are put again, both rows of a party are there.
    """
    last = select(func.max(UserTask.id)).where(UserTask.case_id == case_id, UserTask.element.in_(RECORDED)).scalar_subquery()
    return db.session.scalars(select(UserTask).where(
        UserTask.case_id == case_id, UserTask.element == ASKED, UserTask.id > last).order_by(UserTask.id)).all()


def confirmed(case_id: int) -> list[UserTask]:
    """The answers by which parties confirmed it."""
    return [task for task in asked(case_id) if task.status == WaitStatus.DONE and (task.answers or {}).get(ANSWER) == "yes"]


def still_open(case: Case, parties: list[dict]) -> dict:
    """Who has not answered yet whether it was performed, and since when they are asked; empty when nobody is being asked."""
    rows = asked(case.id) if case.stage == "mediating" else ()
    done = {task.participant_id: (task.answers or {}).get(ANSWER) for task in rows if task.status == WaitStatus.DONE}
    missing = [party for party in parties if party["id"] not in done]
    if not rows or not missing or set(done.values()) - {"yes"}:
        return {}
    return {"since": rows[0].opened_at.isoformat(), "parties": missing}
