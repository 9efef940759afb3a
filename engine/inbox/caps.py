"""How much each person may hold: open tasks by their cap, cases under mediation by the limit of the register of mediators.

Whoever keeps the roster sets both. Claiming, lending and giving respect the cap; whoever gives out tasks may exceed it with a
reason. What comes back to its owner, or is given by the process by name, is not kept out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import User
from engine.access.roster import TaskCap
from engine.db import db, locked
from engine.errors import Conflict, Invalid, NotFound, problem
from engine.i18n import _
from engine.inbox import absences
from engine.mediation import mediators
from engine.mediation.models import MediatorProfile
from engine.workflow import trace
from engine.workflow.models import UserTask, WaitStatus

MOST = 10_000


class CapReached(Conflict):
    """One hand more than was agreed for this person."""

    message = _("%(who)s holds %(held)s open tasks; %(most)s were agreed as the most. Choose somebody else, or give a reason.")
    of_oneself = _("You hold %(held)s open tasks; %(most)s were agreed as the most. Complete one or give one back first.")


@dataclass(frozen=True)
class Load:
    """What somebody holds now, and may hold at most; None: no limit, or no mediator."""

    user: User
    tasks: int
    most_tasks: int | None
    cases: int | None
    most_cases: int | None


def hold(user_id: int | None) -> TaskCap | None:
    """A person's cap, locked so that two givers do not both fill the last place. Asked for before the task is locked."""
    try:
        return locked(TaskCap, user_id) if user_id else None
    except NotFound:
        return None


def is_full(cap: TaskCap | None) -> bool:
    """Is there no place left?"""
    return cap is not None and _held(cap.user_id) >= cap.most


def check(actor: Actor, cap: TaskCap | None) -> None:
    """Raise CapReached when there is no place left."""
    if not is_full(cap):
        return
    message = CapReached.of_oneself if cap.user_id == actor.user_id else CapReached.message
    raise CapReached(message, who=db.session.get(User, cap.user_id).name, held=_held(cap.user_id), most=cap.most)


def _held(user_id: int) -> int:
    return db.session.scalar(select(func.count()).where(UserTask.assignee_id == user_id, UserTask.status == WaitStatus.OPEN))


def loads(actor: Actor) -> list[Load]:
    """What everybody on the rosters that somebody keeps holds; nobody else learns it."""
    if not absences.keeps(actor):
        return []
    people = absences.people(actor)
    ids = [user.id for user in people]
    held = dict(db.session.execute(select(UserTask.assignee_id, func.count()).where(
        UserTask.assignee_id.in_(ids), UserTask.status == WaitStatus.OPEN).group_by(UserTask.assignee_id)).all())
    caps = {row.user_id: row.most for row in db.session.scalars(select(TaskCap).where(TaskCap.user_id.in_(ids)))}
    profiles = {row.user_id: row for row in db.session.scalars(select(MediatorProfile).where(MediatorProfile.user_id.in_(ids)))}
    cases = _cases(profiles.values())
    return [_load(user, held, caps, profiles.get(user.id), cases) for user in people]


def _load(user: User, held: dict, caps: dict, profile: MediatorProfile | None, cases: dict) -> Load:
    mediates = profile is not None and profile.is_active
    return Load(user, held.get(user.id, 0), caps.get(user.id), cases.get(user.id, 0) if mediates else None,
                profile.load_limit if mediates else None)


def _cases(profiles: Sequence[MediatorProfile]) -> dict[int, int]:
    return {key: value for body in {row.body_id for row in profiles} for key, value in mediators.loads_of(body).items()}


def set_most(actor: Actor, user_id: int, tasks: str, cases: str = "") -> None:
    """What somebody may hold from now on; an empty text takes the cap away. What they hold already stays with them.

    Raises Invalid, NotFound, NotYourRoster.
    """
    user = absences.on_roster(actor, user_id)
    profile = locked(MediatorProfile, user.id) if db.session.get(MediatorProfile, user.id) else None
    most, limit = _number("/tasks", tasks), _number("/cases", cases)
    cap = hold(user.id)
    if most is None and cap is not None:
        db.session.delete(cap)
    elif most is not None:
        cap = cap or TaskCap(user_id=user.id)
        cap.most, cap.set_by_id, cap.set_at = most, actor.user_id, clock.now()
        db.session.add(cap)
    if profile is not None and limit is not None:
        profile.load_limit = limit
    db.session.flush()
    trace.write(None, "caps_set", actor.name, user=user.id, tasks=most, cases=limit)


def _number(field: str, text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= MOST):
        raise Invalid(problems=[problem(field, "number", _("Give a whole number from 0 to %(most)s."), most=MOST)])
    return int(text)
