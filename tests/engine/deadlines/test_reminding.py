"""On which mornings people are reminded of a term's end."""

from datetime import datetime, timedelta

import pytest

from engine.clock import SHANGHAI
from engine.deadlines import reckoning, reminding, terms
from engine.deadlines.yearly import installed


def day(month, number, hour=9, year=2025):
    return datetime(year, month, number, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("begun", "last", "reminded"), [
    (day(3, 12, 10), day(3, 17), day(3, 14)),  # ends on a Monday: Friday, not Sunday
    (day(9, 28, 10), day(10, 9), day(9, 30)),  # ends on the first working day after eight days off
    (day(9, 24, 10), day(9, 28), day(9, 26)),  # ends on a Sunday that is worked: the Saturday before is none
    (day(12, 30, 10, 2026), day(1, 5, 9, 2027), day(1, 4, 9, 2027)),  # in a year whose notice is not out
])
def test_of_a_term_in_working_days_one_is_reminded_on_a_working_day(begun, last, reminded):
    term = terms.get("T04")
    due = reckoning.due(term, begun, installed()).due_at

    assert reckoning.last_day(due) == last.date()
    assert reminding.next_moment(term, due, begun) == reminded
    assert reminding.is_today(term, due, reminded + timedelta(hours=3))
    assert not reminding.is_today(term, due, last)


def test_of_a_term_in_calendar_days_one_is_reminded_so_many_calendar_days_before():
    term = terms.get("T20")
    due = reckoning.due(term, day(3, 7, 10), installed()).due_at  # until Monday 17 March

    assert reminding.next_moment(term, due, day(3, 8)) == day(3, 14)
    assert reminding.next_moment(term, due, day(3, 14)) == day(3, 16)
