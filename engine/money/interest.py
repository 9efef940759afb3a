"""Interest for late performance: the doubled part by CPL 264 and 法释〔2014〕8号 Arts. 1–4 (term T21), and what was agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.errors import Invalid
from engine.i18n import _
from engine.money.amounts import cents

DAILY_RATE = Decimal("0.000175")  # 日万分之一点七五
DAYS_OF_A_YEAR = 365  # by which a yearly rate is counted by the day


class PaymentsUnordered(Invalid):
    message = _("Payments must lie within the time counted, in order, and be greater than zero.")


@dataclass(frozen=True)
class Step:
    """A time in which the unpaid sum was the same: from the day after `since` to `until`, inclusive."""

    since: date
    until: date
    unpaid: Decimal

    @property
    def days(self) -> int:
        return (self.until - self.since).days

    @property
    def first(self) -> date:
        """The first day that counts."""
        return self.since + timedelta(days=1)

    @property
    def doubled(self) -> Decimal:
        """The doubled part of this time alone."""
        return cents(self.at(DAILY_RATE))

    def at(self, daily_rate: Decimal) -> Decimal:
        """Its interest, not rounded."""
        return self.unpaid * daily_rate * self.days


def steps(unpaid: Decimal, period_end: date, until: date, payments: Sequence[tuple[date, Decimal]] = ()) -> list[Step]:
    """How an unpaid sum went down, from the end of the performance period to a day.

    `payments` are part payments (day, sum); they go to the debt first (Art. 4) and count from the day after.
    """
    if unpaid < 0 or until < period_end:
        return []
    found, since = [], period_end
    for day, paid in payments:
        if not since <= day <= until or paid <= 0:
            raise PaymentsUnordered()
        found.append(Step(since, day, unpaid))
        unpaid, since = max(unpaid - paid, Decimal(0)), day
    found.append(Step(since, until, unpaid))
    return [step for step in found if step.days and step.unpaid]


def doubled(unpaid: Decimal, period_end: date, until: date, payments: Sequence[tuple[date, Decimal]] = ()) -> Decimal:
    """The doubled part on an unpaid sum, from the day after the performance period to the day of payment, inclusive."""
    return total(steps(unpaid, period_end, until, payments))


def total(counted: Sequence[Step], daily_rate: Decimal = DAILY_RATE) -> Decimal:
    """The interest of all steps, rounded once."""
    return cents(sum((step.at(daily_rate) for step in counted), Decimal(0)))


def agreed(counted: Sequence[Step], yearly_percent: Decimal) -> Decimal:
    """Interest at a yearly rate that the document itself lays down (Art. 1: only then is there ordinary interest)."""
    return total(counted, yearly_percent / 100 / DAYS_OF_A_YEAR)
