"""Counting: CPL 85, CPL-Interp 125, Civil Code 201–203."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import SHANGHAI
from engine.deadlines import reckoning, terms
from engine.deadlines.reckoning import TermWithoutLength, due, end_of, extended, last_day, resumed
from engine.deadlines.yearly import installed


def at(year, month, day, hour=10, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def reckon(term, start, **more):
    return due(terms.get(term), start, installed(), **more)


def test_thirty_days_from_10_march_2025_end_on_9_april_at_24_00():
    found = reckon("T06", at(2025, 3, 10))

    assert found.last_day == date(2025, 4, 9)
    assert found.due_at == datetime(2025, 4, 9, 16, 0, tzinfo=UTC)
    assert found.explain("zh") == "从 3月10日 次日起算，第30日为 4月9日（周三）"
    assert found.explain("en") == "Counted from the day after 10 March, day 30 is 9 April (Wednesday)"


def test_the_start_day_is_the_day_in_shanghai_not_in_utc():
    late_evening_utc = datetime(2025, 3, 9, 16, 30, tzinfo=UTC)

    assert reckon("T06", late_evening_utc).last_day == date(2025, 4, 9)


def test_cpl_85_a_last_day_on_a_holiday_moves_behind_the_whole_holiday():
    found = reckon("T06", at(2026, 3, 5))

    assert found.last_day == date(2026, 4, 7)
    assert found.explain("zh") == "从 3月5日 次日起算，第30日为 4月4日（周六）；该日为法定休假日（清明节），顺延至 4月7日（周二）"
    assert "holiday (Qingming Festival)" in found.explain("en")


def test_cpl_85_a_last_day_on_a_weekend_moves_to_monday():
    assert reckon("T06", at(2026, 2, 26)).last_day == date(2026, 3, 30)
    assert "休息日" in reckon("T06", at(2026, 2, 26)).explain("zh")


def test_a_last_day_on_a_made_up_saturday_stays():
    assert reckon("T06", at(2026, 1, 29)).last_day == date(2026, 2, 28)


def test_holidays_inside_the_term_do_not_lengthen_it():
    assert reckon("T06", at(2026, 2, 10)).last_day == date(2026, 3, 12)


def test_online_mediation_12_three_working_days_skip_the_spring_festival():
    found = reckon("T04", at(2026, 2, 13))

    assert found.last_day == date(2026, 2, 25)
    assert found.explain("zh") == "从 2月13日 次日起算，第3个工作日为 2月25日（周三）"


def test_civil_code_202_a_month_without_that_day_ends_on_its_last_day():
    assert reckon("T18b", at(2025, 8, 31)).last_day == date(2026, 2, 28)


def test_cpl_85_the_hour_of_the_start_is_not_counted():
    found = reckon("T28", at(2025, 3, 10, 15, 20))

    assert found.due_at.astimezone(SHANGHAI) == at(2025, 3, 12, 16)
    assert found.explain("zh") == "从 3月10日15时 的次时起算，48小时至 3月12日 16:00"


def test_a_notice_is_counted_back_from_the_session():
    found = reckon("T12", at(2025, 3, 10))

    assert found.last_day == date(2025, 3, 7)
    assert found.explain("zh") == "3月10日 之前第3日为 3月7日（周五）"


def test_a_term_the_law_leaves_open_needs_a_length():
    with pytest.raises(TermWithoutLength, match="T44"):
        reckon("T44", at(2025, 3, 10))

    assert reckon("T44", at(2025, 3, 10), length=10).last_day == date(2025, 3, 20)


def test_a_calendar_term_that_ends_in_a_year_without_calendar_is_provisional_and_says_so():
    found = reckon("T06", at(2026, 12, 3))

    assert found.is_provisional
    assert found.last_day == date(2027, 1, 4)
    assert found.explain("zh") == ("从 12月3日 次日起算，第30日为 2027年1月2日（周六）；该日为休息日，顺延至 1月4日（周一）；"
                                   "2027年节假日安排尚未录入，录入后重新计算，届满日可能变动")


@pytest.mark.parametrize(("start", "counted"), [
    (2, "1月1日（周五）；该日为法定休假日（元旦）"), (3, "1月2日（周六）；该日为休息日"), (4, "1月3日（周日）；该日为休息日")])
def test_cpl_85_weekends_and_new_years_day_are_days_of_rest_before_the_years_notice_is_out(start, counted):
    found = reckon("T06", at(2026, 12, start))

    assert (found.last_day, found.is_provisional) == (date(2027, 1, 4), True)
    assert f"{counted}，顺延至 1月4日（周一）" in found.explain("zh")


def test_a_working_day_in_a_year_without_calendar_stays_and_is_provisional():
    found = reckon("T06", at(2026, 12, 6))

    assert (found.last_day, found.is_provisional) == (date(2027, 1, 5), True)
    assert "顺延" not in found.explain("zh")


def test_working_days_into_a_year_without_calendar_have_a_provisional_end_and_say_so():
    found = reckon("T04", at(2026, 12, 30))
    assert (found.last_day, found.is_provisional) == (date(2027, 1, 5), True)
    assert "2027" in found.explain("zh")


def test_industry_terms_do_not_move_off_rest_days():
    assert reckon("T30", at(2026, 3, 13)).last_day == date(2026, 3, 28)


def test_a_pause_moves_the_end_by_exactly_the_time_paused():
    first = reckon("T06", at(2025, 3, 10))

    found = resumed(first.due_at, timedelta(days=2, hours=3))

    assert found.due_at - first.due_at == timedelta(days=2, hours=3)
    assert found.last_day == date(2025, 4, 12)
    assert found.explain("zh") == "暂停的2日3小时不计入，由 4月9日 顺延至 4月12日（周六）"


def test_an_extension_counts_from_the_old_last_day_and_moves_off_a_rest_day():
    first = reckon("T06", at(2025, 3, 10))

    found = extended(terms.get("T06"), first.due_at, 10, installed())

    assert found.last_day == date(2025, 4, 21)
    assert found.due_at == end_of(date(2025, 4, 21))
    assert found.explain("zh") == "原于 4月9日 届满，延长10日至 4月19日（周六）；该日为休息日，顺延至 4月21日（周一）"


def test_an_extension_after_a_pause_keeps_the_hour_the_pause_gave():
    paused = resumed(reckon("T06", at(2025, 3, 10)).due_at, timedelta(hours=5))

    found = extended(terms.get("T06"), paused.due_at, 5, installed())

    assert found.due_at == paused.due_at + timedelta(days=5)


def test_what_remains_turns_negative_after_the_end():
    found = reckon("T06", at(2025, 3, 10))

    assert found.remaining(at(2025, 4, 9, 12)) == timedelta(hours=12)
    assert found.remaining(at(2025, 4, 10, 12)) == timedelta(hours=-12)


@given(st.datetimes(datetime(2021, 1, 1), datetime(2026, 10, 1)), st.sampled_from(["T01", "T04", "T06", "T07", "T08", "T14"]))
def test_every_end_is_midnight_of_a_working_day_and_never_early(start, id):
    term, start = terms.get(id), start.replace(tzinfo=SHANGHAI)

    found = due(term, start, installed())

    assert found.due_at.astimezone(SHANGHAI).strftime("%H:%M:%S") == "00:00:00"
    assert installed().is_working(found.last_day)
    assert found.last_day >= start.date() + timedelta(days=term.length)
    assert last_day(found.due_at) == found.last_day


@given(st.dates(date(2021, 1, 1), date(2026, 11, 1)))
def test_only_days_of_rest_lie_between_the_counted_and_the_moved_last_day(day):
    start = datetime.combine(day, datetime.min.time(), SHANGHAI)
    counted = day + timedelta(days=30)

    found = due(terms.get("T06"), start, installed())

    between = [counted + timedelta(days=n) for n in range((found.last_day - counted).days)]
    assert not any(installed().is_working(each) for each in between)
    assert reckoning.last_day(found.due_at) == found.last_day
