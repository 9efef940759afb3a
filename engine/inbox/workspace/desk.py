"""The cases of a desk: find one, list them, lay its file out. Every query carries the policy's condition."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, and_, bindparam, func, or_, select
from sqlalchemy.orm import defer, joinedload

from engine import statements
from engine.access.actor import Actor
from engine.access.models import Participant, Role, RoleGrant, User
from engine.access.permissions import ROLE_PERMISSIONS, Permission
from engine.access.policy import may, related_by, require, sees, visible
from engine.cases import transfer
from engine.cases.models import Case, Closing, Note
from engine.courts import docketed
from engine.courts.models import ConfirmationApplication, CourtEnding
from engine.db import db
from engine.deadlines import terms
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.errors import NotFound
from engine.inbox.lists import finding
from engine.inbox.sharing import holders
from engine.inbox.workspace import happened, internal
from engine.inbox.workspace.narrowed import EVERYWHERE, Narrowed
from engine.inbox.workspace.waiting import Waiting
from engine.mediation.models import Agreement, MediationSession, Obligation
from engine.notices.models import Notice
from engine.tracks import groups
from engine.workflow.models import Instance, TraceEntry, UserTask

PAGE = 50
MOST_FOUND = finding.FEW  # by a search, the newest
UNOPENED = tuple(map(defer, (Case.claims, Case.statement, Case.details)))  # what lists do not show lies encrypted
SERIOUSNESS = ("missed", "paused", "running", "met", "cancelled")
SESSION_SEERS = ("mediator", "institution_handler", "consumer", "coordinator")


def case(actor: Actor, number: str) -> Case:
    """A case by its number; raises NotFound, also for what is not the actor's."""
    found = db.session.scalar(select(Case).where(Case.number == number, visible(actor, Case)))
    if found is None:
        raise NotFound()
    require(actor, Permission.CASE_READ, found)
    return found


def search(actor: Actor, text: str = "", stage: str = "", state: str = "", limit: int = PAGE, offset: int = 0,
           narrowed: Narrowed = EVERYWHERE, meant: finding.Meant | None = None) -> list[Case]:
    """The actor's cases, the newest first: as `finding` reads the text; of one stage; open or closed; of some days or a court.
    `meant`: the text, looked up already."""
    require(actor, Permission.CASE_SEARCH)
    demanded = [visible(actor, Case), *narrowed.conditions(actor)]
    if stage:
        demanded.append(Case.stage == stage)
    if state in ("open", "closed"):
        demanded.append(Case.closed_at.is_(None) if state == "open" else Case.closed_at.is_not(None))
    meant = narrowed.look_up(text) if meant is None else meant
    if meant.texts:
        demanded.append(finding.cases(meant, and_(*demanded)))
    query = select(Case).where(*demanded).options(
        *UNOPENED, joinedload(Case.court), joinedload(Case.organisation), joinedload(Case.mediator))
    return list(db.session.scalars(query.order_by(Case.received_at.desc(), Case.id.desc()).limit(limit).offset(offset)))


def listed(case_ids: Iterable[int | None], has_details: bool = False) -> dict[int, Case]:
    """The cases of tasks that the actor sees, by id, without what only a case's own page shows."""
    wanted = list({each for each in case_ids if each is not None})
    rows = db.session.scalars(_WITH_DETAILS if has_details else _LISTED, {"cases": wanted}) if wanted else ()
    return {row.id: row for row in rows}


_OF_THESE = select(Case).where(statements.among(Case.id, "cases"))
_LISTED, _WITH_DETAILS = _OF_THESE.options(*UNOPENED), _OF_THESE.options(*UNOPENED[:-1])


class Next(NamedTuple):
    """The nearest term of a case: as much of it as a list shows."""

    case_id: int
    term: str
    due_at: datetime
    starts_at: datetime
    status: str


def next_deadlines(cases: list[Case]) -> dict[int, Next]:
    """The nearest running term of each case, but for those of processes inside an institution."""
    nearest: dict[int, Next] = {}
    for row in statements.ask(_NEXT, cases=[each.id for each in cases]):
        nearest.setdefault(row.case_id, Next(*row))
    return nearest


_NEXT = select(Deadline.case_id, Deadline.term, Deadline.due_at, Deadline.starts_at, Deadline.status).where(
    statements.among(Deadline.case_id, "cases"),
    func.coalesce(Deadline.status, "").in_(("running", "paused")),  # by no index: all open cases have such terms
    internal.leaves_out(Deadline)).order_by(Deadline.due_at)


@dataclass(frozen=True)
class CaseFile:
    """Everything of a case that the actor may see."""

    case: Case
    instances: list[Instance]
    deadlines: list[Deadline]
    documents: list[Document]
    sessions: list[MediationSession]
    agreements: list[Agreement]
    confirmation: ConfirmationApplication | None
    obligations: list[Obligation]
    ending: CourtEnding | None
    closing: Closing | None
    notices: list[Notice]
    notes: list[Note]
    timeline: list[TraceEntry]
    is_inside: bool  # on the mediation's side of the wall


def file(actor: Actor, found: Case) -> CaseFile:
    """Lay out the file of a case the actor was allowed to open."""
    inside = sees_mediation(actor, found)
    return CaseFile(
        case=found,
        instances=_rows(Instance, found, condition=Instance.id.not_in(internal.instances())),
        deadlines=deadlines(found),
        documents=documents(actor, found),
        sessions=_rows(MediationSession, found, MediationSession.planned_at) if inside else [],
        agreements=_rows(Agreement, found, Agreement.number, visible(actor, Agreement)),
        confirmation=db.session.scalar(select(ConfirmationApplication).where(
            ConfirmationApplication.case_id == found.id).order_by(ConfirmationApplication.id.desc()).limit(1)),
        obligations=_rows(Obligation, found, Obligation.due_on, visible(actor, Obligation)),
        ending=docketed.of_case(found.id),
        closing=db.session.scalar(select(Closing).where(Closing.case_id == found.id)),
        notices=_rows(Notice, found, Notice.id) if inside else [],
        notes=_rows(Note, found, Note.id, visible(actor, Note)),
        timeline=happened.of_case(actor, found),
        is_inside=inside,
    )


def documents(actor: Actor, found: Case) -> list[Document]:
    """The papers of a case that the actor may read, in their order."""
    return _rows(Document, found, Document.id, visible(actor, Document))


def linked(actor: Actor, found: Case) -> list[dict]:
    """The cases this one went to or came from, and which of them the actor may open."""
    return [{"link": link, "number": number, "case": _opened(actor, key),
             "word": link.kind if link.case_id == found.id else f"{link.kind}_here"}
            for link, key, number in transfer.of_case(found.id)]


def _opened(actor: Actor, case_id: int) -> Case | None:
    other = db.session.get(Case, case_id)  # PostgreSQL's net may keep it back
    return other if other is not None and sees(actor, other) else None


def related(actor: Actor, found: Case) -> list[Case]:
    """Other open cases of the same people about the same cause, as far as the actor may open them."""
    return [other for other in groups.duplicates(found) if sees(actor, other)]


@dataclass(frozen=True)
class Grouped:
    """The group a case is in: how many cases it has, and the one that goes first."""

    id: int
    name: str
    size: int
    model: Case | None
    sees_model: bool


def group(actor: Actor, found: Case) -> Grouped | None:
    """The group of a case; for those who gather groups, and for the case's mediator."""
    if not may(actor, Permission.CASE_GROUP, found) and found.mediator_id != actor.user_id:
        return None
    row = groups.group_of(found.id)
    if row is None:
        return None
    model = db.session.get(Case, row.model_case_id) if row.model_case_id else None
    return Grouped(row.id, row.name, groups.size(row.id), model, model is not None and sees(actor, model))


def deadlines(found: Case) -> list[Deadline]:
    """The terms of a case, the running ones first. A task and the timer standing on it count the same term: shown once."""
    told: dict[tuple, Deadline] = {}
    for row in _rows(Deadline, found, condition=internal.leaves_out(Deadline)):
        key = (row.term, row.instance_id, row.due_at, row.participant_id)
        if key not in told or SERIOUSNESS.index(row.status) < SERIOUSNESS.index(told[key].status):
            told[key] = row
    return sorted(told.values(), key=lambda row: (row.status not in ("running", "paused"), row.due_at))


def clocks_of(found: Case, waits: Sequence[Waiting], person: Participant) -> list[Deadline]:
    """The terms a party should know: everybody's, those shown to all, and those of what is asked of this party now."""
    asked = [wait for wait in waits if wait.kind == "party" and wait.is_own and wait.who == person.name]
    own = {wait.deadline.id for wait in asked if wait.deadline}
    return [row for row in deadlines(found) if row.participant_id == (person.represents_id or person.id) or (
        row.participant_id is None and (row.id in own or "parties" in (terms.get(row.term).tells, terms.get(row.term).shown)))]


def sees_mediation(actor: Actor, found: Case) -> bool:
    """Is the actor on the mediation's side of the wall for this case? The court is not, nor who is only asked to mediate it."""
    sides = [related_by(actor, role, Case.id) for role in SESSION_SEERS if actor.has(role)]
    return bool(sides) and db.session.scalar(select(Case.id).where(Case.id == found.id, or_(*sides))) is not None


def speaks_for(actor: Actor, found: Case) -> list[int]:
    """The participants this user reads for: themselves, or the institution whose staff they are."""
    bodies = actor.bodies(Role.INSTITUTION_HANDLER)
    return [one.id for one in found.participants if one.is_current and (
        one.body_id is not None and one.body_id in bodies or one.user_id is not None and one.user_id == actor.user_id)]


def _rows(model, found: Case, order=None, condition=None) -> list:
    query = select(model).where(model.case_id == found.id)
    if condition is not None:
        query = query.where(condition)
    return list(db.session.scalars(query.order_by(order if order is not None else model.id)))


def team(actor: Actor) -> Sequence[Row]:
    """Whom the actor could give tasks to: everybody at the bodies where they may assign, by name; their ids and names."""
    bodies = {body for role, at in actor.roles.items() if Permission.USER_TASK_ASSIGN in ROLE_PERMISSIONS.get(role, ())
              for body in at if body is not None}
    return statements.ask(_STAFF, bodies=sorted(bodies)).all() if bodies else []


_GRANTS = select(RoleGrant.user_id).where(RoleGrant.body_id.in_(bindparam("bodies", expanding=True)), RoleGrant.is_in_force)
_STAFF = select(User.id, User.name).where(User.id.in_(_GRANTS), User.is_active).order_by(User.name)


def colleagues(actor: Actor, task: UserTask) -> list[User]:
    """Whom the actor may give an open task to: everybody of its role at its body, by name."""
    return holders.everybody(task) if task.is_open and may(actor, Permission.USER_TASK_ASSIGN, task) else []
