"""Working days and days of rest as the State Council's yearly notices set them: data files, never a formula.

Basis: 全国年节及纪念日放假办法 Arts. 2, 6, 7. A year whose notice is not out yet has no file, and asking about it is an
error: moved weekends (调休) cannot be computed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from engine.errors import Conflict
from engine.i18n import _

SATURDAY = 5
DAY = timedelta(days=1)


class CalendarYearMissing(Conflict):
    """The notice on a year's holidays is not among our data, so nothing can be said about its days."""

    message = _("The calendar of holidays and working days for %(year)s is not installed yet; add the State Council's notice.")

    def __init__(self, year: int):
        self.year = year
        super().__init__(year=year)


class CalendarFileBroken(Exception):
    """A calendar file contradicts itself; the text says which and how."""


@dataclass(frozen=True)
class Rest:
    """Why nobody works on a day: a holiday's Chinese and English name."""

    zh: str
    en: str


NEW_YEAR = Rest("元旦", "New Year")
WEEKEND = {5: Rest("周六", "Saturday"), 6: Rest("周日", "Sunday")}


@dataclass(frozen=True)
class Calendar:
    """The years we know: their days off, statutory holidays and made-up working days."""

    years: frozenset[int]
    days_off: dict[date, Rest] = field(default_factory=dict)
    statutory: frozenset[date] = frozenset()
    made_up: frozenset[date] = frozenset()
    sha256: str = ""  # of the notices' content: terms remember by which calendar they were counted

    @classmethod
    def of(cls, notices: Iterable[dict], sha256: str = "") -> "Calendar":
        """A calendar from the notices' data; raises CalendarFileBroken for one that contradicts itself."""
        years, days_off, statutory, made_up = set(), {}, set(), set()
        for notice in notices:
            years.add(notice["year"])
            for holiday in notice["holidays"]:
                days_off |= dict.fromkeys(_span(holiday), Rest(holiday["name"], holiday["name_en"]))
                statutory |= {date.fromisoformat(day) for day in holiday["statutory"]}
                made_up |= {date.fromisoformat(day) for day in holiday["made_up_on"]}
        _check(days_off, statutory, made_up)
        return cls(frozenset(years), days_off, frozenset(statutory), frozenset(made_up), sha256)

    def knows(self, day: date) -> bool:
        """Whether the notice for this day's year is installed."""
        return day.year in self.years

    def rest(self, day: date) -> Rest | None:
        """Why nobody works on this day, or None on a working day."""
        if not self.knows(day):
            raise CalendarYearMissing(day.year)
        if day in self.days_off:
            return self.days_off[day]
        return None if day in self.made_up else WEEKEND.get(day.weekday())

    def is_working(self, day: date) -> bool:
        """Whether this is a working day (工作日), made-up weekends included."""
        return self.rest(day) is None

    def is_statutory_holiday(self, day: date) -> bool:
        """Whether this is one of the year's statutory holidays (法定节日), as opposed to a weekend or a day in lieu."""
        if not self.knows(day):
            raise CalendarYearMissing(day.year)
        return day in self.statutory

    def expected_rest(self, day: date) -> Rest | None:
        """As `rest`; in a year without a notice weekends and New Year's Day, which need none: provisional."""
        if self.knows(day):
            return self.rest(day)
        return NEW_YEAR if (day.month, day.day) == (1, 1) else WEEKEND.get(day.weekday())

    def add_working_days(self, day: date, count: int) -> date:
        """The working day that lies so many working days after a day; the day itself is not counted."""
        if count < 0:
            raise ValueError("working days are counted forward")
        while count:
            day += DAY
            count -= self.is_working(day)
        return day

    def expected_working_days(self, day: date, count: int) -> date:
        """As `add_working_days`, where the years without a notice only rest on weekends and New Year's Day: provisional."""
        while count:
            day += DAY
            count -= self.expected_rest(day) is None
        return day

    def working_days_before(self, day: date, count: int) -> date:
        """The working day that lies so many working days before a day, as `expected_working_days` counts them."""
        while count:
            day -= DAY
            count -= self.expected_rest(day) is None
        return day

    def next_working(self, day: date) -> date:
        """The day itself when it is a working day, else the first one after it."""
        while not self.is_working(day):
            day += DAY
        return day


def add_days(day: date, count: int) -> date:
    """The day so many calendar days after a day; the day itself is not counted."""
    return day + timedelta(days=count)


def _span(holiday: dict) -> list[date]:
    first, last = date.fromisoformat(holiday["from"]), date.fromisoformat(holiday["to"])
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _check(days_off: dict, statutory: set, made_up: set) -> None:
    if wrong := [day for day in made_up if day.weekday() < SATURDAY]:
        raise CalendarFileBroken(f"made-up working days must be weekends: {sorted(map(str, wrong))}")
    if wrong := made_up & days_off.keys():
        raise CalendarFileBroken(f"days both off and made up: {sorted(map(str, wrong))}")
    if wrong := statutory - days_off.keys():
        raise CalendarFileBroken(f"statutory holidays outside their days off: {sorted(map(str, wrong))}")
