"""Who may do what, and who may see which rows: one answer for pages, API and command line. Deny by default."""

from collections.abc import Callable
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from sqlalchemy import Date, and_, bindparam, exists, false, func, or_, select, true
from sqlalchemy.sql import ColumnElement, TableClause
from sqlalchemy.sql.expression import ColumnClause

from engine import clock, statements
from engine.access.actor import Actor
from engine.access.models import Role
from engine.access.permissions import (
    ASKED_PERMISSIONS,
    BESIDE_PERMISSIONS,
    CLIENT_PERMISSIONS,
    PARTY_PERMISSIONS,
    READING,
    ROLE_PERMISSIONS,
    Permission,
)
from engine.db import db
from engine.errors import Conflict, Forbidden, NotFound
from engine.i18n import _

SIDES = ("applicant", "respondent", "third")
BOTH_SIDES = {"filing", "mediation", "signing"}
SERVED_AT = {f"service:{side}" for side in SIDES}  # where to serve that side: not the other side's to know
ALONE = {f"alone:{side}" for side in SIDES}  # that side's and nobody else's, not even the mediator's: what came of its complaint
# the wall: nothing that was said in mediation (在线调解规则 18, 21, 22)
COURT_AUDIENCE = SERVED_AT | {"filing", "court", "complaint"}
# the office: no offers, drafts, transcripts
OFFICE_AUDIENCE = SERVED_AT | {"filing", "organisation", "signing", "staff", "complaint"}
MEDIATOR_AUDIENCE = SERVED_AT | {"filing", "mediation", "signing", "mediator", "staff", *(f"side:{side}" for side in SIDES)}
ACTORS_KEPT = 500  # for whom a query was made lately: making it costs more than asking it
RELATING = {  # by table, the columns that relations look at
    "case": ("id", "regime", "court_id", "organisation_id", "mediator_id", "archived_at"),
    "participant": ("id", "case_id", "body_id", "user_id", "side", "role", "is_current"),
    "user_task": ("case_id", "assignee_id", "role", "status", "body_id"),
    "case_handler": ("case_id", "body_id", "user_id", "until"),
    "authority_request": ("case_id", "institution_id", "approver_id", "status"),
    "absence": ("user_id", "substitute_id", "first_day", "last_day", "ended_at"),
    "confirmation_application": ("case_id", "court_id", "status"),
    "court_application": ("case_id", "court_id", "kind"),
}
Relation = Callable[..., ColumnElement[bool]]  # a table → the condition on its row
OPEN_TO_ALL_ROLES = {Permission.PROCESS_READ, Permission.STATISTICS_READ}


class CaseArchived(Conflict):
    """It was closed for good; whoever has the right to write in it takes it out first."""

    message = _("This case lies in the archive: it is only read.")


class Reach(NamedTuple):
    """How an actor is related to cases, and what they see by it."""

    relation: Relation  # the register's table → the condition on a case's row
    audience: set[str]
    whole: Relation | None = None  # the same on any side, where the relation is one side's
    is_asked: bool = False  # whether they would come into the case, no more


def permissions_of(actor: Actor) -> set[Permission]:
    """Everything this actor may do somewhere."""
    match actor.kind:
        case "system":
            return set(Permission)
        case "party":
            return set(PARTY_PERMISSIONS)
        case "client":
            return set(CLIENT_PERMISSIONS) & (permissions_of(actor.person) if actor.person else CLIENT_PERMISSIONS)
        case "user":
            return set().union(*(ROLE_PERMISSIONS.get(role, set()) for role in actor.roles))
    return set()


def require(actor: Actor, permission: Permission, subject=None, within: Callable[[Actor], ColumnElement] | None = None) -> None:
    """Raise NotFound when the actor may not know of the subject, Forbidden when they may see it but not do this, CaseArchived
    when it only is too late for that.

    `within` gives a condition on the subject's row that narrows what the actor may know of.
    """
    permitted, is_archived = _permitted(actor, subject, within)
    if permitted is None:
        raise NotFound()
    if permission not in permitted:
        raise NotFound() if subject is None and actor.kind == "nobody" else Forbidden(permission=permission)
    if is_archived and permission not in READING:
        raise CaseArchived()


def may(actor: Actor, permission: Permission, subject=None) -> bool:
    """Would `require` pass?"""
    permitted, is_archived = _permitted(actor, subject)
    return permission in (permitted or ()) and (permission in READING or not is_archived)


def sees(actor: Actor, subject) -> bool:
    """May the actor know that this row exists?"""
    return _permitted(actor, subject)[0] is not None


def reads(actor: Actor, case_id: int, audience: str) -> bool:
    """Would the actor see a row of this case that is meant for this audience?"""
    case = _table("case")
    meant = [each.relation(case) for each in _reach(actor) if audience in each.audience]
    return bool(meant) and db.session.scalar(select(case.c.id).where(case.c.id == case_id, or_(*meant))) is not None


def _permitted(actor: Actor, subject, within=None) -> tuple[set[Permission] | None, bool]:
    """What the actor may do to this subject: only the roles by which they are related to it count. None: not even know of it.
    And whether its case lies in the archive, where everything is only read."""
    if actor.is_system or subject is None or not _is_of_a_case(type(subject)):
        return permissions_of(actor), False
    if actor.person is not None:
        return _shared(_permitted(actor.alone, subject, within), _permitted(actor.person, subject, within))
    found = statements.ask(_relations(actor, type(subject), within), subject=subject.id).one_or_none()
    if found is None:
        return None, False
    _id, is_archived, mediates, sits, *related = found
    if actor.kind != "user":
        return permissions_of(actor), is_archived
    roles = [role for role, is_so in zip(sorted(actor.roles), related, strict=True) if is_so]
    return set().union(*(_permissions_by(role, mediates, sits) for role in roles)) if roles else None, is_archived


def _shared(one: tuple, other: tuple) -> tuple[set[Permission] | None, bool]:
    """What both may, of what both see."""
    (mine, is_archived), (theirs, _same) = one, other
    return None if mine is None or theirs is None else mine & theirs, is_archived


def _permissions_by(role: str, mediates: bool, sits: bool) -> set[Permission]:
    """What a role gives in a related case: of the mediators only the chair leads; who was only asked may answer that, no more."""
    if role == Role.MEDIATOR and not mediates:
        return BESIDE_PERMISSIONS if sits else ASKED_PERMISSIONS
    return ROLE_PERMISSIONS.get(role, set())


@lru_cache(maxsize=ACTORS_KEPT)
def _relations(actor: Actor, model, within):
    """The query of one row of this kind, if the actor sees it: whether they mediate its case, and which of their roles relate
    them to it. A user of whom none does sees it not."""
    column, case = _case_column(model), _table("case")
    related = [_any(_conditions(_role_reach(actor, role), case)).label(f"by_{number}")
               for number, role in enumerate(sorted(actor.roles))]
    needs_more = actor.kind != "user" or "audience" in model.__table__.columns
    more = [*([visible(actor, model)] if needs_more else []), *([within(actor)] if within else [])]
    mediates = func.coalesce(case.c.mediator_id == actor.user_id, false()).label("mediates")
    sits = _sits_beside(actor)(case).label("sits")
    return select(model.id, case.c.archived_at.is_not(None), mediates, sits, *related).join(case, case.c.id == column).where(
        model.id == bindparam("subject"), *more)


def _is_of_a_case(model) -> bool:
    return model.__table__.name == "case" or "case_id" in model.__table__.columns


def _case_column(model):
    return model.id if model.__table__.name == "case" else model.case_id


@lru_cache(maxsize=ACTORS_KEPT)
def visible(actor: Actor, model) -> ColumnElement[bool]:
    """The condition every query adds: rows of cases the actor is related to, and meant for them."""
    if actor.is_system:
        return true()
    column = _case_column(model)
    if "audience" not in model.__table__.columns:
        return within_reach(actor, column)
    return _any([and_(model.audience.in_(each.audience), _of_case(column, each.relation)) for each in _reach(actor)])


def within_reach(actor: Actor, column) -> ColumnElement[bool]:
    """The condition that the case whose id stands in this column is one the actor is related to.

    Asked per row and by the row's case, never by listing all cases of the actor: it costs the same in a register of any size.
    """
    return _of_case(column, lambda case: _any(_conditions(_reach(actor), case)))


def each_within_reach(actor: Actor, column) -> ColumnElement[bool]:
    """The same, rows without a case too: left to choose, a database would list all cases of the actor first."""
    case = _table("case")
    found = select(case.c.id).where(case.c.id == column, _any(_conditions(_reach(actor), case)))
    return or_(column.is_(None), found.scalar_subquery().is_not(None))


def related_by(actor: Actor, role: str, column) -> ColumnElement[bool]:
    """The same for a user's relation by one of their roles; who is only asked to come into a case is not related by it yet."""
    reaches = [each for each in _role_reach(actor, role) if not each.is_asked]
    return _of_case(column, lambda case: _any(_conditions(reaches, case)))


def also_reads(actor: Actor, audience: str, column) -> ColumnElement[bool]:
    """The condition that in the case whose id stands in this column, which the actor is related to, they read what is meant for
    this audience. Most read the same of all their cases; then nothing is asked."""
    reaches = _reach(actor)
    meant = [each for each in reaches if audience in each.audience]
    if {each.whole or each.relation for each in reaches} == {each.whole or each.relation for each in meant}:
        return true()
    return _of_case(column, lambda case: _any([each.relation(case) for each in meant]))


def _of_case(column, relation: Relation) -> ColumnElement[bool]:
    if column.table.name == "case":
        return relation(column.table)
    case = _table("case")
    return exists().where(case.c.id == column, relation(case))


def _any(conditions: list) -> ColumnElement[bool]:
    return or_(*conditions) if conditions else false()


def _conditions(reaches: list[Reach], case) -> list[ColumnElement[bool]]:
    """Whether there is a relation at all: one that holds on each side is asked once."""
    return [relation(case) for relation in dict.fromkeys(each.whole or each.relation for each in reaches)]


def _reach(actor: Actor) -> list[Reach]:
    match actor.kind:
        case "system":
            return [Reach(lambda case: true(), MEDIATOR_AUDIENCE | COURT_AUDIENCE | OFFICE_AUDIENCE | ALONE)]
        case "client":
            return _client_reach(actor)
        case "party":
            return _sides(lambda person: person.c.id == actor.participant_id)
        case "user":
            return [entry for role in actor.roles for entry in _role_reach(actor, role)]
    return []


def _role_reach(actor: Actor, role: str) -> list[Reach]:
    bodies = [body for body in actor.bodies(role) if body is not None]
    match role:
        case Role.COORDINATOR:
            return [Reach(lambda case: _among(case.c.organisation_id, bodies), OFFICE_AUDIENCE)]
        case Role.MEDIATOR:
            return [Reach(lambda case: case.c.mediator_id == actor.user_id, MEDIATOR_AUDIENCE),
                    Reach(_sits_beside(actor), MEDIATOR_AUDIENCE),
                    Reach(_is_offered(actor), {"filing"}, is_asked=True)]
        case Role.CLERK | Role.JUDGE:
            return _court_reach(bodies, referrals=role == Role.CLERK)
        case Role.COURT_PRESIDENT:
            return [Reach(_is_put_to_the_president(bodies), COURT_AUDIENCE)]
        case Role.INSTITUTION_HANDLER:
            return _institution_reach(bodies, _handles(actor))
        case Role.INSTITUTION_APPROVER:
            return _institution_reach(bodies, _is_to_approve(actor))
        case Role.CONSUMER:
            return _sides(lambda person: person.c.user_id == actor.user_id)
    return []


def _sits_beside(actor: Actor) -> Relation:
    """Cases in which a mediator sits beside the chair, as long as they do."""
    return _has("participant", lambda person: and_(
        person.c.user_id == actor.user_id, person.c.role == "co_mediator", person.c.is_current))


def _is_offered(actor: Actor) -> Relation:
    """Cases a mediator was asked to take: enough to say whether there is a conflict of interest."""
    return _has("user_task", lambda task: and_(
        task.c.assignee_id == actor.user_id, task.c.role == Role.MEDIATOR, task.c.status == "open"))


def _client_reach(actor: Actor) -> list[Reach]:
    if actor.person is not None:
        pairs = product(_reach(actor.alone), _reach(actor.person))
        return [_both(one, other) for one, other in pairs if one.audience & other.audience]
    if actor.is_court_system:
        return _court_reach([actor.body_id], referrals=True)
    return _sides(lambda person: person.c.body_id == actor.body_id)


def _both(one: Reach, other: Reach) -> Reach:
    """Cases that both are related to, and of them what both read."""
    return Reach(lambda case: and_(one.relation(case), other.relation(case)), one.audience & other.audience)


def _court_reach(bodies: list, referrals: bool) -> list[Reach]:
    applied = _has("confirmation_application", lambda one: and_(_among(one.c.court_id, bodies), one.c.status != "collecting"))
    asked = _has("court_application", lambda one: _among(one.c.court_id, bodies)) if referrals else _is_brought_to_judges(bodies)
    own = (lambda case: _among(case.c.court_id, bodies)) if referrals else _is_put_to_the_judge(bodies)
    return [Reach(relation, COURT_AUDIENCE) for relation in (applied, asked, own)]


def _is_put_to_the_judge(bodies: list) -> Relation:
    """Docketed cases of the court once mediation is over and a judge was asked to act; not while it goes on."""
    asked = _has("user_task", lambda task: task.c.role == Role.JUDGE)
    return lambda case: and_(case.c.regime == "B", _among(case.c.court_id, bodies), asked(case))


def _is_brought_to_judges(bodies: list) -> Relation:
    """What was asked of the court after the mediation; whether a suit is docketed, only once a judge was asked to act."""
    brought = _has("court_application", lambda one: and_(_among(one.c.court_id, bodies), one.c.kind != "docketing"))
    docketing = _has("court_application", lambda one: and_(_among(one.c.court_id, bodies), one.c.kind == "docketing"))
    asked = _has("user_task", lambda task: task.c.role == Role.JUDGE)
    return lambda case: or_(brought(case), and_(docketing(case), asked(case)))


def _is_put_to_the_president(bodies: list) -> Relation:
    """Cases before the court, or sent by it, in which the president was asked to act: more time, or something overdue."""
    asked = _has("user_task", lambda task: task.c.role == Role.COURT_PRESIDENT)
    applied = _has("confirmation_application", lambda one: _among(one.c.court_id, bodies))
    brought = _has("court_application", lambda one: _among(one.c.court_id, bodies))
    return lambda case: and_(asked(case), or_(applied(case), brought(case), _among(case.c.court_id, bodies)))


def _institution_reach(bodies: list, is_theirs: Relation) -> list[Reach]:
    """The institution's side, and what its people write for each other only, of the cases that are this one's to work on."""
    sides = _sides(lambda person: and_(_among(person.c.body_id, bodies), is_theirs(person)))
    def has(body):
        return _has("participant", lambda person: and_(person.c.body_id == body, person.c.is_current, is_theirs(person)))
    return sides + [Reach(has(body), {f"body:{body}"}, whole=sides[0].whole) for body in bodies]


def _handles(actor: Actor) -> Relation:
    """The institution that this participant is has them as handler of the case, or a colleague for whom they stand in today; or
    one of its tasks there is theirs as long as it is open."""
    def handles(person):
        row, task, away = _table("case_handler"), _table("user_task"), _table("absence")
        today = bindparam(None, type_=Date, callable_=lambda: clock.today())  # when it is asked
        replaced = select(away.c.user_id).where(away.c.substitute_id == actor.user_id, away.c.ended_at.is_(None),
                                                away.c.first_day <= today, away.c.last_day >= today)
        has_it = exists().where(row.c.case_id == person.c.case_id, row.c.body_id == person.c.body_id, row.c.until.is_(None),
                                or_(row.c.user_id == actor.user_id, row.c.user_id.in_(replaced)))
        has_task = exists().where(task.c.case_id == person.c.case_id, task.c.body_id == person.c.body_id, task.c.role == "party",
                                  task.c.assignee_id == actor.user_id, task.c.status == "open")
        return or_(has_it, has_task)
    return handles


def _is_to_approve(actor: Actor) -> Relation:
    """A request of that institution is before them; no longer once they have answered."""
    def is_asked(person):
        asked = _table("authority_request")
        return exists().where(asked.c.case_id == person.c.case_id, asked.c.institution_id == person.c.body_id,
                              asked.c.approver_id == actor.user_id, asked.c.status == "asked")
    return is_asked


def heads(actor: Actor, column) -> ColumnElement[bool]:
    """The condition that of the case whose id stands in this column they read the head, and no more: who leads at an institution
    of all its cases, its handlers of those that nobody handles."""
    leads, handles = ([body for body in actor.bodies(role) if body is not None]
                      for role in (Role.INSTITUTION_ADMIN, Role.INSTITUTION_HANDLER))
    def is_free(person):
        row = _table("case_handler")
        return and_(_among(person.c.body_id, handles), ~exists().where(
            row.c.case_id == person.c.case_id, row.c.body_id == person.c.body_id, row.c.until.is_(None)))
    ways = [*([lambda person: _among(person.c.body_id, leads)] if leads else []), *([is_free] if handles else [])]
    return _of_case(column, lambda case: _any([
        _has("participant", lambda person, way=way: and_(person.c.is_current, way(person)))(case) for way in ways]))


def _sides(is_meant: Relation) -> list[Reach]:
    """The cases where the condition names a participant, by side: a side sees its own private rows, never the other's."""
    def on(*sides):
        return _has("participant", lambda person: and_(is_meant(person), person.c.side.in_(sides), person.c.is_current))
    anywhere = on(*SIDES)
    return [Reach(on(side), BOTH_SIDES | {f"side:{side}", f"service:{side}", f"alone:{side}"}, whole=anywhere) for side in SIDES]


def _among(column, bodies: list) -> ColumnElement[bool]:
    """One of these; most people have a role at one body only, and a list is written out anew for each question."""
    return column == bodies[0] if len(bodies) == 1 else column.in_(bodies)


def _has(name: str, condition: Relation) -> Relation:
    """The relation that the case has a row in this table for which the condition holds."""
    def relation(case):
        table = _table(name)
        return exists().where(table.c.case_id == case.c.id, condition(table))
    return relation


def _table(name: str):
    """A table of another floor, by name: of its columns only those that say how somebody is related to a case. A condition is
    kept for each actor, and a table with all its columns would be most of it."""
    return _sketch(name).alias()


@cache
def _sketch(name: str) -> TableClause:
    known = db.metadata.tables[name].c
    return TableClause(name, *(ColumnClause(each, known[each].type) for each in RELATING[name]))
