"""Sent = delivered, day by day: what left and of what nothing is known to have arrived. A gap that stays is told of.

A message has arrived when its carrier says so, or when its own link was opened; the document it brought, when any way of serving
it has (在线诉讼规则 31). That somebody came to the page of the case by another message says nothing of this one. Plain mail
reports nothing: what nobody opened stays a gap until somebody settles it with a reason, which is counted apart from arrivals.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from engine import clock
from engine.db import db
from engine.errors import Conflict
from engine.i18n import _
from engine.notices.models import Notice, Serving, ServingAttempt, ServingDay
from engine.workflow import incidents, trace
from engine.workflow.models import Incident

SUBJECT, KIND = "service ", "not_delivered"
DAYS = 7  # how long a day's gaps are looked at again
PATIENCE = 2  # days until gaps become an incident
LISTED = 500
WHY = {"queued": _("it never left"), "sent": _("no receipt and not read"), "failed": _("it was refused or had nowhere to go"),
       "unknown": _("whether it left is not known")}


class NotAGap(Conflict):
    """The message has arrived, or somebody has settled it."""

    message = _("This message is not a gap any more.")


def reconcile() -> list[ServingDay]:
    """Bring the last days up to date, except today, which is not over, and earlier ones that are still told of; open and close
    their incidents."""
    today = clock.today()
    lately = {today - timedelta(days=back) for back in range(DAYS, 0, -1)}
    return [_day(day) for day in sorted(lately | set(told_of()))]


def told_of() -> list[date]:
    """The days whose gaps are an open incident."""
    subjects = db.session.scalars(select(Incident.subject).where(Incident.kind == KIND, Incident.resolved_at.is_(None)))
    return [date.fromisoformat(subject.removeprefix(SUBJECT)) for subject in subjects]


def settle(notice: Notice, how: str, by: str) -> ServingDay:
    """Somebody made sure by another way that the message is known, or says why nothing more is needed. Raises NotAGap."""
    if notice.delivered_at is not None or notice.settled_at is not None:
        raise NotAGap()
    notice.settled_at, notice.settled_by, notice.settled_how = clock.now(), by[:200], how.strip()[:500]
    trace.write(None, "gap_settled", by, note=notice.settled_how, case_id=notice.case_id, participant=notice.participant_id)
    db.session.flush()
    return _day(notice.created_at.astimezone(clock.SHANGHAI).date())


def _day(day: date) -> ServingDay:
    start = datetime.combine(day, time(), clock.SHANGHAI)
    notices = db.session.scalars(select(Notice).where(
        Notice.created_at >= start, Notice.created_at < start + timedelta(days=1), Notice.template != "code",
    ).order_by(Notice.id)).all()
    missing = [notice for notice in notices if notice.delivered_at is None]
    made_up = _made_up(missing)
    missing = [notice for notice in missing if notice.id not in made_up]
    gaps = [_gap(notice) for notice in missing if notice.settled_at is None]
    row = db.session.scalar(select(ServingDay).where(ServingDay.day == day)) or ServingDay(day=day)
    row.sent, row.delivered, row.settled = len(notices), len(notices) - len(missing), len(missing) - len(gaps)
    row.gaps, row.reconciled_at = gaps[:LISTED], clock.now()
    db.session.add(row)
    db.session.flush()
    _tell(row, len(gaps))
    return row


def _made_up(missing: list[Notice]) -> set[int]:
    """Whose document has been served by another rung: the first way that arrives counts (在线诉讼规则 31)."""
    return set(db.session.scalars(select(ServingAttempt.notice_id).join(Serving, ServingAttempt.serving_id == Serving.id).where(
        ServingAttempt.notice_id.in_([notice.id for notice in missing]), Serving.status == "served")))


def _gap(notice: Notice) -> dict:
    return {"notice": notice.id, "case": notice.case_id, "participant": notice.participant_id, "channel": notice.channel,
            "why": WHY.get(notice.status, WHY["sent"])}


def _tell(row: ServingDay, count: int) -> None:
    subject = f"{SUBJECT}{row.day.isoformat()}"
    if not count:
        incidents.resolve_subject(subject, "system", "Everything sent on that day has arrived.")
    elif row.day <= clock.today() - timedelta(days=PATIENCE):
        incidents.report(subject, KIND, f"Of {row.sent} messages, {count} are not known to have arrived.")


def days(limit: int = 30) -> list[ServingDay]:
    """The latest days."""
    return list(db.session.scalars(select(ServingDay).order_by(ServingDay.day.desc()).limit(limit)))
