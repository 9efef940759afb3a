"""A term that a case had already and that is armed again goes on where it stood, and does not begin anew.

The mediation term (DOMAIN P4: one parent timer, T06, T07, T08, T06C) runs while the parties are asked and mediate, and over the
drafting of what they agreed on: in the diagrams these are two timers one after the other, in the case one term.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from engine.db import db
from engine.deadlines import terms
from engine.deadlines.models import Deadline, DeadlineStatus
from engine.deadlines.terms import Term

UNNOTICED = timedelta(minutes=1)  # between two timers that follow each other at once
INTERRUPTED = {"reason": "签署因中止、更换调解员或者有人退出而中断，期间不计入", "key": "interrupted",
               "reason_en": "the signing was interrupted (suspension, another mediator, a party's leaving): not counted"}


def earlier(case_id: int, term: Term) -> Deadline | None:
    """The case's term of this kind that ran until now, for terms of which a case has only one.

    It may have been another one of the family: the procedure became known, or changed, meanwhile.
    """
    if not term.family:
        return None
    meant = [one.id for one in terms.family(term.family)]
    return db.session.scalar(
        select(Deadline).where(Deadline.case_id == case_id, Deadline.term.in_(meant)).order_by(Deadline.id.desc()).limit(1))


def gap(row: Deadline, at: datetime) -> tuple[datetime, datetime] | None:
    """From when until when it did not count between its end and its going on; None when it went on at once.

    One that was over is over: only its row's end is carried on.
    """
    stopped = _standing_at_its_end(row) or row.ended_at
    if stopped is None or row.status == DeadlineStatus.MISSED or stopped > row.due_at or at - stopped < UNNOTICED:
        return None
    return stopped, at


def _standing_at_its_end(row: Deadline) -> datetime | None:
    """Since when it stood still when it ended: that time was not yet added to its end. Pauses that overlap were one."""
    if row.ended_at is None:
        return None
    since = row.ended_at
    spans = [(datetime.fromisoformat(pause["from"]), datetime.fromisoformat(pause["to"])) for pause in row.pauses if pause["to"]]
    for begun, until in sorted(spans, key=lambda span: span[1], reverse=True):
        if begun < since and (until > since or until == row.ended_at):
            since = begun
    return since if since < row.ended_at else None


def pauses(row: Deadline, gap: tuple[datetime, datetime] | None) -> list[dict]:
    """What stood still so far, and the gap."""
    if gap is None:
        return list(row.pauses)
    return [*row.pauses, {**INTERRUPTED, "from": gap[0].isoformat(), "to": gap[1].isoformat()}]
