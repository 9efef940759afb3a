"""What holds for every term, start, pause and extension; and over 调休, year ends, hours and post."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.clock import SHANGHAI
from engine.deadlines import reckoning, recounting, reminding, terms
from engine.deadlines.models import Deadline
from engine.deadlines.terms import Unit
from engine.deadlines.yearly import installed

STARTS = st.datetimes(datetime(2021, 1, 2), datetime(2025, 10, 1)).map(lambda each: each.replace(tzinfo=SHANGHAI))
DAYS = [term.id for term in terms.every() if term.unit in (Unit.DAY, Unit.WORKING_DAY) and not term.counts_back]


def ended(id, start, **more):
    return reckoning.due(terms.get(id), start, installed(), **more)


@pytest.mark.parametrize(("id", "start", "last"), [
    ("T04", datetime(2026, 2, 12, 9), date(2026, 2, 24)),   # Spring Festival 15–23 Feb; Saturday 14 Feb is made up
    ("T04", datetime(2025, 9, 26, 18), date(2025, 9, 30)),  # Sunday 28 Sep is worked for the National Day
    ("T04", datetime(2024, 12, 30, 9), date(2025, 1, 3)),   # over the end of the year; New Year's Day does not count
    ("T06", datetime(2024, 12, 2, 9), date(2025, 1, 2)),    # the 30th day is New Year's Day
    ("T08", datetime(2025, 9, 25, 9), date(2025, 10, 9)),   # the 7th day lies in the eight days of October
    ("T42b", datetime(2024, 11, 30, 9), date(2025, 2, 28)),  # no 30 February (Civil Code 202)
    ("T19", datetime(2024, 2, 29, 9), date(2026, 2, 28)),   # a Saturday of the Spring Festival's make-up
])  # fmt: skip
def test_terms_over_holidays_made_up_days_and_year_ends(id, start, last):
    assert ended(id, start.replace(tzinfo=SHANGHAI)).last_day == last


def test_a_term_of_hours_begins_with_the_next_hour_and_ends_at_any_hour():
    assert ended("T28", datetime(2025, 3, 10, 10, 20, tzinfo=SHANGHAI)).due_at == datetime(2025, 3, 12, 3, tzinfo=UTC)


@pytest.mark.parametrize(("posted", "kept"), [(date(2025, 4, 9), True), (date(2025, 4, 10), False), (None, False)])
def test_cpl_85_the_travel_time_of_post_does_not_count(posted, kept):
    due = ended("T06", datetime(2025, 3, 10, 10, tzinfo=SHANGHAI)).due_at
    assert reckoning.is_kept(due, due + timedelta(days=4), posted) is kept


@settings(max_examples=60, deadline=None)
@given(STARTS, st.sampled_from(DAYS), st.integers(0, 400), st.integers(0, 86_399))
def test_a_pause_of_n_days_moves_the_end_by_n(start, id, days, seconds):
    due, paused = ended(id, start).due_at, timedelta(days=days, seconds=seconds)
    assert reckoning.resumed(due, paused).due_at - due == paused


@settings(max_examples=60, deadline=None)
@given(STARTS, st.sampled_from(DAYS), st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), max_size=3), st.integers(0, 60))
def test_counting_again_by_the_same_calendar_changes_nothing(start, id, pauses, more):
    term = terms.get(id)
    found, at, kept = ended(id, start), start, []
    for gap, length in pauses:
        begun, at = at + timedelta(days=gap), at + timedelta(days=gap + length)
        kept.append({"from": begun.isoformat(), "to": at.isoformat()})
        found = reckoning.resumed(found.due_at, at - begun)
    extensions = []
    if more:
        at += timedelta(hours=1)
        extensions = [{"at": at.isoformat(), "days": more}]
        found = reckoning.extended(term, found.due_at, more, installed())
    row = Deadline(term=id, starts_at=start, length=None, pauses=merged(kept), extensions=extensions)
    assert recounting.again(row, installed()).due_at == found.due_at


def merged(pauses):
    """Pauses that touch were one."""
    found = []
    for each in pauses:
        if found and found[-1]["to"] >= each["from"]:
            found[-1] = {"from": found[-1]["from"], "to": each["to"]}
        else:
            found.append(each)
    return found


@settings(max_examples=60, deadline=None)
@given(STARTS, st.sampled_from(DAYS))
def test_reminders_come_before_the_end_each_later_than_the_last(start, id):
    term, due = terms.get(id), ended(id, start).due_at
    at, moments = start, []
    while (next_one := reminding.next_moment(term, due, at)) is not None:
        moments.append(next_one)
        at = next_one
    assert moments == sorted(set(moments)) and len(moments) <= len(term.reminders) and all(each < due for each in moments)
