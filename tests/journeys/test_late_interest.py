"""Doubled interest for late performance under a confirmed agreement (CPL 264; 法释〔2014〕8号), from the records step by step."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine import clock
from engine.courts import applications, late_interest
from engine.db import db, transaction
from engine.deadlines import due_at, reckoning
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.errors import Invalid
from engine.mediation import obligations
from engine.mediation.models import Agreement
from engine.workflow.models import UserTask
from tests import factories
from tests.journeys.test_after_a_rejection import applied
from tests.journeys.test_court_system import CLAIM
from tests.journeys.walking import VERIFIED, leg

pytestmark = pytest.mark.db


@pytest.fixture
def confirmed(refer):
    """8,000 yuan due in thirty days under a confirmed agreement."""
    walk = refer()
    applied(walk)
    decided(walk)
    return walk


@leg
def decided(walk) -> None:
    walk.do("verify_together", **VERIFIED)
    walk.do("decide_confirmation", decision="confirmed")
    walk.pass_time(seconds=1)


def test_what_is_late_is_counted_to_today_and_stands_in_the_application(confirmed):
    walk = confirmed
    due = obligations.of_case(walk.case_id)[0].due_on
    assert late_interest.of_case(walk.case) is None, "nothing is late yet"

    clock.move(timedelta(days=30))
    walk.do("confirm_receipt", received="partly", received_amount="3000.00", received_on=due.isoformat())
    walk.pass_time(days=10)
    assert late_interest.of_case(walk.case).doubled == Decimal("8.75"), "5,000 × 0.000175 × 10"
    walk.do("handle_default", default_result="default", default_remark="明确表示不付")
    asked = db.session.scalar(select(UserTask).where(UserTask.element == "ask_enforcement"))
    assert asked.data["doubled_interest"] == "¥8.75" and asked.data["foreign_owed"] == []

    walk.pass_time(days=10)
    walk.do("ask_enforcement", enforce="yes", principal="5000.00", interest=True, ordinary_rate="6", court="沪0115")
    told = db.session.scalar(select(Document).where(Document.kind == "enforcement_application")).told["late"]
    assert told["total"]["amount"] == "17.50" and told["ordinary"] == "16.44", "5,000 × 6 % × 20 / 365"
    assert [(row["base"], row["days"], row["sum"]) for row in told["rows"]] == [("5,000.00", "20", "17.50")]
    assert told["rows"][0]["from"] == (due + timedelta(days=1)).isoformat()


def test_a_part_that_came_late_bears_interest_to_its_day_and_the_rest_goes_on(confirmed):
    walk = confirmed
    row = obligations.of_case(walk.case_id)[0]
    clock.move(timedelta(days=50))
    with transaction():
        obligations.note(walk.case_id, row.id, "verified", "调解员", Decimal("2000"), row.due_on + timedelta(days=8))
    claim = late_interest.of_case(walk.case)
    assert [(step.unpaid, step.days) for step in claim.rows[0].steps] == [(Decimal("8000.00"), 8), (Decimal("6000.00"), 12)]
    assert claim.doubled == Decimal("23.80") and claim.unpaid == Decimal("6000.00")

    assert not claim.has_penalty
    with transaction():
        db.session.scalar(select(Agreement)).default_clause = "逾期付款的，另行支付违约金五百元。"
    assert late_interest.of_case(walk.case).has_penalty


def test_a_payment_that_was_due_before_the_ruling_counts_from_the_ruling(refer):
    walk = refer()
    applied(walk)
    clock.move(timedelta(days=31))
    walk.do("verify_together", **VERIFIED)
    walk.do("decide_confirmation", decision="confirmed")
    row = obligations.of_case(walk.case_id)[0]
    assert row.due_on < clock.today() and late_interest.of_case(walk.case) is None
    clock.move(timedelta(days=4))
    assert late_interest.of_case(walk.case).doubled == Decimal("5.60"), "8,000 × 0.000175 × 4"


@pytest.fixture
def unconfirmed(refer):
    """8,000 yuan due in thirty days under an agreement that nobody has confirmed, sixty days ago."""
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    walk.do("join_application", joins="no")
    assert not late_interest.lacks_basis(walk.case)
    clock.move(timedelta(days=60))
    return walk


def test_an_agreement_that_nobody_confirmed_bears_no_doubled_interest(unconfirmed):
    assert late_interest.of_case(unconfirmed.case) is None and late_interest.lacks_basis(unconfirmed.case)


def test_a_payment_order_covers_what_was_due_then_and_counts_from_the_end_of_its_fifteen_days(unconfirmed):
    walk = unconfirmed
    with transaction():
        obligations.of_case(walk.case_id)[0].debtor.domicile = walk.world.court.region
    served_on = ordered(walk)
    walk.pass_time(days=40)
    order = applications.latest(walk.case_id, "payment_order")
    assert order.status == "enforceable" and "ask_enforcement" in walk.open()

    last = reckoning.last_day(db.session.scalar(select(Deadline.due_at).where(Deadline.term == "T24")))
    assert last == reckoning.last_day(due_at("T24", datetime.combine(served_on, time(), clock.SHANGHAI)))
    assert order.decided_at.astimezone(clock.SHANGHAI).date() - last > timedelta(days=5), "noted later than it ran out"
    claim = late_interest.of_case(walk.case)
    assert claim.in_force == [last] and claim.doubled == Decimal("1.40") * (clock.today() - last).days, "8,000 × 0.000175"

    row = obligations.of_case(walk.case_id)[0]
    assert (order.applicant_id, order.debtor_id) == (row.creditor_id, row.debtor_id)
    with transaction():
        row.currency = "USD"
    assert late_interest.of_case(walk.case) is None, "it orders yuan to be paid"
    with transaction():
        row.currency, row.due_on = "CNY", order.filed_at.astimezone(clock.SHANGHAI).date() + timedelta(days=1)
    assert late_interest.of_case(walk.case) is None, "it was not due when the order was asked for"


def ordered(walk) -> date:
    """The creditor asks for a payment order, and the court issues it: the day on which the debtor received it."""
    walk.pass_time(seconds=1)
    walk.do("handle_default", default_result="default", default_remark="明确表示不付")
    walk.do("choose_remedy", remedy="payment_order")
    walk.do("apply_payment_order", **CLAIM)
    walk.do("accept_payment_order", decision="accepted")
    walk.do("examine_payment_order", decision="issue")
    clock.move(timedelta(days=3))
    served_on = clock.today() - timedelta(days=1)
    walk.do("serve_payment_order", served="yes", served_on=served_on.isoformat())
    return served_on


def test_an_order_binds_the_debtor_it_is_against_and_nobody_else(unconfirmed):
    walk = unconfirmed
    row = obligations.of_case(walk.case_id)[0]
    with transaction():
        guarantor = factories.participant(walk.case, "respondent", "陈保证")
        for debtor_id in (guarantor.id, row.debtor_id):
            applications.file(walk.case, "payment_order", walk.world.court, row.creditor_id, debtor_id)
            if debtor_id == guarantor.id:
                applications.decide(walk.case_id, "payment_order", "enforceable")
    clock.move(timedelta(days=9))
    assert late_interest.of_case(walk.case) is None and late_interest.lacks_basis(walk.case)

    with transaction():
        applications.decide(walk.case_id, "payment_order", "enforceable")
    clock.move(timedelta(days=9))
    claim = late_interest.of_case(walk.case)
    assert [one.obligation.debtor_id for one in claim.rows] == [row.debtor_id] and not late_interest.lacks_basis(walk.case)
    assert claim.doubled == Decimal("14.00"), "8,000 × 0.000175 × 10, from the day before the order became enforceable"


def test_foreign_money_is_asked_for_and_bears_interest_in_that_money(confirmed):
    walk = confirmed
    with transaction():
        row = obligations.of_case(walk.case_id)[0]
        row.currency = "USD"
        obligations.note(walk.case_id, row.id, "verified", "调解员", Decimal("3000"), row.due_on)
    walk.pass_time(days=40)
    claim = late_interest.of_case(walk.case)
    assert claim.totals == claim.foreign == {"USD": Decimal("8.75")} and claim.doubled == 0
    walk.do("handle_default", default_result="default", default_remark="明确表示不付")
    asked = db.session.scalar(select(UserTask).where(UserTask.element == "ask_enforcement"))
    assert asked.data["doubled_interest"] == "USD 8.75" and asked.data["foreign_owed"][0]["amount"] == "5000.00"
    with pytest.raises(Invalid):
        walk.do("ask_enforcement", enforce="yes", principal="5000.00", court="沪0115")

    walk.do("ask_enforcement", enforce="yes", foreign=[{"currency": "USD", "amount": "5000.00"}], interest=True,
            ordinary_rate="6", court="沪0115")
    words = walk.printed("enforcement_application")
    assert "强制被执行人给付美元5,000.00元（大写：美元伍仟元整）。" in words and "被执行人已给付USD3,000.00" in words
    assert "加倍部分为USD8.75（" in words and "为USD8.22，此后按同一利率" in words, "5,000 × 6 % × 10 / 365"
    assert "给付人民币" not in words and "人民币0.00" not in words and "5,000.00元（大写：人民币" not in words
    assert "USD8,000.00" in walk.printed("performance_history") and "元" not in walk.printed("performance_history")
