"""How much each person may hold: open tasks by their cap, in all and of single kinds, cases under mediation by the limit of
the register of mediators.

Whoever keeps the roster sets both. Claiming, lending and giving respect the cap; whoever gives out tasks may exceed it with a
reason. What comes back to its owner, or is given by the process by name, is not kept out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from engine import clock, reading
from engine.access.actor import Actor
from engine.access.models import User
from engine.access.roster import TaskCap
from engine.db import db, locked
from engine.errors import Conflict, Invalid, NotFound, problem
from engine.i18n import _
from engine.inbox.sharing import absences, kinds
from engine.mediation import mediators
from engine.mediation.models import MediatorProfile
from engine.workflow import trace
from engine.workflow.models import UserTask, WaitStatus

MOST, MOST_KINDS = 10_000, 20


class CapReached(Conflict):
    """One hand more than was agreed for this person."""

    message = _("%(who)s holds %(held)s open tasks; %(most)s were agreed as the most. Choose somebody else, or give a reason.")
    of_oneself = _("You hold %(held)s open tasks; %(most)s were agreed as the most. Complete one or give one back first.")
    of_a_kind = _("%(who)s holds %(held)s open tasks “%(kind)s”; %(most)s were agreed as the most. Choose somebody else, or give "
                  "a reason.")
    of_a_kind_oneself = _("You hold %(held)s open tasks “%(kind)s”; %(most)s were agreed as the most. Complete one or give one "
                          "back first.")


@dataclass(frozen=True)
class Load:
    """What somebody holds now, and may hold at most; None: no limit, or no mediator."""

    user: User
    tasks: int
    most_tasks: int | None
    cases: int | None
    most_cases: int | None
    most_of: dict[str, int]  # kind → how many of it


def hold(user_id: int | None) -> TaskCap | None:
    """A person's cap, locked so that two givers do not both fill the last place. Asked for before the task is locked."""
    try:
        return locked(TaskCap, user_id) if user_id else None
    except NotFound:
        return None


def is_full(cap: TaskCap | None, task: UserTask) -> bool:
    """Is there no place left for this task?"""
    return _over(cap, task) is not None


def check(actor: Actor, cap: TaskCap | None, task: UserTask) -> None:
    """Raise CapReached when there is no place left for this task."""
    over = _over(cap, task)
    if over is None:
        return
    of_kind, of_all = CapReached.of_a_kind, CapReached.message
    if cap.user_id == actor.user_id:
        of_kind, of_all = CapReached.of_a_kind_oneself, CapReached.of_oneself
    held, most, is_of_a_kind = over
    who = db.session.get(User, cap.user_id).name
    if is_of_a_kind:
        raise CapReached(of_kind, who=who, held=held, most=most, kind=task.title)
    raise CapReached(of_all, who=who, held=held, most=most)


def _over(cap: TaskCap | None, task: UserTask) -> tuple[int, int, bool] | None:
    """How many are held, of how many at most, and whether of the task's kind alone; None while there is room."""
    if cap is None:
        return None
    of_kind = cap.kinds.get(kinds.of(task))
    if cap.most is not None and (held := _held(cap.user_id)) >= cap.most:
        return held, cap.most, False
    if of_kind is not None and (held := _held(cap.user_id, task)) >= of_kind:
        return held, of_kind, True
    return None


def _held(user_id: int, like: UserTask | None = None) -> int:
    same = [UserTask.process_key == like.process_key, UserTask.element == like.element] if like else []
    return db.session.scalar(select(func.count()).where(
        UserTask.assignee_id == user_id, UserTask.status == WaitStatus.OPEN, *same))


def loads(actor: Actor) -> list[Load]:
    """What everybody on the rosters that somebody keeps holds; nobody else learns it."""
    if not absences.keeps(actor):
        return []
    people = absences.people(actor)
    ids = [user.id for user in people]
    held = dict(db.session.execute(select(UserTask.assignee_id, func.count()).where(
        UserTask.assignee_id.in_(ids), UserTask.status == WaitStatus.OPEN).group_by(UserTask.assignee_id)).all())
    caps = {row.user_id: row for row in db.session.scalars(select(TaskCap).where(TaskCap.user_id.in_(ids)))}
    profiles = {row.user_id: row for row in db.session.scalars(select(MediatorProfile).where(MediatorProfile.user_id.in_(ids)))}
    cases = _cases(profiles.values())
    return [_load(user, held, caps, profiles.get(user.id), cases) for user in people]


def _load(user: User, held: dict, caps: dict, profile: MediatorProfile | None, cases: dict) -> Load:
    mediates, cap = profile is not None and profile.is_active, caps.get(user.id)
    return Load(user, held.get(user.id, 0), cap and cap.most, cases.get(user.id, 0) if mediates else None,
                profile.load_limit if mediates else None, cap.kinds if cap else {})


def _cases(profiles: Sequence[MediatorProfile]) -> dict[int, int]:
    return {key: value for body in {row.body_id for row in profiles} for key, value in mediators.loads_of(body).items()}


def set_most(actor: Actor, user_id: int, tasks: str, cases: str = "", of_kinds: Mapping[str, str] | None = None) -> None:
    """What somebody may hold from now on, and how many of each kind; an empty text takes the cap away. What they hold already
    stays with them. Without `of_kinds`, those of kinds stay as they are.

    Raises Invalid, NotFound, NotYourRoster.
    """
    user = absences.on_roster(actor, user_id)
    profile = locked(MediatorProfile, user.id) if db.session.get(MediatorProfile, user.id) else None
    most, limit = _number("/tasks", tasks), _number("/cases", cases)
    cap = hold(user.id)
    of_each = _of_each(actor, of_kinds, cap.kinds if cap else {})
    if most is None and not of_each and cap is not None:
        db.session.delete(cap)
    elif most is not None or of_each:
        cap = cap or TaskCap(user_id=user.id)
        cap.most, cap.kinds, cap.set_by_id, cap.set_at = most, of_each, actor.user_id, clock.now()
        db.session.add(cap)
    if profile is not None and limit is not None:
        profile.load_limit = limit
    db.session.flush()
    trace.write(None, "caps_set", actor.name, user=user.id, tasks=most, cases=limit, kinds=of_each)


def _of_each(actor: Actor, told: Mapping[str, str] | None, before: Mapping[str, int]) -> dict[str, int]:
    if told is None:
        return dict(before)
    found = {kind: number for kind, text in told.items() if kind and (number := _number("/kind", text)) is not None}
    if len(found) > MOST_KINDS or found.keys() - before.keys() - kinds.lately(actor).keys():
        why = _("Choose at most %(most)s kinds of tasks, of those that are offered.")
        raise Invalid(problems=[problem("/kind", "choice", why, most=MOST_KINDS)])
    return found


def _number(field: str, text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    found = reading.number(text)
    if found is None or found > MOST:
        raise Invalid(problems=[problem(field, "number", _("Give a whole number from 0 to %(most)s."), most=MOST)])
    return found
