"""Numbers about cases, by organisation, court, cause or month. What each one counts is said once, in `Figures`.

Whoever only sees aggregates (the regulator) gets no number that stands for one to four cases: neither directly, nor as the
difference to a total.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from statistics import mean, median

from sqlalchemy import and_, or_, select, true

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Body, Role
from engine.access.permissions import ROLE_PERMISSIONS, Permission
from engine.access.policy import related_by, require
from engine.cases.models import Case
from engine.cases.outcomes import SUCCESSFUL
from engine.clock import SHANGHAI
from engine.db import db
from engine.deadlines.models import Deadline, DeadlineStatus
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.mediation import declining
from engine.mediation.models import Consent

SMALLEST_GROUP = 5
DIMENSIONS = ("month", "organisation", "court", "cause", "regime", "claimant")
NOT_TAKEN_PART = {"O07", "O08", "O09", "O14", "O15", "O16", "O17", "O18", "O20", "O22"}  # it ended before both sides took part
LONGEST_DAYS = 366 * 10


class PeriodRefused(Invalid):
    message = _("The period must begin before it ends, and last at most ten years.")


@dataclass
class Figures:
    """The numbers of one group in a period. None: there is nothing to take it of. Days run from acceptance to conclusion."""

    received: int = 0  # received_at in the period
    accepted: int = 0  # accepted_at in the period
    concluded: int = 0  # concluded_at in the period
    took_part: int = 0  # of the concluded: both sides took part
    successful: int = 0  # of the concluded: O01–O05
    amount: Decimal = Decimal(0)  # sum in dispute of the received
    settled: Decimal = Decimal(0)  # sum settled of the concluded
    days: list[float] = field(default_factory=list)  # of the concluded that had been accepted
    missed: int = 0  # terms of cases that ran out in the period
    hidden: set[str] = field(default_factory=set)  # names of numbers that may not be shown

    @property
    def success_rate(self) -> float | None:
        """Successful of those where both sides took part."""
        return self.successful / self.took_part if self.took_part else None

    @property
    def success_of_all(self) -> float | None:
        """Successful of all concluded."""
        return self.successful / self.concluded if self.concluded else None

    @property
    def mean_days(self) -> float | None:
        return mean(self.days) if self.days else None

    @property
    def median_days(self) -> float | None:
        return median(self.days) if self.days else None

    def shown(self, name: str):
        """A number, or `<5` when it may not be shown."""
        return f"<{SMALLEST_GROUP}" if name in self.hidden else getattr(self, name)


BASIS = {  # number → the count it rests on
    "received": "received", "amount": "received", "accepted": "accepted", "concluded": "concluded", "took_part": "took_part",
    "successful": "successful", "success_rate": "took_part", "success_of_all": "concluded", "settled": "concluded",
    "mean_days": "timed", "median_days": "timed", "missed": "missed",
}
COUNTS = ("received", "accepted", "concluded", "took_part", "successful", "missed", "timed")


@dataclass(frozen=True)
class Report:
    """A period's numbers by group, and of all together."""

    since: date
    until: date
    by: str
    groups: dict[str, Figures]
    total: Figures
    is_aggregate: bool


def report(actor: Actor, by: str = "month", since: date | None = None, until: date | None = None) -> Report:
    """The numbers the actor may see, the days `since` and `until` included. Raises PeriodRefused."""
    require(actor, Permission.STATISTICS_READ)
    aggregate = is_aggregate(actor)
    since, until = period(since, until, whole_months=aggregate)
    by = by if by in DIMENSIONS else DIMENSIONS[0]
    groups, total = _count(_scope(actor), by, since, until)
    if aggregate:
        _hide(groups, total)
    return Report(since, until, by, dict(sorted(groups.items(), key=_order(by))), total, aggregate)


def declined(actor: Actor, found: Report) -> dict[str, int | str]:
    """Why institutions did not take part, by the code of the reason, of what was said in the period."""
    begin, end = _start(found.since), _start(found.until + timedelta(days=1))
    counts = declining.counts(
        Consent.case_id.in_(select(Case.id).where(_scope(actor))), Consent.at >= begin, Consent.at < end)
    return {code: f"<{SMALLEST_GROUP}" if found.is_aggregate and count < SMALLEST_GROUP else count
            for code, count in counts.items()}


def is_aggregate(actor: Actor) -> bool:
    """Does this actor see everybody's cases, but only as groups?"""
    return actor.has(Role.REGULATOR)


def period(since: date | None, until: date | None, whole_months: bool = False) -> tuple[date, date]:
    """The days counted: the last twelve months when none are named; whole months where single days could single out a case."""
    until = until or clock.today()
    since = since or (until.replace(day=1) - timedelta(days=330)).replace(day=1)
    if since > until or (until - since).days > LONGEST_DAYS:
        raise PeriodRefused(problems=[problem("/until", "period", PeriodRefused.message)])
    if whole_months:
        since, until = since.replace(day=1), (until.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return since, until


def _scope(actor: Actor):
    """The condition on cases: one's own, by each role that may read statistics; all for the regulator."""
    if actor.is_system or is_aggregate(actor):
        return true()
    roles = [role for role in actor.roles if Permission.STATISTICS_READ in ROLE_PERMISSIONS.get(role, ())]
    return or_(*(related_by(actor, role, Case.id) for role in roles))


def _count(scope, by: str, since: date, until: date) -> tuple[dict[str, Figures], Figures]:
    begin, end = _start(since), _start(until + timedelta(days=1))
    groups, total = defaultdict(Figures), Figures()
    for row in _cases(scope, begin, end):
        for measure, moment in (("received", row.received_at), ("accepted", row.accepted_at), ("concluded", row.concluded_at)):
            if moment is not None and begin <= moment < end:
                for figures in (groups[_group(by, row, moment)], total):
                    _add(figures, measure, row)
    for row in _missed(scope, begin, end):
        for figures in (groups[_group(by, row, row.ended_at)], total):
            figures.missed += 1
    return dict(groups), total


def _add(figures: Figures, measure: str, row) -> None:
    setattr(figures, measure, getattr(figures, measure) + 1)
    if measure == "received":
        figures.amount += row.amount
    if measure == "concluded":
        figures.took_part += row.outcome not in NOT_TAKEN_PART
        figures.successful += row.outcome in SUCCESSFUL
        figures.settled += row.settled_amount or 0
        if row.accepted_at is not None:
            figures.days.append((row.concluded_at - row.accepted_at) / timedelta(days=1))


def _cases(scope, begin, end) -> Iterable:
    within = [and_(column >= begin, column < end) for column in (Case.received_at, Case.accepted_at, Case.concluded_at)]
    return db.session.execute(select(
        Case.organisation_id, Case.court_id, Case.cause, Case.regime, Case.claimant, Case.received_at, Case.accepted_at,
        Case.concluded_at,
        Case.outcome, Case.amount, Case.settled_amount).where(scope, or_(*within)))


def _missed(scope, begin, end) -> Iterable:
    """A term counted by a task and by the timer standing on it ran out once."""
    columns = (Case.id, Deadline.term, Deadline.due_at, Case.organisation_id, Case.court_id, Case.cause,
               Case.regime, Case.claimant, Deadline.ended_at)
    ran_out = (Deadline.status == DeadlineStatus.MISSED, Deadline.ended_at >= begin, Deadline.ended_at < end)
    return db.session.execute(select(*columns).distinct().join(Case, Case.id == Deadline.case_id).where(scope, *ran_out))


def _group(by: str, row, moment: datetime) -> str:
    match by:
        case "month":
            return moment.astimezone(SHANGHAI).strftime("%Y-%m")
        case "cause" | "regime" | "claimant":
            return getattr(row, by)
    return str(getattr(row, f"{by}_id") or "")


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def _order(by: str):
    return (lambda entry: entry[0]) if by == "month" else (lambda entry: (-entry[1].received, entry[0]))


def _basis(figures: Figures, count: str) -> int:
    return len(figures.days) if count == "timed" else getattr(figures, count)


def _hide(groups: dict[str, Figures], total: Figures) -> None:
    """Hide what stands for one to four cases; and one more, when a single hidden number would follow from the total."""
    for count in COUNTS:
        small = [each for each in groups.values() if 0 < _basis(each, count) < SMALLEST_GROUP]
        if len(small) == 1:
            others = [each for each in groups.values() if _basis(each, count) >= SMALLEST_GROUP]
            small += sorted(others, key=lambda each: _basis(each, count))[:1] or [total]
        if 0 < _basis(total, count) < SMALLEST_GROUP:
            small.append(total)
        for figures in small:
            figures.hidden.update(name for name, basis in BASIS.items() if basis == count)
    for figures in [*groups.values(), total]:
        if "took_part" in figures.hidden or "successful" in figures.hidden:
            figures.hidden |= {"success_rate", "success_of_all", "successful"}


def names(by: str, keys: Iterable[str]) -> dict[str, Body]:
    """The bodies behind the keys of a grouping by organisation or court."""
    if by not in ("organisation", "court"):
        return {}
    ids = [int(key) for key in keys if key]
    return {str(body.id): body for body in db.session.scalars(select(Body).where(Body.id.in_(ids)))}
