"""Lists that people keep: what they asked for under a name, for themselves or for everybody of their body.

A view is a question, never an answer: whoever opens it sees what is theirs to see today, and `me` is whoever reads.
"""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from engine.access.actor import Actor
from engine.access.permissions import ROLE_PERMISSIONS, Permission
from engine.db import db
from engine.errors import Conflict, Forbidden, Invalid, NotFound, problem
from engine.i18n import _
from engine.inbox.lists import asked, pages, queries
from engine.inbox.lists.asked import Asked
from engine.inbox.models import TaskView

MOST, LONGEST_NAME = 30, 40


class TooManyViews(Conflict):
    """A person's list of lists must stay one that can be read."""

    message = _("You keep %(most)s lists already; delete one first.")


class ViewNotYours(Forbidden):
    """A shared view is changed by whoever made it, and deleted also by whoever gives out tasks there."""

    message = _("This list was made by %(who)s.")


def of(actor: Actor) -> list[TaskView]:
    """The views of a person: their own, and those shared with a body whose staff they are today; by name."""
    return list(db.session.scalars(select(TaskView).where(_is_shown(actor)).order_by(TaskView.name, TaskView.id)))


def get(actor: Actor, view_id: int) -> TaskView:
    """One of them. Raises NotFound."""
    view = db.session.scalar(select(TaskView).where(TaskView.id == view_id, _is_shown(actor)))
    if view is None:
        raise NotFound()
    return view


def wanted(actor: Actor, view: TaskView) -> Asked:
    """What it asks for, understood anew. Raises Invalid when it asks for what there no longer is."""
    return asked.read(view.asked, list(queries.VIEWS), list(pages.SORTS), actor)


def save(actor: Actor, name: str, what: Asked, is_shared: bool) -> TaskView:
    """Keep a question under a name; the same name again takes its place. Raises Invalid, TooManyViews."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        why = _("Give the list a name of at most %(most)s signs.")
        raise Invalid(problems=[problem("/name", "length", why, most=LONGEST_NAME)])
    view = db.session.scalar(select(TaskView).where(TaskView.user_id == actor.user_id, TaskView.name == name))
    if view is None:
        if db.session.scalar(select(func.count()).where(TaskView.user_id == actor.user_id)) >= MOST:
            raise TooManyViews(most=MOST)
        view = TaskView(user_id=actor.user_id, name=name)
        db.session.add(view)
    view.asked, view.body_id = what.told(), _shared_with(actor) if is_shared else None
    db.session.flush()
    return view


def delete(actor: Actor, view_id: int) -> TaskView:
    """Forget a view: one's own, or a shared one as whoever gives out tasks at its body. Raises NotFound, ViewNotYours."""
    view = get(actor, view_id)
    if not may_delete(actor, view):
        raise ViewNotYours(who=view.user.name)
    db.session.delete(view)
    return view


def may_delete(actor: Actor, view: TaskView) -> bool:
    """Would `delete` do it?"""
    return view.user_id == actor.user_id or view.body_id in _bodies(actor, Permission.USER_TASK_ASSIGN)


def may_share(actor: Actor) -> bool:
    """Is there a body with which this person can share a view?"""
    return bool(_bodies(actor))


def _shared_with(actor: Actor) -> int:
    bodies = _bodies(actor)
    if not bodies:
        raise Invalid(_("You belong to no staff with whom the list could be shared."))
    return actor.body_id if actor.body_id in bodies else bodies[0]


def _bodies(actor: Actor, permission: Permission = Permission.USER_TASK_COMPLETE) -> Sequence[int]:
    """The bodies where this person has a role with this right."""
    return sorted({body for role, at in actor.roles.items() if permission in ROLE_PERMISSIONS.get(role, ())
                   for body in at if body is not None})


def _is_shown(actor: Actor):
    return or_(TaskView.user_id == actor.user_id, TaskView.body_id.in_(_bodies(actor)))
