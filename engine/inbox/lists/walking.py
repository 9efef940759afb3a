"""Walk a list of tasks in its order, at a price that does not grow with the list, whatever it is narrowed by.

Conditions on the case are asked in one of two ways. Where one of them holds for few cases, the tasks of these cases are looked
at. Where each holds for many, the tasks are looked at in their order, so many of them at most: who asks for what is rare only in
combination is told how far the look went, and may go on from there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from heapq import merge
from operator import add

from sqlalchemy import Select, false, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.elements import False_

from engine.access.actor import Actor
from engine.access.policy import visible
from engine.cases.models import Case
from engine.db import db
from engine.inbox.lists import conditions, finding, queries
from engine.inbox.lists.asked import Asked
from engine.inbox.models import TaskPriority
from engine.workflow.models import UserTask

FEW, AT_FIRST, LOOKED_AT = 1000, 400, 4000  # cases whose tasks are looked at; tasks that are looked at in a row


@dataclass(frozen=True)
class Segment:
    """A part of an order: which tasks belong to it, and by what they stand in it (the id comes last)."""

    belongs: tuple[ColumnElement[bool], ...]
    by: tuple[InstrumentedAttribute, ...]


@dataclass(frozen=True)
class Mark:
    """A place in an order: the segment, and the key of the task that stands there. `is_end`: the look goes no further."""

    segment: int
    key: tuple
    is_end: bool = False


@dataclass(frozen=True)
class Walk:
    """One list, read in one direction. Without `is_bounded` it is looked through to its end."""

    actor: Actor
    asked: Asked
    order: list[tuple[int, Segment]]
    forward: bool = True
    is_bounded: bool = True

    def places(self, mark: Mark | None, limit: int) -> Iterator[Mark]:
        """The places of the list's tasks, from the mark on; at most so many are asked for at once. The last one may be an end."""
        if self._is_empty:
            return
        among = self.few()
        order = self.order if self.forward else self.order[::-1]
        begin = next((place for place, (number, _segment) in enumerate(order) if mark and number == mark.segment), 0)
        for number, segment in order[begin:]:
            start = mark.key if mark and number == mark.segment else None
            for place in self._of_segment(number, segment, start, limit, among):
                yield place
                if place.is_end:
                    return

    def count(self, most: int) -> int | None:
        """How many tasks it has, up to so many; None where that cannot be said without looking through a long list."""
        if self._is_empty:
            return 0
        among, branches = self.few(), queries.branches(self.actor, self.asked.view)
        if self._looks_at_some(among):
            for branch in branches:
                looked = self._plain(branch).with_only_columns(UserTask.id, UserTask.case_id).limit(LOOKED_AT).subquery()
                if db.session.scalar(select(func.count()).select_from(looked)) == LOOKED_AT:
                    return None
        return min(db.session.scalar(select(self.sum(most, among))), most)

    def sum(self, most: int, among: list[int] | None = None) -> ColumnElement[int]:
        """How many tasks its branches have together, each counted up to so many: to be asked for."""
        found = [self._found(branch, among).with_only_columns(UserTask.id).limit(most).subquery()
                 for branch in queries.branches(self.actor, self.asked.view)]
        return reduce(add, [select(func.count()).select_from(each).scalar_subquery() for each in found], literal(0))

    def few(self) -> list[int] | None:
        """The cases for which the rarest condition holds, where these are few."""
        return few_cases(self.actor, self.asked.conditions) if self.is_bounded else None

    def _looks_at_some(self, among: list[int] | None) -> bool:
        return self.is_bounded and among is None and bool(self.asked.conditions.keys() - conditions.OF_TASKS.keys())

    @property
    def _descends(self) -> bool:
        return self.asked.sort.startswith("-") == self.forward

    def _of_segment(self, number: int, segment: Segment, start: tuple | None, limit: int, among) -> Iterator[Mark]:
        parts, ends, down = [], [], self._descends
        own = queries.own_branches(self.actor, self.asked.view)
        for place, branch in enumerate(queries.branches(self.actor, self.asked.view)):
            rows, end = self._of_branch(branch, segment, start, limit, among, is_few=place < own)
            parts.append(rows)
            ends += [end] if end else []
        end = (max if down else min)(ends, default=None)
        for key in dict.fromkeys(merge(*parts, reverse=down)):
            if end is not None and (key < end if down else key > end):
                break
            yield Mark(number, key)
        if end is not None:
            yield Mark(number, end, is_end=True)

    def _of_branch(self, branch, segment: Segment, start: tuple | None, limit: int, among,
                   is_few: bool) -> tuple[list[tuple], tuple | None]:
        """The keys found, and where the look ended if it did not come to the end."""
        columns = (*segment.by, UserTask.id)
        if not self._looks_at_some(among):
            query = self._ordered(self._found(branch, among, segment), segment, start, is_few)
            return self._keys(query, columns, limit), None
        looked = self._ordered(self._plain(branch, segment), segment, start).with_only_columns(*columns)
        for many in (AT_FIRST, LOOKED_AT):  # mostly there is a page among the first
            some = looked.limit(many).with_only_columns(UserTask.id).subquery()
            query = self._ordered(self._found(branch, among, segment), segment, start).where(UserTask.id.in_(select(some.c.id)))
            rows = self._keys(query, columns, limit)
            if len(rows) >= limit:
                return rows, None
            end = db.session.execute(looked.offset(many - 1).limit(1)).one_or_none()
            if end is None:
                return rows, None
        return rows, tuple(end)

    def _keys(self, query: Select, columns: tuple, limit: int) -> list[tuple]:
        return [tuple(row) for row in db.session.execute(query.with_only_columns(*columns).limit(limit))]

    def _ordered(self, query: Select, segment: Segment, start: tuple | None, is_few: bool = False) -> Select:
        """In its order. Of few tasks the sums are sorted: else a database might look for them along the sums of all cases."""
        columns, down = (*segment.by, UserTask.id), self._descends
        if start is not None:
            here, there = tuple_(*columns), tuple_(*start)
            query = query.where(here < there if down else here > there)
        by = [each + 0 if is_few and each is Case.amount else each for each in columns]
        return query.order_by(*(each.desc() if down else each for each in by))

    def _plain(self, branch: ColumnElement[bool], segment: Segment | None = None) -> Select:
        """The open tasks of one branch of the view, without what its conditions ask of cases."""
        query, by = select(UserTask), segment.by if segment else ()
        if Case.amount in by:
            query = query.join(Case, Case.id == UserTask.case_id)
        if TaskPriority.major in by:
            query = query.join(TaskPriority, TaskPriority.task_id == UserTask.id)
        of_tasks = [conditions.OF_TASKS[name](self.actor, text) for name, text in self.asked.conditions.items()
                    if name in conditions.OF_TASKS]
        return query.where(queries.IS_OPEN, branch, *self._also,
                           *(segment.belongs if segment else ()), *of_tasks)

    def _found(self, branch: ColumnElement[bool], among: list[int] | None, segment: Segment | None = None) -> Select:
        """The open tasks of one branch that the list means."""
        return self._wanted(branch, among, segment).where(*self._sought)

    def _wanted(self, branch: ColumnElement[bool], among: list[int] | None, segment: Segment | None = None) -> Select:
        """The same before anything is searched for in it."""
        query, by_case = self._plain(branch, segment), segment is not None and Case.amount in segment.by
        if self.asked.is_of_cases and not by_case:
            query = query.join(Case, Case.id == UserTask.case_id)
        has_case = self.actor.kind == "user" and (self.asked.is_of_cases or by_case)
        is_in_reach = visible(self.actor, Case) if has_case else queries.in_reach(self.actor)
        query = query.where(is_in_reach, *self.asked.condition(self.actor))
        if among is not None:
            query = query.where(UserTask.case_id.in_(among) if among else false())
        return query

    @cached_property
    def _also(self) -> list[ColumnElement[bool]]:
        """What the view asks of its tasks."""
        return queries.VIEWS[self.asked.view].also(self.actor)

    @property
    def _is_empty(self) -> bool:
        """Does the view say that it has no tasks at all?"""
        return any(isinstance(each, False_) for each in self._also)

    @cached_property
    def _sought(self) -> list[ColumnElement[bool]]:
        """What the search means is looked up once."""
        lists = [self._wanted(branch, None) for branch in queries.branches(self.actor, self.asked.view)]
        return [finding.tasks(self.asked.search, lists)] if self.asked.search else []


def few_cases(actor: Actor, told: Mapping[str, str]) -> list[int] | None:
    """The cases for which the rarest of these conditions holds, where these are few; whosever they are."""
    for name, text in told.items():
        if name in conditions.INDEXED or name.startswith(conditions.ANSWER):
            found = list(db.session.scalars(_cases(actor, name, text).limit(FEW + 1)))
            if len(found) <= FEW:
                return found
    return None


def _cases(actor: Actor, name: str, text: str) -> Select:
    """The ids of the cases for which a condition holds, whosever they are: only to be narrowed further."""
    if name.startswith(conditions.ANSWER):
        return conditions.answered_cases(name, text)
    return select(Case.id).where(conditions.OF_CASES[name](actor, text))
