"""Numbers, ids and days are read in one way, wherever somebody wrote them; nonsense is none and breaks nothing."""

from datetime import date

import pytest

from engine import reading


@pytest.mark.parametrize(("text", "number"), [
    ("7", 7), ("007", 7), ("999999999", 999_999_999), ("1000000000", None), ("-1", None), ("", None), ("x", None), ("٣", None),
    ("²", None), (" 7", None), ("7.0", None)])
def test_a_whole_number_has_no_sign_and_no_more_digits_than_an_id(text, number):
    assert reading.number(text) == number and reading.row_id(text) == (number or 0)


@pytest.mark.parametrize(("text", "day"), [
    ("2026-01-31", date(2026, 1, 31)), ("2026-02-30", None), ("0001-01-01", None), ("2201-01-01", None), ("", None), (None, None),
    ("yesterday", None), (20260131, None)])
def test_a_day_is_one_of_the_calendar_and_of_our_centuries(text, day):
    assert reading.day(text) == day


def test_an_answer_left_open_is_no_day_and_a_wrong_one_is_a_fault():
    assert reading.answered(None) is reading.answered("") is None and reading.answered("2026-01-31") == date(2026, 1, 31)
    with pytest.raises(ValueError, match="x"):
        reading.answered("x")
