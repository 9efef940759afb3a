"""POST /cases/{number}/messages: what a court or institution says about a case."""

import pytest
from sqlalchemy import select

from engine import clock
from engine.cases.models import Case
from engine.db import db, transaction
from engine.workflow import runtime
from engine.workflow.models import Instance, Message, UserTask

RULED = {"name": "confirmation_ruled", "message_id": "m-1",
         "payload": {"decision": "confirmed", "number": "（2024）沪0115诉前调确9号", "ruled_on": "2024-12-20"}}
WITHDRAWN = {"name": "withdrawal", "message_id": "w-1", "payload": {"reason": "已与银行达成和解"}}


@pytest.fixture
def number(court):
    return court.refer("R-1")


def accept(number: str) -> None:
    """Somebody accepts, so that the case waits for the ruling."""
    with transaction():
        task = db.session.scalar(select(UserTask).join(Case, Case.id == UserTask.case_id).where(Case.number == number))
        runtime.complete_user_task(task, {}, "tests")


def instance_of(number: str) -> Instance:
    with transaction(write=False):
        return db.session.scalar(select(Instance).join(Case, Case.id == Instance.case_id).where(Case.number == number))


def test_a_ruling_moves_the_waiting_case_on(court, number):
    accept(number)
    answer = court.post(f"/cases/{number}/messages", json=RULED)

    assert (answer.status_code, answer.json["result"]) == (201, "delivered")
    assert instance_of(number).status == "completed"


def test_a_message_that_comes_early_is_kept_and_delivered_when_the_case_waits(court, number):
    answer = court.post(f"/cases/{number}/messages", json=RULED)
    assert (answer.status_code, answer.json["result"]) == (201, "kept")

    accept(number)
    assert instance_of(number).status == "completed"


def test_a_second_delivery_changes_nothing_and_gets_the_same_answer(court, number, counted):
    accept(number)
    first = court.post(f"/cases/{number}/messages", json=RULED)
    again = court.post(f"/cases/{number}/messages", json=RULED)

    assert (again.status_code, again.json) == (200, first.json)
    assert again.headers["Idempotent-Replayed"] == "true" and counted(Message) == 1


def test_the_same_id_with_other_content_is_a_conflict(court, number):
    court.post(f"/cases/{number}/messages", json=RULED)
    changed = RULED | {"payload": RULED["payload"] | {"decision": "rejected"}}
    answer = court.post(f"/cases/{number}/messages", json=changed)

    assert (answer.status_code, answer.json["code"]) == (409, "message-changed")


def test_the_applicant_bank_may_withdraw_the_respondent_bank_may_not(bank, number):
    answer = bank.post(f"/cases/{number}/messages", json=WITHDRAWN)

    assert (answer.status_code, answer.json["code"]) == (403, "not-yours-to-say")


def test_a_court_withdraws_its_referral(court, number):
    answer = court.post(f"/cases/{number}/messages", json=WITHDRAWN)

    assert answer.json["result"] == "delivered"
    assert instance_of(number).status == "completed"


def test_an_institution_cannot_rule(bank, number, counted):
    assert bank.post(f"/cases/{number}/messages", json=RULED).status_code == 403
    assert counted(Message) == 0


def test_a_foreign_case_and_a_missing_one_look_the_same(other_court, number, counted):
    foreign = other_court.post(f"/cases/{number}/messages", json=RULED)
    missing = other_court.post("/cases/ST2024010100000000/messages", json=RULED)

    assert foreign.status_code == missing.status_code == 404
    assert foreign.json["title"] == missing.json["title"] and counted(Message) == 0


def test_a_message_to_a_closed_case_is_kept_as_too_late(court, number):
    accept(number)
    court.post(f"/cases/{number}/messages", json=RULED)
    answer = court.post(f"/cases/{number}/messages", json=WITHDRAWN)

    assert (answer.status_code, answer.json["result"]) == (201, "too_late")


@pytest.mark.parametrize(("payload", "pointer"), [
    ({}, "/payload/decision"), ({"decision": "maybe", "number": "1"}, "/payload/decision"),
    ({"decision": "confirmed"}, "/payload/number"), ({"decision": "confirmed", "number": "1", "more": 1}, "/payload/more"),
    ({"decision": "confirmed", "number": "1", "ruled_on": "2024-13-01"}, "/payload/ruled_on"), ([], "/payload"),
    (None, "/payload"),
])
def test_the_payload_must_fit_the_name(court, number, payload, pointer, counted):
    answer = court.post(f"/cases/{number}/messages", json=RULED | {"payload": payload})

    assert answer.status_code == 422 and pointer in [error["pointer"] for error in answer.json["errors"]]
    assert counted(Message) == 0


def test_the_message_names_its_time(court, number):
    told = court.post(f"/cases/{number}/messages", json=RULED).json

    assert told["received_at"][:10] == clock.now().date().isoformat()
