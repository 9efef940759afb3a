"""One page of a list of tasks, from where the last one ended: however long the list is, a page costs the same.

Each way by which an actor reaches tasks (their own, those of a team) is asked alone, in the order of an index, for no more than a
page; what comes back is put together. An order has segments, one after the other, because what has no due day stands last.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from heapq import merge

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, joinedload
from sqlalchemy.sql import ColumnElement

from engine.access.actor import Actor
from engine.cases.models import Case
from engine.db import db
from engine.errors import Invalid
from engine.i18n import _
from engine.inbox import finding, queries
from engine.inbox.asked import Asked
from engine.inbox.models import has_priority
from engine.workflow.models import ORDINARY, TaskPriority, UserTask

MOST_COUNTED = 1000


class NoSuchPage(Invalid):
    """The mark of where to go on is none of ours."""

    message = _("This page of the list does not exist; begin at its first page.")


@dataclass(frozen=True)
class Segment:
    """A part of an order: which tasks belong to it, and by what they stand in it (the id comes last)."""

    belongs: tuple[ColumnElement[bool], ...]
    by: tuple[InstrumentedAttribute, ...]


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
    """Some tasks of a list, and where the pages after and before begin; empty: there is none."""

    tasks: list[UserTask]
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class _Mark:
    """A place in an order: the segment, and the key of the task that stands there."""

    segment: int
    key: tuple


@dataclass(frozen=True)
class _Question:
    """Who asks for which list."""

    actor: Actor
    asked: Asked

    def found(self, with_case: bool = False) -> list[Select]:
        """The open tasks that the list means, of each branch."""
        return [each.where(*self._sought) for each in self._branches(with_case)]

    @cached_property
    def _sought(self) -> list[ColumnElement[bool]]:
        """What the search means is looked up once."""
        return [finding.tasks(self.asked.search, self._branches())] if self.asked.search else []

    def _branches(self, with_case: bool = False) -> list[Select]:
        return [self._of(branch, with_case) for branch in queries.branches(self.actor, self.asked.view)]

    def _of(self, branch: ColumnElement[bool], with_case: bool) -> Select:
        query = select(UserTask)
        if with_case or self.asked.is_of_cases:
            query = query.join(Case, Case.id == UserTask.case_id)
        return query.where(queries.IS_OPEN, branch, queries.in_reach(self.actor),
                           *queries.VIEWS[self.asked.view].also(self.actor), *self.asked.condition(self.actor))


def read(actor: Actor, asked: Asked, after: str = "", before: str = "", limit: int = queries.PAGE) -> Page:
    """A page of the list: its first, or the one after or before a mark. Raises NoSuchPage."""
    forward = not before
    mark = _mark(asked, after or before)
    found = []
    for one in _walk(_Question(actor, asked), mark, forward, limit + 1):
        found.append(one)
        if len(found) > limit:
            break
    more, found = len(found) > limit, found[:limit]
    if not forward:
        found.reverse()
    has_after, has_before = (more, bool(after)) if forward else (True, more)
    tasks = _loaded([each.key[-1] for each in found])
    return Page(tasks, _text(found[-1]) if found and has_after else "", _text(found[0]) if found and has_before else "")


def ids(actor: Actor, asked: Asked, limit: int = queries.PAGE) -> list[int]:
    """The tasks of the first page."""
    return [each.key[-1] for _n, each in zip(range(limit), _walk(_Question(actor, asked), None, True, limit), strict=False)]


def count(actor: Actor, asked: Asked) -> int:
    """How many tasks the list has, up to MOST_COUNTED."""
    found = _Question(actor, asked).found()
    parts = [each.with_only_columns(UserTask.id).limit(MOST_COUNTED).subquery() for each in found]
    sums = [select(func.count()).select_from(part).scalar_subquery() for part in parts]
    return min(sum(db.session.execute(select(*sums)).one()), MOST_COUNTED) if sums else 0


def counts(actor: Actor) -> dict[str, int]:
    """How many tasks each of the lists there are has."""
    return {view: count(actor, Asked(view)) for view in queries.VIEWS}


def _walk(question: _Question, mark: _Mark | None, forward: bool, limit: int) -> Iterator[_Mark]:
    """The places of the list's tasks, from the mark on; at most so many are asked for at once."""
    sort = question.asked.sort
    descending = sort.startswith("-")
    order = list(enumerate(SORTS[sort.removeprefix("-")]))
    order = order[::-1] if descending else order
    order = order if forward else order[::-1]
    begin = next((place for place, (number, _segment) in enumerate(order) if mark and number == mark.segment), 0)
    for number, segment in order[begin:]:
        start = mark.key if mark and number == mark.segment else None
        yield from _of_segment(question, (number, segment), start, descending == forward, limit)


def _of_segment(question: _Question, at: tuple[int, Segment], start: tuple | None, down: bool, limit: int):
    number, segment = at
    columns = (*segment.by, UserTask.id)
    parts = []
    for query in question.found(with_case=Case.amount in segment.by):
        if segment.by is _PLACES:
            query = query.join(TaskPriority, TaskPriority.task_id == UserTask.id)
        query = query.where(*segment.belongs)
        if start is not None:
            here, there = tuple_(*columns), tuple_(*start)
            query = query.where(here < there if down else here > there)
        query = query.with_only_columns(*columns).order_by(*(each.desc() if down else each for each in columns))
        parts.append([tuple(row) for row in db.session.execute(query.limit(limit))])
    for key in dict.fromkeys(merge(*parts, reverse=down)):
        yield _Mark(number, key)


def _loaded(task_ids: Sequence[int]) -> list[UserTask]:
    rows = db.session.scalars(select(UserTask).where(UserTask.id.in_(task_ids)).options(joinedload(UserTask.instance)))
    found = {row.id: row for row in rows}
    return [found[each] for each in task_ids if each in found]


def _text(mark: _Mark) -> str:
    said = json.dumps([mark.segment, *mark.key], default=lambda one: one.isoformat() if isinstance(one, datetime) else str(one))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _mark(asked: Asked, text: str) -> _Mark | None:
    if not text:
        return None
    try:
        number, *values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        segment = SORTS[asked.sort.removeprefix("-")][number]
        key = [_value(column, value) for column, value in zip((*segment.by, UserTask.id), values, strict=True)]
    except (ValueError, TypeError, IndexError, KeyError, ArithmeticError) as error:
        raise NoSuchPage() from error
    return _Mark(number, tuple(key))


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


