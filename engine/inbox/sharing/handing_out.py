"""Who leads at an institution says who handles which of its cases: gives, transfers, all of somebody who leaves; reads heads."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import exists, func, or_, select

from engine import clock, reading
from engine.access import handlers
from engine.access.actor import Actor
from engine.access.handlers import CaseHandler
from engine.access.models import Participant, Role, RoleGrant, User
from engine.access.permissions import Permission
from engine.access.policy import heads, require
from engine.cases.models import Case
from engine.db import db, locked
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.inbox import tasks
from engine.inbox.models import is_lent_by
from engine.inbox.sharing import handling
from engine.inbox.sharing.handling import Head
from engine.workflow.models import Instance, UserTask, WaitStatus

NOBODY, CLOSED, MOST = "none", "closed", 500
NO_CASE = _("There is nothing to hand over: choose at least one case of your institution.")
SAME = _("They have these cases already: choose somebody else.")


class NoSuchHandler(Invalid):
    """Nobody who could handle these cases, or there are none."""

    message = _("Choose one of your institution's handlers.")


@dataclass(frozen=True)
class Load:
    """How much somebody has (None: what nobody has): open cases, for how much in dispute."""

    user: User | None
    cases: int
    amount: Decimal
    is_handler: bool = True  # still


def body_of(actor: Actor) -> int:
    """The institution where somebody leads."""
    require(actor, Permission.HANDLER_ASSIGN)
    return handlers.led_by(actor)


def people(actor: Actor) -> list[User]:
    """Who may handle cases there, by name."""
    granted = select(RoleGrant.user_id).where(
        RoleGrant.role == Role.INSTITUTION_HANDLER, RoleGrant.body_id == body_of(actor), RoleGrant.is_in_force)
    return list(db.session.scalars(select(User).where(User.id.in_(granted), User.is_active).order_by(User.name, User.id)))


def listed(actor: Actor, handler: str = "", limit: int = handling.PAGE + 1, offset: int = 0) -> list[Head]:
    """The heads of the open cases: all, those of one handler (by id), or NOBODY's; or of the CLOSED ones that nobody handles; the
    longest waiting first."""
    rows = db.session.scalars(_cases(actor, handler).options(*handling.WITH).order_by(
        Case.received_at, Case.id).limit(limit).offset(offset))
    return handling.told(list(rows), [body_of(actor)])


def count(actor: Actor) -> int:
    """How many open ones nobody handles; none for who leads nowhere."""
    if actor.bodies(Role.INSTITUTION_ADMIN) <= {None}:
        return 0
    return db.session.scalar(_cases(actor, NOBODY).with_only_columns(func.count()))


def _cases(actor: Actor, handler: str = ""):
    is_over = Case.closed_at.is_not(None) if handler == CLOSED else Case.closed_at.is_(None)
    query = select(Case).where(*_of_the_house(actor), is_over)
    if handler in (NOBODY, CLOSED):
        return query.where(handlers.is_with(None, Case.id, [body_of(actor)]))
    return query.where(handlers.is_with(reading.row_id(handler), Case.id, [body_of(actor)])) if handler else query


def _of_the_house(actor: Actor) -> tuple:
    """The conditions for its cases, where somebody may have to do with more institutions than this one."""
    return heads(actor, Case.id), exists().where(
        Participant.case_id == Case.id, Participant.body_id == body_of(actor), Participant.is_current)


def loads(actor: Actor) -> list[Load]:
    """How much each has, and how much nobody; who has left and still has something comes, too."""
    body, sums = body_of(actor), (func.count(), func.coalesce(func.sum(Case.amount), 0))
    rows = db.session.execute(select(CaseHandler.user_id, *sums).join(Case, Case.id == CaseHandler.case_id).where(
        CaseHandler.body_id == body, CaseHandler.until.is_(None), Case.closed_at.is_(None), *_of_the_house(actor)).group_by(
        CaseHandler.user_id))
    held = {key: (number, Decimal(amount)) for key, number, amount in rows}
    free = db.session.execute(_cases(actor, NOBODY).with_only_columns(*sums)).one()
    now = people(actor)
    gone = [db.session.get(User, key) for key in sorted(held.keys() - {user.id for user in now})]
    return [Load(None, free[0], Decimal(free[1])), *(Load(user, *held.get(user.id, (0, Decimal(0)))) for user in now),
            *(Load(user, *held[user.id], is_handler=False) for user in gone)]


def hand_out(actor: Actor, numbers: Sequence[str], user_id: int, instead: bool = False) -> int:
    """Make somebody handler of these cases, beside those who are, or instead of them; says of how many. Raises NoSuchHandler."""
    chosen = list(db.session.scalars(select(Case.id).where(
        *_of_the_house(actor), Case.number.in_(list(numbers)[:MOST])).order_by(Case.id)))
    return _hand_out(actor, chosen, user_id, lambda _row: instead)


def hand_over(actor: Actor, from_id: int, user_id: int) -> int:
    """All open cases of one handler go to another: who leaves, or is elsewhere for long. Raises NoSuchHandler."""
    chosen = list(db.session.scalars(_cases(actor, str(from_id)).with_only_columns(Case.id).order_by(Case.id)))
    if from_id == user_id:
        raise NoSuchHandler(SAME, [problem("/user", "same", SAME)])
    return _hand_out(actor, chosen, user_id, lambda row: row.user_id == from_id)


def _hand_out(actor: Actor, case_ids: list[int], user_id: int, is_to_end) -> int:
    if db.session.get(User, user_id) is not None:
        locked(User, user_id)  # whoever takes the role away just now is waited for (engine/inbox/sharing/leaving.py)
    if not case_ids:
        raise NoSuchHandler(NO_CASE, [problem("/number", "required", NO_CASE)])
    if user_id not in {user.id for user in people(actor)}:
        raise NoSuchHandler(problems=[problem("/user", "choice", NoSuchHandler.message)])
    body, now = body_of(actor), clock.now()  # the one ends as the other begins: by that it is told who had it before
    for case_id in case_ids:
        _lock(case_id)
        rows = [row for row in handlers.of_cases([case_id], [body]) if row.user_id != user_id and is_to_end(row)]
        handlers.begin(case_id, body, user_id, actor.user_id, now)
        for row in rows:
            handlers.end(row, actor.user_id, now)
            _pass_on(actor, case_id, body, row.user_id, user_id)
    return len(case_ids)


def _lock(case_id: int) -> None:
    """Its instances before the case, as everywhere."""
    for key in list(db.session.scalars(select(Instance.id).where(Instance.case_id == case_id).order_by(Instance.id))):
        locked(Instance, key)
    locked(Case, case_id)


def _pass_on(actor: Actor, case_id: int, body: int, from_id: int, user_id: int) -> None:
    """What the one had still to do there, the other has; also what they had lent, which would come back to them."""
    for key in list(db.session.scalars(select(UserTask.id).where(
            UserTask.case_id == case_id, UserTask.body_id == body, UserTask.role == "party",
            UserTask.status == WaitStatus.OPEN,
            or_(UserTask.assignee_id == from_id, is_lent_by(from_id))).order_by(UserTask.id))):
        tasks.give(actor, locked(UserTask, key, inside=Instance), "task_assigned", user_id, to=user_id)
