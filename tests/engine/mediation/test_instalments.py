"""Payments in parts: equal monthly ones worked out, others as written, and always the whole sum."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from engine.documents import wording
from engine.mediation import schedule, terms
from tests.engine.mediation.test_terms import GOOD, faults


@given(some.integers(1, 10**9), some.integers(2, 120), some.dates(date(2000, 1, 1), date(2060, 12, 31)))
def test_monthly_parts_come_to_the_sum_and_follow_each_other(cents, count, first):
    amount = Decimal(cents) / 100

    parts = schedule.monthly(amount, count, first)

    days = [part["due_on"] for part in parts]
    assert sum(Decimal(part["amount"]) for part in parts) == amount and len(parts) == count
    assert days == sorted(set(days)) and days[0] == first.isoformat()


def test_a_month_without_the_day_has_its_last(mediated):
    checked = terms.check(mediated.case, [GOOD | {"due_on": "2027-01-31", "parts": 3}])

    assert [(part["due_on"], part["amount"]) for part in checked[0]["instalments"]] == [
        ("2027-01-31", "2666.66"), ("2027-02-28", "2666.66"), ("2027-03-31", "2666.68")]
    assert checked[0]["due_on"] == "2027-03-31"


def test_unequal_parts_are_put_in_order_and_printed_with_capitals(mediated):
    rows = [{"term": 1, "due_on": "2030-02-28", "amount": "5000.00"}, {"term": 1, "due_on": "2030-01-31", "amount": "3000.00"}]

    checked = terms.check(mediated.case, [GOOD], instalments=rows)

    told = wording.term(checked[0])["instalments"]
    assert [(part["due"], part["amount"], part["amount_words"]) for part in told] == [
        ("2030-01-31", "3,000.00", "人民币叁仟元整"), ("2030-02-28", "5,000.00", "人民币伍仟元整")]
    assert [payment.amount for payment in schedule.payments(checked)] == [3000, 5000]


def test_parts_that_do_not_come_to_the_sum_are_refused_at_their_place(mediated):
    rows = [{"term": 1, "due_on": "2030-01-31", "amount": "3000.00"}, {"term": 2, "due_on": "soon", "amount": "1.00"}]

    assert faults(mediated.case, GOOD, instalments=rows) == {"terms/0/amount", "instalments/1/term"}
    assert faults(mediated.case, GOOD | {"parts": 999}) == {"terms/0/parts"}
    assert faults(mediated.case, GOOD | {"currency": "XAU"}) == {"terms/0/currency"}


def test_a_sum_in_another_currency_says_so_and_is_not_added_to_yuan(mediated):
    checked = terms.check(mediated.case, [GOOD, GOOD | {"currency": "USD", "amount": "100.00"}])

    assert wording.term(checked[1])["amount_words"] == "美元壹佰元整" and terms.total(checked) == 8000


def test_a_common_duty_brings_its_own_words(mediated):
    act = GOOD | {"kind": "other", "amount": None, "duty": "credit_record"}

    assert "撤销王小明因本案所涉业务产生的不良信用记录" in terms.check(mediated.case, [act])[0]["text"]
