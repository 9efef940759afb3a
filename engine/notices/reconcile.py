"""Sent = delivered, day by day: what left and of what nothing is known to have arrived. A gap that stays is told of.

A message has arrived when its carrier says so, or when its own link was opened; the document it brought, when any way of serving
it has (在线诉讼规则 31). That somebody came to the page of the case by another message says nothing of this one.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from engine import clock
from engine.db import db
from engine.i18n import _
from engine.notices.models import Notice, Serving, ServingAttempt, ServingDay
from engine.workflow import incidents

DAYS = 7  # how long a day's gaps are looked at again
PATIENCE = 2  # days until gaps become an incident
LISTED = 500
WHY = {"queued": _("it never left"), "sent": _("no receipt and not read"), "failed": _("it was refused or had nowhere to go"),
       "unknown": _("whether it left is not known")}


def reconcile() -> list[ServingDay]:
    """Bring the last days up to date, except today, which is not over; open and close their incidents."""
    today = clock.today()
    return [_day(today - timedelta(days=back)) for back in range(DAYS, 0, -1)]


def _day(day: date) -> ServingDay:
    start = datetime.combine(day, time(), clock.SHANGHAI)
    notices = db.session.scalars(select(Notice).where(
        Notice.created_at >= start, Notice.created_at < start + timedelta(days=1), Notice.template != "code",
    ).order_by(Notice.id)).all()
    missing = [notice for notice in notices if notice.delivered_at is None]
    made_up = _made_up(missing)
    gaps = [_gap(notice) for notice in missing if notice.id not in made_up]
    row = db.session.scalar(select(ServingDay).where(ServingDay.day == day)) or ServingDay(day=day)
    row.sent, row.delivered, row.gaps, row.reconciled_at = len(notices), len(notices) - len(gaps), gaps[:LISTED], clock.now()
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
    subject = f"service {row.day.isoformat()}"
    if not count:
        incidents.resolve_subject(subject, "system", "Everything sent on that day has arrived.")
    elif row.day <= clock.today() - timedelta(days=PATIENCE):
        incidents.report(subject, "not_delivered", f"Of {row.sent} messages, {count} are not known to have arrived.")


def days(limit: int = 30) -> list[ServingDay]:
    """The latest days."""
    return list(db.session.scalars(select(ServingDay).order_by(ServingDay.day.desc()).limit(limit)))
