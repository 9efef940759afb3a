"""Climb an institution's ladder of approvers with one request: ask a rung, note what it said, ask the next, settle it.

Every rung up to the first that reaches far enough has to say yes. A silent approver's substitute is asked next; when nobody on a
rung answers in time the request lapses. Silence is never a yes. With its case a request ends.
"""

from engine import clock
from engine.access.models import User
from engine.cases import limits
from engine.cases.models import AuthorityRequest, Case
from engine.db import db, locked
from engine.errors import Conflict
from engine.i18n import _
from engine.mediation import standing
from engine.workflow import trace

APPROVES, REFUSES, SILENT = "approve", "refuse", "silent"
ENDED = "ended"  # the case is over: there is nothing left to approve


class NotAsked(Conflict):
    message = _("This request for approval is settled already.")


def ask_first(request_id: int) -> User | None:
    """Put a new request to the lowest rung; None when there is nobody (any more): it lapses."""
    row = _open(request_id)
    return _put(row, 0)


def note(request_id: int, answer: str, reason: str) -> User | None:
    """What the rung said, that it was silent, or that the case is over; returns who is asked now, or None when it is settled."""
    row = _open(request_id)
    if answer == ENDED:
        return _settle(row, ENDED)
    row.decisions = [*row.decisions, {
        "level": row.level, "who": row.approver.name if row.approver else "", "answer": answer, "reason": reason.strip()[:1000],
        "at": clock.now().isoformat()}]
    if answer == REFUSES:
        return _settle(row, "refused")
    return _approved(row) if answer == APPROVES else _silent(row)


def _approved(row: AuthorityRequest) -> User | None:
    rung = limits.at(row.institution_id, _category(row), row.level)
    if rung is not None and limits.covers(rung, standing.stake_in_request(row)):
        return _settle(row, "approved")
    return _put(row, row.level)


def _silent(row: AuthorityRequest) -> User | None:
    rung = limits.at(row.institution_id, _category(row), row.level)
    person = limits.substitute_of(rung, row.approver_id, row.asked_by_id) if rung else None
    already = sum(1 for one in row.decisions if one["level"] == row.level and one["answer"] == SILENT)
    if person is None or already > 1:
        return _settle(row, "lapsed")
    row.approver_id = person.id
    return _asked(row, person)


def _put(row: AuthorityRequest, above: int) -> User | None:
    found = limits.rung_for(row.institution_id, _category(row), above, row.asked_by_id)
    if found is None:
        return _settle(row, "lapsed")
    rung, person = found
    row.level, row.approver_id = rung.level, person.id
    return _asked(row, person)


def _asked(row: AuthorityRequest, person: User) -> User:
    db.session.flush()
    db.session.refresh(row)
    return person


def _settle(row: AuthorityRequest, status: str) -> None:
    row.status, row.settled_at = status, clock.now()
    trace.write(None, f"authority_{status}", "system", authority_request=row.id)
    db.session.flush()


def _open(request_id: int) -> AuthorityRequest:
    row = locked(AuthorityRequest, request_id)
    if row.status != "asked":
        raise NotAsked()
    return row


def _category(row: AuthorityRequest) -> str:
    return db.session.get(Case, row.case_id).category
