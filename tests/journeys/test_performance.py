"""Performance on its way: an excess covers other instalments, and what is performed needs no confirmation."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.courts import messages
from engine.db import db
from engine.inbox.workspace import waiting
from engine.mediation import obligations
from engine.notices.models import Notice
from engine.workflow.models import UserTask
from tests.journeys.walking import Walk


@pytest.fixture
def instalments(refer):
    """An agreement in effect: 4,000 in ten days, 4,000 in `second` days."""
    def agree(second: int) -> Walk:
        walk = refer()
        walk.to_mediation()
        walk.to_result("agreement_full")
        days = [(clock.today() + timedelta(days=after)).isoformat() for after in (10, second)]
        walk.to_signing(instalments=[{"term": 1, "due_on": day, "amount": "4000.00"} for day in days])
        walk.to_effect()
        walk.pass_time(seconds=1)  # people are asked about the first instalment at once
        return walk
    return agree


def told(walk) -> list[str]:
    return list(db.session.scalars(select(Notice.template).where(Notice.case_id == walk.case_id)))


def more_came(walk, excess: str) -> None:
    walk.do("confirm_receipt", received="more", received_amount="8000.00", excess=excess, received_on=clock.today().isoformat())


@pytest.mark.parametrize("second", [20, 200])
def test_an_excess_that_pays_all_ends_performance_and_the_offer_of_confirmation(instalments, second):
    walk = instalments(second)
    assert walk.open().count("join_application") == 2
    more_came(walk, "early")
    assert obligations.are_performed(walk.case_id)
    assert walk.case.confirmation == "performed" and "confirmation_moot" in told(walk)
    assert walk.case.is_closed and walk.open() == [] and walk.case.outcome == "O01"
    assert messages.outcome(walk.case)["data"]["confirmation"] == "performed" and "performed" in told(walk)


def test_an_instalment_about_which_people_were_asked_already_is_taken_back_once_it_is_covered(instalments):
    walk = instalments(20)
    walk.pass_time(days=7)
    assert walk.open().count("confirm_receipt") == 2
    more_came(walk, "early")
    assert walk.case.is_closed and "performance_overdue" not in told(walk)


def overdue(walk) -> None:
    walk.pass_time(days=11)
    until = (clock.today() + timedelta(days=10)).isoformat()
    walk.do("handle_default", default_result="grace", grace_until=until, default_remark="对方请求宽限十日")


def test_only_the_creditor_grants_time_and_it_is_on_record(instalments):
    walk = instalments(200)
    overdue(walk)
    owed = obligations.of_case(walk.case_id)[0]
    asked = db.session.scalar(select(UserTask).where(UserTask.element == "grant_grace"))
    assert asked.participant_id == owed.creditor_id and "report_performance" not in walk.open()

    walk.do("grant_grace", grants_grace="yes")
    granted = obligations.of_case(walk.case_id)[0].receipts[-1]
    assert (granted.event, granted.by, granted.on_day - clock.today()) == ("deferred", owed.creditor.name, timedelta(days=10))
    assert "report_performance" in walk.open()
    walk.pass_time(days=9)
    assert "handle_default" not in walk.open()
    walk.pass_time(days=2)
    assert "handle_default" in walk.open()


@pytest.mark.parametrize("answer", ["no", None])
def test_a_creditor_who_refuses_or_says_nothing_grants_nothing(instalments, answer):
    walk = instalments(200)
    overdue(walk)
    if answer:
        walk.do("grant_grace", grants_grace=answer)
    else:
        walk.pass_time(days=12)  # seven, and what a weekend or a feast adds to them
    assert "handle_default" in walk.open() and "report_performance" not in walk.open()
    assert [one.event for one in obligations.of_case(walk.case_id)[0].receipts] == []


def test_a_creditor_who_sends_the_excess_back_is_asked_about_the_next_instalment_as_before(instalments):
    walk = instalments(200)
    more_came(walk, "return")
    assert [row.status for row in obligations.of_case(walk.case_id)] == ["performed", "pending"]
    assert not walk.case.is_closed and walk.open().count("join_application") == 2


def test_an_application_already_made_goes_its_way_although_all_is_performed(instalments):
    walk = instalments(200)
    walk.do("join_application", joins="yes", truthful=True)
    walk.do("join_application", joins="yes", truthful=True)
    more_came(walk, "early")
    assert obligations.are_performed(walk.case_id) and not walk.case.is_closed
    assert walk.case.confirmation != "performed" and "confirmation_moot" not in told(walk)


def test_a_case_that_waits_for_the_day_of_an_instalment_is_not_said_to_wait_for_the_court(instalments):
    walk = instalments(200)
    waits = waiting.of_case(walk.case)
    assert {wait.what for wait in waits if wait.kind == "timer"} >= {"履行期临近，提示双方"}
    assert not [wait.what for wait in waits if wait.kind == "message"]


def test_whoever_is_asked_about_performance_reads_which_obligation_it_is(instalments):
    walk = instalments(20)
    first, _second = obligations.of_case(walk.case_id)
    said = obligations.to_ask(first, True)["said"]
    assert f"{first.due_on:%Y年%-m月%-d日}前" in said["zh"] and "支付人民币4,000.00元" in said["zh"]
    assert said["en"].endswith(f"¥4,000.00 by {first.due_on:%-d %b %Y}")
    task = db.session.scalar(select(UserTask).where(UserTask.case_id == walk.case_id, UserTask.element == "confirm_receipt"))
    assert task.data["obligation"]["said"] == said
