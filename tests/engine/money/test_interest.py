"""Doubled interest: CPL 264; 法释〔2014〕8号 Arts. 1–4."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.money.interest import PaymentsUnordered, agreed, doubled, steps


def test_articles_1_and_2_a_sum_times_the_rate_times_the_days_late():
    assert doubled(Decimal("100000"), date(2025, 3, 31), date(2025, 4, 30)) == Decimal("525.00")


def test_paid_on_the_last_day_of_the_period_nothing_is_due():
    assert doubled(Decimal("100000"), date(2025, 3, 31), date(2025, 3, 31)) == 0
    assert doubled(Decimal("100000"), date(2025, 3, 31), date(2025, 3, 1)) == 0


def test_article_4_part_payments_lower_the_sum_from_the_day_after():
    paid = [(date(2025, 4, 10), Decimal("60000"))]

    assert doubled(Decimal("100000"), date(2025, 3, 31), date(2025, 4, 30), paid) == Decimal("175.00") + Decimal("140.00")


def test_an_overpaid_debt_bears_no_more_interest():
    paid = [(date(2025, 4, 10), Decimal("200000"))]

    assert doubled(Decimal("100000"), date(2025, 3, 31), date(2025, 4, 30), paid) == Decimal("175.00")


@pytest.mark.parametrize(
    "payment", [(date(2025, 3, 1), Decimal("1")), (date(2025, 5, 1), Decimal("1")), (date(2025, 4, 1), Decimal("0"))]
)
def test_payments_outside_the_time_or_without_a_sum_are_refused(payment):
    with pytest.raises(PaymentsUnordered):
        doubled(Decimal("100"), date(2025, 3, 31), date(2025, 4, 30), [payment])


def test_steps_say_how_the_sum_went_down():
    counted = steps(Decimal("8000"), date(2025, 3, 31), date(2025, 4, 30), [(date(2025, 4, 10), Decimal("8000"))])

    assert [(step.first, step.until, step.days, step.unpaid) for step in counted] == [
        (date(2025, 4, 1), date(2025, 4, 10), 10, Decimal("8000"))]


def test_article_1_ordinary_interest_only_at_the_rate_the_document_lays_down():
    counted = steps(Decimal("10000"), date(2025, 3, 31), date(2025, 4, 30))

    assert agreed(counted, Decimal("3.65")) == Decimal("30.00") and agreed(counted, Decimal(0)) == 0


@given(st.decimals("0.01", "9999999", places=2), st.integers(0, 400), st.integers(0, 400))
def test_counting_in_two_times_comes_to_the_same_as_in_one(unpaid, first, second):
    day, middle = date(2025, 1, 1), date.fromordinal(date(2025, 1, 1).toordinal() + first)
    last = date.fromordinal(middle.toordinal() + second)

    parts = steps(unpaid, day, middle) + steps(unpaid, middle, last)
    assert sum(step.days for step in parts) == first + second
    assert abs(doubled(unpaid, day, last) - doubled(unpaid, day, middle) - doubled(unpaid, middle, last)) <= Decimal("0.01")
