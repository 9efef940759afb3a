"""Somebody opens unusually many cases, or parties' data one after another: an incident tells those who watch over it.

What counts is what the audit has written down; nobody is kept from their work by it, and a person decides what it means. The
incident names an account, no case and no party.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import distinct, func, or_, select

from engine import clock
from engine.access.models import User
from engine.audit.models import AuditEntry
from engine.db import db, transaction
from engine.workflow import incidents
from engine.workflow.models import Incident

WITHIN = timedelta(hours=1)
REVEAL = "revealing.show"  # the door's name for it (webapp/audit/actions.py)
CASES, REVEALED = 100, 20  # different cases opened, parties' data seen in full, by one account within the hour
MOST = 50


def look() -> int:
    """Open the missing incidents; returns how many."""
    with transaction(door="sentinel"):
        since = clock.now() - WITHIN
        return (_tell("many_cases_opened", "%s opened %s different cases within an hour.", _opened(since), since)
                + _tell("many_revealed", "%s saw the data of %s parties in full within an hour.", _revealed(since), since))


def _tell(kind: str, detail: str, found: Iterable, since) -> int:
    """Once for each account and hour: what was looked into is not told again for the same openings."""
    told = 0
    for user_id, login, number in found:
        subject = f"account {user_id}"
        known = select(Incident.id).where(Incident.subject == subject, Incident.kind == kind, or_(
            Incident.resolved_at.is_(None), Incident.opened_at > since)).limit(1)
        if db.session.scalar(known) is None:
            incidents.report(subject, kind, detail % (login, number))
            told += 1
    return told


def _opened(since) -> Iterable:
    return _among(AuditEntry.case_id, since, AuditEntry.outcome == "opened", AuditEntry.case_id.is_not(None))


def _revealed(since) -> Iterable:
    return _among(AuditEntry.object_id, since, AuditEntry.action == REVEAL, AuditEntry.outcome == "done", least=REVEALED)


def _among(what, since, *conditions, least: int = CASES) -> Iterable:
    """Accounts with at least so many different ones since then, and how many."""
    number = func.count(distinct(what))
    return db.session.execute(select(User.id, User.login, number).join(User, User.id == AuditEntry.actor_id).where(
        AuditEntry.actor_kind == "user", AuditEntry.at > since, *conditions,
    ).group_by(User.id, User.login).having(number >= least).order_by(User.id).limit(MOST)).all()
