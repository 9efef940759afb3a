"""When a term ends, and why: pure arithmetic that explains itself.

Basis: CPL 85, CPL-Interp 125, Civil Code 201–203. The day (or hour) of the start is not counted; a last day of rest
(法定休假日: holidays, days in lieu and weekends that are not made up) moves the end to the first day after it; the last
day ends at 24:00 in Asia/Shanghai.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from engine.clock import SHANGHAI
from engine.deadlines import saying
from engine.deadlines.calendar import DAY, Calendar, CalendarYearMissing, add_days
from engine.deadlines.terms import Term, Unit, Words
from engine.errors import Conflict
from engine.i18n import _

INSTANT = timedelta(microseconds=1)


class TermWithoutLength(Conflict):
    """The law fixes no length for this term; whoever starts it must say one."""

    message = _("The term %(term)s has no fixed length: say how many days it runs.")


@dataclass(frozen=True)
class Reckoning:
    """A term's end and how it was found."""

    due_at: datetime  # aware UTC: 24:00 in Shanghai of the last day
    last_day: date
    steps: tuple[Words, ...]
    is_provisional: bool = False  # the last day's year has no calendar yet: the end may still move

    def explain(self, language: str) -> str:
        """The reckoning in one line: 从 3月10日 次日起算，第30日为 4月9日（周三）."""
        return saying.joined(self.steps).in_language(language)

    @property
    def explanation(self) -> dict[str, str]:
        """The line in both languages, as a deadline's row keeps it."""
        return {"zh": self.explain("zh"), "en": self.explain("en")}

    def remaining(self, now: datetime) -> timedelta:
        """Time left; negative once the end has passed."""
        return self.due_at - now


def due(term: Term, start: datetime, calendar: Calendar, length: int | None = None) -> Reckoning:
    """When a term that starts now ends.

    `length` is needed for terms the law leaves open, and replaces the table's number otherwise. A term that reaches into a
    year without a calendar has a provisional end and says so; `recounting.again` settles it once the calendar is there.
    """
    length = term.length if length is None else length
    if length is None:
        raise TermWithoutLength(term=term.id)
    begun = start.astimezone(SHANGHAI)
    if term.unit is Unit.HOUR:
        return _hours(begun, length)
    if term.counts_back:
        last = add_days(begun.date(), -length)
        return Reckoning(end_of(last), last, (saying.before(begun.date(), length, last),))
    if term.unit is Unit.WORKING_DAY:
        last, missing = _working_end(calendar, begun.date(), length)
        counted = (saying.counted(begun.date(), term.unit, length, last), *missing)
        return Reckoning(end_of(last), last, counted, is_provisional=bool(missing))
    last = _calendar_end(term.unit, begun.date(), length)
    step = saying.counted(begun.date(), term.unit, length, last)
    return _ending(last, calendar, (step,), moves=term.moves_off_rest_days)


def extended(term: Term, due_at: datetime, days: int, calendar: Calendar) -> Reckoning:
    """The end after so many more days, counted from the day on which the term would have ended."""
    old = last_day(due_at)
    if term.unit is Unit.WORKING_DAY:
        last, missing = _working_end(calendar, old, days)
        found = Reckoning(end_of(last), last, (saying.extended(old, days, last, working=True), *missing), bool(missing))
    else:
        last = add_days(old, days)
        found = _ending(last, calendar, (saying.extended(old, days, last),), moves=term.moves_off_rest_days)
    due_at += found.last_day - old  # keeps the hour that a pause gave it
    return Reckoning(due_at, found.last_day, found.steps, found.is_provisional)


def resumed(due_at: datetime, paused: timedelta) -> Reckoning:
    """The end after a pause: it moves by exactly the time paused."""
    moved = due_at + paused
    return Reckoning(moved, last_day(moved), (saying.resumed(last_day(due_at), paused, last_day(moved)),))


def is_kept(due_at: datetime, done_at: datetime, posted_on: date | None = None) -> bool:
    """Was it done in time, or given to the post by the last day? The travel time of post does not count (CPL 85)."""
    return done_at <= due_at or posted_on is not None and posted_on <= last_day(due_at)


def days_of_months(due_at: datetime, months: int) -> int:
    """How many days so many months from the last day of a term are."""
    return (last_day(due_at) + relativedelta(months=months) - last_day(due_at)).days


def end_of(day: date) -> datetime:
    """24:00 in Shanghai of a day, as aware UTC (Civil Code 203)."""
    return datetime.combine(day + DAY, time(), SHANGHAI).astimezone(UTC)


def last_day(due_at: datetime) -> date:
    """The last day of a term that ends at a moment: at 24:00 it is the day before."""
    return (due_at - INSTANT).astimezone(SHANGHAI).date()


def spoken(due_at: datetime) -> str:
    """The last day as messages and forms name it."""
    day = last_day(due_at)
    return f"{day.month}月{day.day}日"


def _hours(begun: datetime, length: int) -> Reckoning:
    next_hour = begun.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    end = next_hour + timedelta(hours=length)
    return Reckoning(end.astimezone(UTC), last_day(end), (saying.hours(begun, length, end),))


def _working_end(calendar: Calendar, begun: date, length: int) -> tuple[date, tuple[Words, ...]]:
    """The last of so many working days, and the words for a year whose calendar is missing."""
    try:
        return calendar.add_working_days(begun, length), ()
    except CalendarYearMissing as missing:
        return calendar.expected_working_days(begun, length), (saying.provisional(missing.year),)


def _calendar_end(unit: Unit, begun: date, length: int) -> date:
    match unit:
        case Unit.MONTH:
            return begun + relativedelta(months=length)  # no such day: the last of the month (Civil Code 202)
        case Unit.YEAR:
            return begun + relativedelta(years=length)
        case _:
            return add_days(begun, length)


def _ending(last: date, calendar: Calendar, steps: tuple[Words, ...], moves: bool) -> Reckoning:
    if not moves:
        return Reckoning(end_of(last), last, steps)
    rest, moved, unsure = calendar.expected_rest(last), calendar.expected_working_days(last - DAY, 1), ()
    try:
        calendar.next_working(last)
    except CalendarYearMissing as missing:
        unsure = (saying.provisional(missing.year),)
    if rest:
        steps = (*steps, saying.moved(last, rest, moved))
    return Reckoning(end_of(moved), moved, (*steps, *unsure), is_provisional=bool(unsure))
