"""How the tasks that a page shows stand by now: for lists that keep up with what colleagues do."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select

from engine.access import roster
from engine.access.actor import Actor
from engine.access.models import Role, User
from engine.db import db
from engine.inbox.lists import pages, queries
from engine.inbox.lists.asked import Asked
from engine.inbox.sharing.holders import GIVEN_BY_NAME
from engine.workflow.models import UserTask, WaitStatus


@dataclass(frozen=True)
class Standing:
    """`state` is free, party (a party is asked, not the staff), mine, taken, covered (held by somebody absent for whom the actor
    stands in), done, ended (the process no longer needs it) or gone (no longer the actor's to see)."""

    state: str
    who: str = ""


GONE = Standing("gone")
_COLUMNS = (UserTask.id, UserTask.status, UserTask.assignee_id, UserTask.participant_id, UserTask.body_id, UserTask.role,
            UserTask.completed_by, User.name)
_ASKED = select(*_COLUMNS).outerjoin(User, User.id == UserTask.assignee_id)


def standings(actor: Actor, task_ids: Sequence[int]) -> dict[int, Standing]:
    """How these tasks stand, as far as the actor may still see them."""
    covers = roster.replaced_by(actor.user_id)
    seen = db.session.execute(_ASKED.where(UserTask.id.in_(task_ids), queries.reachable(actor))).all()
    return dict.fromkeys(task_ids, GONE) | {row.id: standing(actor, row, row.name or "", covers) for row in seen}


def standing(actor: Actor, task: UserTask | Row, holder: str, covers: Container[int] = ()) -> Standing:
    """How a task that has been read stands. `covers`: for whom the actor stands in."""
    if task.status == WaitStatus.DONE:
        return Standing("done", task.completed_by)
    if task.status != WaitStatus.OPEN:
        return Standing("ended")
    if task.assignee_id is None:
        is_staffs = task.participant_id is None or task.body_id in actor.bodies(Role.INSTITUTION_HANDLER)
        return Standing("free" if is_staffs else "party")
    if task.assignee_id == actor.user_id:
        return Standing("mine")
    return Standing("covered" if task.assignee_id in covers and task.role not in GIVEN_BY_NAME else "taken", holder)


def fresh(actor: Actor, asked: Asked, shown: Sequence[int]) -> int:
    """How many tasks of a list belong among those that its first page shows, and are not there yet."""
    now, known = pages.ids(actor, asked, is_bounded=True), set(shown)
    if len(shown) >= queries.PAGE:  # what comes after the last one shown stands on the next page
        now = now[:max((place + 1 for place, each in enumerate(now) if each in known), default=len(now))]
    return len([each for each in now if each not in known])
