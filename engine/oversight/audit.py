"""What auditors read: who did what, by person, action, case and day; and how far it is sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from engine.access.actor import Actor
from engine.access.models import ApiClient, Body, Participant, User
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.audit import keys
from engine.audit.models import AuditAnchor, AuditEntry, AuditLink
from engine.cases.models import Case
from engine.clock import SHANGHAI
from engine.db import db

PAGE = 100
OUTCOMES = ("done", "refused", "opened")


@dataclass(frozen=True)
class Asked:
    """What to look for; empty: everything."""

    case: str = ""  # a case's number
    login: str = ""
    action: str = ""  # its beginning
    outcome: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Shown:
    """An entry with the words for its ids, as they are today. No names of parties: auditors read no case content."""

    entry: AuditEntry
    who: str
    body: str
    number: str
    is_linked: bool
    in_place_of: str = ""  # the log-in of whoever was away


def entries(actor: Actor, asked: Asked, before: int | None = None, limit: int = PAGE) -> list[Shown]:
    """The newest first, from before an entry on."""
    require(actor, Permission.AUDIT_READ)
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return _shown(list(db.session.scalars(query.where(*_conditions(asked)))))


def count(actor: Actor, asked: Asked, most: int) -> int:
    """How many entries are asked for; counted up to so many."""
    require(actor, Permission.AUDIT_READ)
    some = select(AuditEntry.id).where(*_conditions(asked)).limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(some))


def seen(actor: Actor, ids: Sequence[int]) -> set[int]:
    """Which of these entries may be read: all of them, or none."""
    require(actor, Permission.AUDIT_READ)
    return set(ids)


def _conditions(asked: Asked):
    if asked.case:
        yield AuditEntry.case_id.in_(select(Case.id).where(Case.number == asked.case))
    if asked.login:
        yield (AuditEntry.actor_kind == "user") & AuditEntry.actor_id.in_(select(User.id).where(User.login == asked.login))
    if asked.action:
        yield AuditEntry.action.startswith(asked.action, autoescape=True)
    if asked.outcome in OUTCOMES:
        yield AuditEntry.outcome == asked.outcome
    if asked.since:
        yield AuditEntry.at >= _midnight(asked.since)
    if asked.until:
        yield AuditEntry.at < _midnight(asked.until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def _shown(rows: list[AuditEntry]) -> list[Shown]:
    users = _by_id(User, {row.actor_id for row in rows if row.actor_kind == "user"} | {_absent(row) for row in rows})
    clients = _by_id(ApiClient, {row.actor_id for row in rows if row.actor_kind == "client"})
    parties = _by_id(Participant, {row.actor_id for row in rows if row.actor_kind == "party"})
    bodies, cases = _by_id(Body, {row.tenant for row in rows}), _by_id(Case, {row.case_id for row in rows})
    linked = set(db.session.scalars(select(AuditLink.row_id).where(
        AuditLink.source == "audit", AuditLink.row_id.in_([row.id for row in rows]))))
    who = {"user": lambda row: users[row.actor_id].login, "client": lambda row: clients[row.actor_id].client_id,
           "party": lambda row: f"{parties[row.actor_id].side} #{row.actor_id}"}
    return [Shown(row, who.get(row.actor_kind, lambda row: "")(row), bodies[row.tenant].name if row.tenant in bodies else "",
                  cases[row.case_id].number if row.case_id in cases else "", row.id in linked,
                  users[_absent(row)].login if _absent(row) in users else "") for row in rows]


def _absent(row: AuditEntry) -> int | None:
    return row.detail.get("on_behalf_of")


def _by_id(model, ids: set) -> dict:
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids - {None})))} if ids - {None} else {}


@dataclass(frozen=True)
class State:
    """How far it is sealed."""

    anchor: AuditAnchor | None
    links: int
    key_id: str
    public_key: str


def state(actor: Actor) -> State:
    """The last anchor, how many rows are linked, and the key that signs."""
    require(actor, Permission.AUDIT_READ)
    last = db.session.scalar(select(AuditAnchor).order_by(AuditAnchor.id.desc()).limit(1))
    since = last.last_link_id if last else 0
    links = (last.leaves if last else 0) + db.session.query(AuditLink.id).filter(AuditLink.id > since).count()
    return State(last, links, keys.key_id(), keys.public_key())
