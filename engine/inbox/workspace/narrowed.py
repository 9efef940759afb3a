"""Narrow a search for cases down: to the days on which they came, to one court, by any other field of the register.

What holds for few cases is found by its index. Where each condition holds for many, the newest cases are looked through, so many
of them at most: so a list costs the same in a register of any size, and says that there may be more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, false, func, or_, select

from engine.access.actor import Actor
from engine.access.models import Body, BodyKind
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases.models import Case
from engine.clock import SHANGHAI
from engine.db import db
from engine.inbox.lists import conditions, finding, walking

MOST_COURTS, LOOKED_AT = 200, 100_000
ELSEWHERE = {"stage", "court", "received_from", "received_to"}  # what the search asks for in its own way
FIELDS = tuple(name for name in conditions.OF_CASES if name not in ELSEWHERE)


@dataclass(frozen=True)
class Narrowed:
    """Which cases a search is about."""

    since: date | None = None  # received on this day or later
    until: date | None = None  # on this day or before
    court_id: int | None = None  # referred by this court
    more: Mapping[str, str] = field(default_factory=dict)  # of FIELDS: what each is told
    unread: Mapping[str, str] = field(default_factory=dict)  # what of them makes no sense: then nothing is found
    few: Sequence[int] | None = None  # the cases of its rarest condition, where these are few

    @property
    def said(self) -> dict[str, str]:
        """What was told of FIELDS, whether it makes sense or not."""
        return {**self.more, **self.unread}

    def conditions(self, actor: Actor) -> list[ColumnElement[bool]]:
        """What it demands of a case, for this reader."""
        found = [] if self.since is None else [Case.received_at >= _start(self.since)]
        found += [] if self.until is None else [Case.received_at < _start(self.until + timedelta(days=1))]
        found += [] if self.court_id is None else [Case.court_id == self.court_id]
        if self.unread:
            return [false()]
        if not self.more:
            return found
        among = Case.id.in_(self.few) if self.few is not None else Case.id > self._last() - LOOKED_AT
        return [*found, among, *(conditions.OF_CASES[name](actor, text) for name, text in self.more.items())]

    def is_partly(self) -> bool:
        """Are only the newest cases of these days looked through?"""
        if not self.more or self.few is not None:
            return False
        first = finding.between(self.since and _start(self.since), None)[0]
        return max(first, 1) <= self._last() - LOOKED_AT

    def _last(self) -> int:
        """The id of the newest case of these days."""
        until = self.until and _start(self.until + timedelta(days=1))
        return min(finding.between(None, until)[1], db.session.scalar(select(func.max(Case.id))) or 0)

    def look_up(self, text: str) -> finding.Meant:
        """What a text means among these cases."""
        if not text.strip():
            return finding.Meant()
        until = self.until and _start(self.until + timedelta(days=1))
        return finding.look_up(text, finding.between(self.since and _start(self.since), until))


EVERYWHERE = Narrowed()


def read(actor: Actor, values: Mapping[str, str], since: date | None = None, until: date | None = None,
         court_id: int | None = None) -> Narrowed:
    """What is asked for; `values`: of FIELDS."""
    told = {name: text for name in FIELDS if (text := values.get(name, "").strip())}
    more = {name: text for name, text in told.items() if _is_sense(actor, name, text)}
    unread = {name: text[:finding.LONGEST] for name, text in told.items() if name not in more}
    return Narrowed(since, until, court_id, more, unread, walking.few_cases(actor, more) if more else None)


def _is_sense(actor: Actor, name: str, text: str) -> bool:
    try:
        return len(text) <= finding.LONGEST and conditions.OF_CASES[name](actor, text) is not None
    except ValueError:
        return False


def courts(actor: Actor, chosen: int | None = None) -> list[Body]:
    """Courts to choose from, and the chosen one, also where it sends nothing any more."""
    require(actor, Permission.CASE_SEARCH)
    offered = or_(Body.is_active, Body.id == chosen) if chosen else Body.is_active
    return list(db.session.scalars(
        select(Body).where(Body.kind == BodyKind.COURT, offered).order_by(Body.name).limit(MOST_COURTS)))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
