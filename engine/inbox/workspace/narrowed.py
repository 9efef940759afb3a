"""Narrow a search for cases down: to the days on which they came, to one court; and tell when that is needed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select

from engine.access.actor import Actor
from engine.access.models import Body, BodyKind
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases.models import Case
from engine.clock import SHANGHAI
from engine.db import db
from engine.inbox.lists import finding

MOST_COURTS = 200


@dataclass(frozen=True)
class Narrowed:
    """Which cases a search is about."""

    since: date | None = None  # received on this day or later
    until: date | None = None  # on this day or before
    court_id: int | None = None  # referred by this court

    def conditions(self) -> list[ColumnElement[bool]]:
        """What it demands of a case."""
        found = [] if self.since is None else [Case.received_at >= _start(self.since)]
        found += [] if self.until is None else [Case.received_at < _start(self.until + timedelta(days=1))]
        return found + ([] if self.court_id is None else [Case.court_id == self.court_id])

    def ids(self) -> finding.Ids:
        """Among which cases to look."""
        return finding.between(self.since and _start(self.since), self.until and _start(self.until + timedelta(days=1)))


EVERYWHERE = Narrowed()


def is_cut(text: str, narrowed: Narrowed = EVERYWHERE) -> bool:
    """Does so much begin like the text that cases may be missing among what a search finds?"""
    return bool(text.strip()) and finding.is_cut(text, narrowed.ids())


def courts(actor: Actor) -> list[Body]:
    """Courts to choose from."""
    require(actor, Permission.CASE_SEARCH)
    return list(db.session.scalars(select(Body).where(Body.kind == BodyKind.COURT).order_by(Body.name).limit(MOST_COURTS)))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
