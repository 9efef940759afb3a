"""The standing authority of an institution's people by sum, and the ladder of approvers above it.

An institution that keeps no limit leaves its people as free as their role or power of attorney makes them. One that keeps any is
held to them: who has no limit in force may settle nothing alone. The sums are the institution's own; the law only says that an
agent acts within what was given (Civil Code, Arts. 162, 170: 职务代理; CPL 62).
"""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from engine import clock
from engine.access.models import User
from engine.cases.models import AuthorityLimit, AuthorityRequest
from engine.db import db

HANDLER, AGENT, APPROVER = "handler", "agent", "approver"
MOST_LEVELS = 9


@dataclass(frozen=True)
class Stake:
    """What an act costs an institution: pays or waives, all the agreement moves, duties besides, sums in another currency."""

    concession: Decimal
    total: Decimal
    duties: int = 0
    foreign: bool = False


def every(institution_id: int) -> list[AuthorityLimit]:
    """All versions of an institution's limits, by rung, newest first."""
    return list(db.session.scalars(select(AuthorityLimit).where(AuthorityLimit.institution_id == institution_id).order_by(
        AuthorityLimit.level, AuthorityLimit.version.desc())))


def keeps(institution_id: int | None) -> bool:
    """Does this institution keep limits at all, in force or expired?"""
    return institution_id is not None and db.session.scalar(select(AuthorityLimit.id).where(
        AuthorityLimit.institution_id == institution_id, AuthorityLimit.revoked_at.is_(None)).limit(1)) is not None


def in_force(institution_id: int, category: str) -> list[AuthorityLimit]:
    """What holds today for a kind of dispute: for each holder one version, one made for this kind before a general one."""
    today, found = clock.today(), {}
    rows = [row for row in every(institution_id) if row.holds_on(today) and (not row.categories or category in row.categories)]
    for row in sorted(rows, key=lambda row: (not row.categories, -row.version)):
        found.setdefault((row.level, row.holder, row.user_id if row.level == 0 else None), row)
    return sorted(found.values(), key=lambda row: (row.level, row.user_id is None))


def held_by(institution_id: int, category: str, user_id: int | None, kind: str) -> list[AuthorityLimit]:
    """The limits somebody settles by: their own before that of everybody of their kind; also their rung as an approver."""
    rows = in_force(institution_id, category)
    own = [row for row in rows if row.level == 0 and user_id is not None and row.user_id == user_id]
    general = [row for row in rows if row.level == 0 and row.user_id is None and row.holder == kind]
    return (own or general) + [row for row in rows if row.level and user_id is not None and row.user_id == user_id]


def ladder(institution_id: int, category: str) -> list[AuthorityLimit]:
    """The approvers in force, from the lowest rung."""
    return [row for row in in_force(institution_id, category) if row.level]


def covers(given: AuthorityLimit | AuthorityRequest, stake: Stake) -> bool:
    """Does a limit, or an approval, reach as far as this?"""
    fits = [limit is None or amount <= limit for limit, amount in
            ((given.concession, stake.concession), (given.total, stake.total))]
    if isinstance(given, AuthorityRequest):
        return all(fits) and stake.duties <= given.duties and (given.foreign or not stake.foreign)
    return all(fits) and (given.duties or not stake.duties) and (given.concession is None or not stake.foreign)


def rung_for(institution_id: int, category: str, above: int, asker_id: int | None) -> tuple[AuthorityLimit, User] | None:
    """The next rung and who decides on it: the approver, or the substitute where the approver asks or has left."""
    for row in ladder(institution_id, category):
        person = next((each for each in (row.user, row.substitute) if _may_decide(each, asker_id)), None)
        if row.level > above and person is not None:
            return row, person
    return None


def substitute_of(row: AuthorityLimit, silent_id: int | None, asker_id: int | None) -> User | None:
    """Who decides on a rung in place of the silent approver."""
    person = row.substitute
    return person if _may_decide(person, asker_id) and person.id != silent_id else None


def at(institution_id: int, category: str, level: int) -> AuthorityLimit | None:
    """The rung of a level that is in force."""
    return next((row for row in ladder(institution_id, category) if row.level == level), None)


def _may_decide(person: User | None, asker_id: int | None) -> bool:
    """Nobody approves what they asked for themselves."""
    return person is not None and person.is_active and person.id != asker_id


def requests(case_id: int, institution_id: int) -> list[AuthorityRequest]:
    """What an institution's people asked for in a case, oldest first."""
    return list(db.session.scalars(select(AuthorityRequest).where(
        AuthorityRequest.case_id == case_id, AuthorityRequest.institution_id == institution_id).order_by(AuthorityRequest.id)))


def approved(case_id: int, institution_id: int, stake: Stake) -> AuthorityRequest | None:
    """An approval in this case that reaches as far as this."""
    return next((row for row in reversed(requests(case_id, institution_id))
                 if row.status == "approved" and covers(row, stake)), None)


def asked(case_id: int, institution_id: int) -> AuthorityRequest | None:
    """The request that is waiting for an approver."""
    return next((row for row in reversed(requests(case_id, institution_id)) if row.status == "asked"), None)
