"""The sessions that somebody of the staff takes part in: those to come, and which of them come too close to one another."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from engine import clock
from engine.access.actor import Actor
from engine.access.permissions import ROLE_PERMISSIONS, Permission
from engine.access.policy import related_by, require
from engine.cases.models import Case
from engine.clock import SHANGHAI
from engine.db import db
from engine.mediation.models import MediationSession, SessionStatus

DAYS, MOST = 28, 500
LASTS, BETWEEN = timedelta(hours=1), timedelta(minutes=10)  # what a session is reckoned to take, and what lies before the next


@dataclass(frozen=True)
class Appointment:
    """A session of a case. `near`: other cases whose sessions begin before this one is over, or end too shortly before it."""

    session: MediationSession
    case: Case
    near: tuple[Case, ...] = ()


def of(actor: Actor, begin: date, days: int = DAYS) -> list[Appointment]:
    """What is planned or under way from a day on, for so many days, in the order of time."""
    require(actor, Permission.SESSION_JOIN)
    first = datetime.combine(begin, time(), SHANGHAI)
    rows = db.session.execute(select(MediationSession, Case).join(Case, Case.id == MediationSession.case_id).where(
        MediationSession.status.in_((SessionStatus.PLANNED, SessionStatus.OPEN)), _takes_part(actor),
        or_(func.coalesce(MediationSession.open_until, MediationSession.planned_at) >= first,
            *([MediationSession.status == SessionStatus.OPEN] if begin <= clock.today() else [])),
        MediationSession.planned_at < first + timedelta(days=days),
    ).order_by(MediationSession.planned_at, MediationSession.id).limit(MOST)).all()
    return [Appointment(session, case, _near(session, rows)) for session, case in rows]


def _takes_part(actor: Actor) -> ColumnElement[bool]:
    """By a role that joins sessions."""
    roles = [role for role in actor.roles if Permission.SESSION_JOIN in ROLE_PERMISSIONS.get(role, ())]
    return or_(*(related_by(actor, role, Case.id) for role in roles))


def _near(one: MediationSession, rows) -> tuple[Case, ...]:
    """At separate times each side comes when it suits, which is in nobody's way."""
    return tuple(case for session, case in rows
                 if session is not one and not {session.mode, one.mode} & {"separate"}
                 and abs(session.planned_at - one.planned_at) < LASTS + BETWEEN)
