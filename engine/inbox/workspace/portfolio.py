"""The cases somebody handles for an institution: where each stands, its clock, who has it, the sums; how they ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import selectinload

from engine import clock, reading
from engine.access import handlers as case_handlers
from engine.access.actor import Actor
from engine.access.handlers import CaseHandler
from engine.access.models import Participant, User
from engine.access.permissions import ROLE_PERMISSIONS, Permission
from engine.access.policy import related_by, require
from engine.cases.models import Case
from engine.clock import SHANGHAI
from engine.db import db
from engine.deadlines.models import Deadline
from engine.inbox import many
from engine.inbox.lists import finding
from engine.inbox.sharing import handling
from engine.inbox.workspace import desk, internal
from engine.mediation import declining
from engine.mediation.declining import Reason
from engine.mediation.models import ClaimReply, Consent
from engine.workflow.models import UserTask, WaitStatus

PAGE = 50
GROUPS = {"stage": Case.stage, "cause": Case.cause, "organisation": Case.organisation_id}
STILL = ("running", "paused")


@dataclass(frozen=True)
class Wanted:
    """Which cases of the portfolio are asked for, and in which order."""

    text: str = ""
    stage: str = ""
    outcome: str = ""
    state: str = ""  # open, closed
    due: str = ""  # late, week
    handler: str = ""  # a user's id
    least: Decimal | None = None
    most: Decimal | None = None
    since: date | None = None
    until: date | None = None
    sort: str = "received"  # received, due, amount
    by: str = ""  # in groups: stage, cause, organisation
    cause: str = ""
    organisation: str = ""  # a body's id
    waits: str = ""  # us: something is asked of the institution now


@dataclass(frozen=True)
class Entry:
    """One case of the portfolio."""

    case: Case
    clock: desk.Next | None
    handlers: list[str]  # who of the house handles it
    others: list[Participant]  # against whom or beside whom
    replied: bool  # has the institution said something to the claims?
    declined: Reason | None
    asked: list[UserTask]  # what the case asks of the institution now


@dataclass
class Count:
    """How many, and for how much."""

    cases: int = 0
    amount: Decimal = Decimal(0)
    settled: Decimal = Decimal(0)


@dataclass(frozen=True)
class Overview:
    """The cases together: by outcome ("" is: not yet concluded), all, and why the institution did not take part."""

    by_outcome: Mapping[str, Count]
    total: Count
    declined: Mapping[str, int] = field(default_factory=dict)


def bodies(actor: Actor) -> list[int]:
    """The institutions whose cases these are among."""
    found = {body for role in _roles(actor) for body in actor.bodies(role) if body is not None}
    return sorted(found)


def _roles(actor: Actor) -> list[str]:
    return [role for role in actor.roles if Permission.PORTFOLIO_READ in ROLE_PERMISSIONS.get(role, ())]


def _own(actor: Actor) -> ColumnElement[bool]:
    require(actor, Permission.PORTFOLIO_READ)
    return or_(*(related_by(actor, role, Case.id) for role in _roles(actor)))


def entries(actor: Actor, wanted: Wanted, limit: int = PAGE + 1, offset: int = 0) -> list[Entry]:
    """A page of the portfolio."""
    query = _found(actor, wanted).options(selectinload(Case.participants), selectinload(Case.organisation))
    grouped = (GROUPS[wanted.by],) if wanted.by in GROUPS else ()
    cases = list(db.session.scalars(query.order_by(*grouped, *_order(wanted.sort)).limit(limit).offset(offset)))
    return _told(actor, cases)


def of_numbers(actor: Actor, numbers: Sequence[str]) -> list[Entry]:
    """These cases of the portfolio, by number; what is not the institution's is not there."""
    query = select(Case).where(_own(actor), Case.number.in_(list(numbers))).options(selectinload(Case.participants))
    return _told(actor, list(db.session.scalars(query.order_by(Case.id))))


def count(actor: Actor, wanted: Wanted, most: int) -> int:
    """How many cases are asked for; counted up to so many."""
    some = _found(actor, wanted).with_only_columns(Case.id).limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(some))


def batch(actor: Actor, wanted: Wanted, before: int | None, limit: int) -> list[Entry]:
    """The next cases asked for by falling id, from before one on: an order in which nothing comes twice."""
    query = _found(actor, wanted).options(selectinload(Case.participants)).order_by(Case.id.desc()).limit(limit)
    return _told(actor, list(db.session.scalars(query if before is None else query.where(Case.id < before))))


def seen(actor: Actor, ids: Sequence[int]) -> set[int]:
    """Which of these cases are the institution's today."""
    return set(db.session.scalars(select(Case.id).where(_own(actor), Case.id.in_(list(ids)))))


def overview(actor: Actor, wanted: Wanted) -> Overview:
    """Counts and sums of all that is asked for, whatever its outcome."""
    scope = _found(actor, Wanted(**{**vars(wanted), "outcome": "", "state": ""})).with_only_columns(Case.id)
    rows = db.session.execute(select(
        Case.outcome, func.count(), func.coalesce(func.sum(Case.amount), 0), func.coalesce(func.sum(Case.settled_amount), 0)
    ).where(Case.id.in_(scope)).group_by(Case.outcome))
    found, total = {}, Count()
    for outcome, cases, amount, settled in rows:
        found[outcome] = Count(cases, Decimal(amount), Decimal(settled))
        total.cases, total.amount, total.settled = (
            total.cases + cases, total.amount + Decimal(amount), total.settled + Decimal(settled))
    declined = declining.counts(Consent.case_id.in_(scope), Participant.body_id.in_(bodies(actor)))
    return Overview(dict(sorted(found.items())), total, declined)


def groups(actor: Actor, wanted: Wanted) -> dict[object, Count]:
    """Counts and sums of each group of what is asked for; nothing when no groups are."""
    if wanted.by not in GROUPS:
        return {}
    column, scope = GROUPS[wanted.by], _found(actor, wanted).with_only_columns(Case.id)
    rows = db.session.execute(select(
        column, func.count(), func.coalesce(func.sum(Case.amount), 0), func.coalesce(func.sum(Case.settled_amount), 0)
    ).where(Case.id.in_(scope)).group_by(column).order_by(column))
    return {key: Count(cases, Decimal(amount), Decimal(settled)) for key, cases, amount, settled in rows}


def assign(actor: Actor, numbers: Sequence[str], user_id: int) -> many.Outcome:
    """Give what the house has to do in these cases to one colleague. Raises Invalid for none or too many."""
    require(actor, Permission.PORTFOLIO_READ)
    chosen = select(Case.id).where(_own(actor), Case.number.in_(list(numbers)[:many.MOST]))
    theirs = select(UserTask.id).where(UserTask.case_id.in_(chosen), *_house_tasks(bodies(actor)))
    return many.do(actor, "assign", list(db.session.scalars(theirs)), user=user_id)


def handlers(actor: Actor) -> list[User]:
    """Who of the house handles one of them, by name."""
    theirs = select(CaseHandler.user_id).join(Case, Case.id == CaseHandler.case_id).where(
        _own(actor), CaseHandler.body_id.in_(bodies(actor)), CaseHandler.until.is_(None))
    return list(db.session.scalars(select(User).where(User.id.in_(theirs)).order_by(User.name, User.id)))


def asked(actor: Actor, case_ids: Sequence[int]) -> dict[int, list[UserTask]]:
    """What these cases ask of the institution now, by case."""
    found: dict[int, list[UserTask]] = {}
    for row in db.session.scalars(select(UserTask).where(
            UserTask.case_id.in_(list(case_ids)), *_house_tasks(bodies(actor))).order_by(UserTask.id)):
        found.setdefault(row.case_id, []).append(row)
    return found


def _house_tasks(own: list[int]) -> tuple:
    return UserTask.status == WaitStatus.OPEN, UserTask.role == "party", UserTask.body_id.in_(own)


def _found(actor: Actor, wanted: Wanted) -> Select:
    query = select(Case).where(_own(actor))
    for column, value in ((Case.stage, wanted.stage), (Case.outcome, wanted.outcome), (Case.cause, wanted.cause),
                          (Case.organisation_id, reading.row_id(wanted.organisation))):
        query = query.where(column == value) if value else query
    if wanted.state in ("open", "closed"):
        query = query.where(Case.closed_at.is_(None) if wanted.state == "open" else Case.closed_at.is_not(None))
    if wanted.due in ("late", "week"):
        query = query.where(_is_due(clock.now() + timedelta(days=7 if wanted.due == "week" else 0)))
    if wanted.waits == "us":
        query = query.where(exists().where(UserTask.case_id == Case.id, *_house_tasks(bodies(actor))))
    if wanted.handler:
        query = query.where(case_handlers.is_with(reading.row_id(wanted.handler), Case.id, bodies(actor)))
    query = query.where(*_bounds(wanted))
    meant = finding.look_up(wanted.text)
    return query.where(finding.cases(meant, query.whereclause, finding.LOOKED_UP)) if meant.texts else query


def _bounds(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [] if wanted.least is None else [Case.amount >= wanted.least]
    found += [] if wanted.most is None else [Case.amount <= wanted.most]
    found += [] if wanted.since is None else [Case.received_at >= _start(wanted.since)]
    return found + ([] if wanted.until is None else [Case.received_at < _start(wanted.until + timedelta(days=1))])


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _is_due(moment: datetime) -> ColumnElement[bool]:
    return exists().where(Deadline.case_id == Case.id, Deadline.status == "running", Deadline.due_at <= moment,
                          internal.leaves_out(Deadline))


def _order(sort: str) -> tuple:
    newest = (Case.received_at.desc(), Case.id.desc())
    if sort == "amount":
        return Case.amount.desc(), Case.id.desc()
    if sort == "due":
        due = select(func.min(Deadline.due_at)).where(
            Deadline.case_id == Case.id, Deadline.status.in_(STILL), internal.leaves_out(Deadline)).scalar_subquery()
        return case((due.is_(None), 1), else_=0), due, *newest
    return newest


def _told(actor: Actor, cases: list[Case]) -> list[Entry]:
    own, ids = bodies(actor), [one.id for one in cases]
    clocks, declined = desk.next_deadlines(cases), declining.of_cases(ids, own)
    held: dict[int, list[str]] = {}
    for row in case_handlers.of_cases(ids, own):
        held.setdefault(row.case_id, []).append(row.user.name)
    waiting = asked(actor, ids)
    said = set(db.session.scalars(select(ClaimReply.case_id).join(Participant, Participant.id == ClaimReply.participant_id).where(
        ClaimReply.case_id.in_(ids), Participant.body_id.in_(own))))
    return [Entry(one, clocks.get(one.id), held.get(one.id, []), handling.others(one, own),
                  one.id in said, declined.get(one.id), waiting.get(one.id, [])) for one in cases]

