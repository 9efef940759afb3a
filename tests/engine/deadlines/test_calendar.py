"""The yearly calendars: 全国年节及纪念日放假办法 Arts. 2, 6, 7 and the State Council's notices."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from engine.deadlines.calendar import Calendar, CalendarFileBroken, CalendarYearMissing, add_days
from engine.deadlines.yearly import installed

YEARS = range(2021, 2027)


def days_of(year):
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", YEARS)
def test_every_day_agrees_with_the_independent_chinesecalendar_package(year):
    ours = installed()

    differing = [day for day in days_of(year) if ours.is_working(day) != chinese_calendar.is_workday(day)]

    assert differing == []


@pytest.mark.parametrize("year", YEARS)
def test_a_year_has_eleven_statutory_holidays_until_2024_and_thirteen_after(year):
    found = [day for day in days_of(year) if installed().is_statutory_holiday(day)]

    assert len(found) == (11 if year <= 2024 else 13)


def test_a_made_up_saturday_is_a_working_day_and_a_day_in_lieu_is_not():
    assert installed().is_working(date(2026, 2, 14))
    assert not installed().is_working(date(2026, 2, 23))
    assert not installed().is_statutory_holiday(date(2026, 2, 23))


def test_working_days_step_over_the_spring_festival():
    assert installed().add_working_days(date(2026, 2, 13), 3) == date(2026, 2, 25)


def test_the_start_day_is_never_counted():
    assert installed().add_working_days(date(2026, 3, 2), 1) == date(2026, 3, 3)
    assert add_days(date(2026, 3, 2), 30) == date(2026, 4, 1)


def test_the_last_saturday_of_2022_is_off_by_the_notice_for_2023():
    assert installed().rest(date(2022, 12, 31)).zh == "元旦"


@pytest.mark.parametrize("ask", [Calendar.is_working, Calendar.is_statutory_holiday, Calendar.next_working])
def test_a_year_without_a_notice_is_an_error_that_names_it(ask):
    with pytest.raises(CalendarYearMissing, match="2027"):
        ask(installed(), date(2027, 3, 1))


def test_counting_working_days_into_a_missing_year_is_an_error():
    with pytest.raises(CalendarYearMissing, match="2027"):
        installed().add_working_days(date(2026, 12, 30), 3)


@pytest.mark.parametrize(
    "holiday, complaint",
    [
        ({"from": "2026-05-01", "to": "2026-05-01", "statutory": [], "made_up_on": ["2026-05-08"]}, "weekends"),
        ({"from": "2026-05-01", "to": "2026-05-02", "statutory": [], "made_up_on": ["2026-05-02"]}, "both"),
        ({"from": "2026-05-01", "to": "2026-05-01", "statutory": ["2026-05-02"], "made_up_on": []}, "outside"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(holiday, complaint):
    notice = {"year": 2026, "holidays": [{"name": "劳动节", "name_en": "Labour Day"} | holiday]}

    with pytest.raises(CalendarFileBroken, match=complaint):
        Calendar.of([notice])
