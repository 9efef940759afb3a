"""Narrow a search for cases down: to the days on which they came, to one court; and tell when that is needed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, or_, select

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

    def look_up(self, text: str) -> finding.Meant:
        """What a text means among these cases."""
        if not text.strip():
            return finding.Meant()
        until = self.until and _start(self.until + timedelta(days=1))
        return finding.look_up(text, finding.between(self.since and _start(self.since), until))


EVERYWHERE = Narrowed()


def courts(actor: Actor, chosen: int | None = None) -> list[Body]:
    """Courts to choose from, and the chosen one, also where it sends nothing any more."""
    require(actor, Permission.CASE_SEARCH)
    offered = or_(Body.is_active, Body.id == chosen) if chosen else Body.is_active
    return list(db.session.scalars(
        select(Body).where(Body.kind == BodyKind.COURT, offered).order_by(Body.name).limit(MOST_COURTS)))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
