"""One page of a list of tasks, from where the last one ended: however long the list is, a page costs the same.

Each way by which an actor reaches tasks (their own, those of a team) is asked alone, in the order of an index, for no more than a
page; what comes back is put together. An order has segments, one after the other, because what has no due day stands last.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from sqlalchemy import Select, select
from sqlalchemy.orm import defer

from engine import statements
from engine.access.actor import Actor
from engine.access.policy import ACTORS_KEPT
from engine.cases.models import Case
from engine.db import db
from engine.errors import Invalid
from engine.i18n import _
from engine.inbox.lists import queries
from engine.inbox.lists.asked import Asked
from engine.inbox.lists.walking import Mark, Segment, Walk
from engine.inbox.models import has_priority
from engine.workflow.models import ORDINARY, TaskPriority, UserTask

UNOPENED = tuple(map(defer, (UserTask.data, UserTask.answers, UserTask.said)))  # what lists do not show lies encrypted
MOST_COUNTED = 100  # more is "99+": each of nine lists is counted with each page


class NoSuchPage(Invalid):
    """The mark of where to go on is none of ours."""

    message = _("This page of the list does not exist; begin at its first page.")


_PLACES = (TaskPriority.major, TaskPriority.minor)
_CASELESS = Segment((UserTask.case_id.is_(None),), ())
SORTS: dict[str, list[Segment]] = {
    "due": [Segment((UserTask.due_at.is_not(None),), (UserTask.due_at,)), Segment((UserTask.due_at.is_(None),), ())],
    "since": [Segment((), (UserTask.opened_at,))],
    "priority": [
        Segment((TaskPriority.major < ORDINARY,), _PLACES),
        Segment((~has_priority(), UserTask.due_at.is_not(None)), (UserTask.due_at,)),
        Segment((~has_priority(), UserTask.due_at.is_(None)), ()),
        Segment((TaskPriority.major > ORDINARY,), _PLACES)],
    "amount": [_CASELESS, Segment((UserTask.case_id.is_not(None),), (Case.amount,))],
}


@dataclass(frozen=True)
class Page:
    """Some tasks of a list, and where the pages after and before begin; empty: there is none. `is_partly`: it was not looked
    through to the end of the page, and may go on."""

    tasks: list[UserTask]
    after: str = ""
    before: str = ""
    is_partly: bool = False


def read(actor: Actor, asked: Asked, after: str = "", before: str = "", limit: int = queries.PAGE) -> Page:
    """A page of the list: its first, or the one after or before a mark. Raises NoSuchPage."""
    forward = not before
    mark, found, end = _mark(asked, after or before), [], None
    for one in _walk(actor, asked, forward).places(mark, limit + 1):
        if one.is_end:
            end = one
            break
        found.append(one)
        if len(found) > limit:
            break
    beyond, found = (found[limit - 1] if len(found) > limit else end), found[:limit]
    if not forward:
        found.reverse()
    first, last = (found[0], found[-1]) if found else (_beside(mark, asked, 1), _beside(mark, asked, -1))
    goes_on, came_from = (beyond, first if mark else None) if forward else (last, beyond and (end or first))
    after, before = (_text(each) if each else "" for each in (goes_on, came_from))
    return Page(_loaded([each.key[-1] for each in found]), after, before, is_partly=end is not None)


def ids(actor: Actor, asked: Asked, limit: int = queries.PAGE, is_bounded: bool = False) -> list[int]:
    """The first tasks of the list, looked for to its end; those of its first page alone where that would take long."""
    places = _walk(actor, asked, is_bounded=is_bounded).places(None, limit)
    return [each.key[-1] for each in islice(places, limit) if not each.is_end]


def count(actor: Actor, asked: Asked) -> int | None:
    """How many tasks the list has, up to MOST_COUNTED; None where a long list would have to be looked through for it."""
    return _walk(actor, asked).count(MOST_COUNTED)


def counts(actor: Actor) -> dict[str, int]:
    """How many tasks each of the lists there are has: asked at once, but for those that keys are asked for first."""
    found = statements.ask(_counted(actor)).one()._asdict() | {view: count(actor, Asked(view)) for view in queries.KEYED}
    return {view: min(found[view], MOST_COUNTED) for view in queries.VIEWS}


@lru_cache(maxsize=ACTORS_KEPT)
def _counted(actor: Actor) -> Select:
    views = [view for view in queries.VIEWS if view not in queries.KEYED]
    return select(*(_walk(actor, Asked(view)).sum(MOST_COUNTED).label(view) for view in views))


def _walk(actor: Actor, asked: Asked, forward: bool = True, is_bounded: bool = True) -> Walk:
    order = list(enumerate(SORTS[asked.sort.removeprefix("-")]))
    return Walk(actor, asked, order[::-1] if asked.sort.startswith("-") else order, forward, is_bounded)


def _beside(mark: Mark | None, asked: Asked, step: int) -> Mark | None:
    """The place just after a mark, or before: so that the task that stands there is found from the other side."""
    step = -step if asked.sort.startswith("-") else step
    return mark and Mark(mark.segment, (*mark.key[:-1], max(mark.key[-1] + step, 0)))


def _loaded(task_ids: Sequence[int]) -> list[UserTask]:
    found = {row.id: row for row in db.session.scalars(_LOADED, {"tasks": list(task_ids)})} if task_ids else {}
    return [found[each] for each in task_ids if each in found]


_LOADED = select(UserTask).where(statements.among(UserTask.id, "tasks")).options(*UNOPENED)


def _text(mark: Mark) -> str:
    said = json.dumps([mark.segment, *mark.key], default=lambda one: one.isoformat() if isinstance(one, datetime) else str(one))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _mark(asked: Asked, text: str) -> Mark | None:
    if not text:
        return None
    try:
        number, *values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        segment = SORTS[asked.sort.removeprefix("-")][number]
        key = [_value(column, value) for column, value in zip((*segment.by, UserTask.id), values, strict=True)]
    except (ValueError, TypeError, IndexError, KeyError, ArithmeticError) as error:
        raise NoSuchPage() from error
    return Mark(number, tuple(key))


def _value(column, value):
    if column is UserTask.id:
        if not isinstance(value, int) or not 0 <= value < 2**31:
            raise ValueError(value)
        return value
    if column.class_ is TaskPriority:
        if not isinstance(value, int) or not 0 <= value < 1000:
            raise ValueError(value)
        return value
    if column is Case.amount:
        return Decimal(value)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment


