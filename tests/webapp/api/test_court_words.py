"""What a court's own system says about payment orders and enforcement: who may, what is asked, and once only."""

import pytest
from sqlalchemy import select

from engine.cases.models import Case
from engine.courts.models import CourtApplication
from engine.db import db, transaction
from engine.workflow.models import Message
from webapp.api.court_words import PAYLOADS

pytestmark = pytest.mark.db

ADMITTED = {"name": "payment_order_admission", "message_id": "o-1",
            "payload": {"decision": "accepted", "number": "（2025）京0102民督7号"}}
TAKEN_UP = {"name": "enforcement_admission", "message_id": "e-1",
            "payload": {"decision": "accepted", "number": "（2025）京0102执9号"}}


@pytest.fixture
def asked(court, other_court, world):
    """The case that one court referred; the other was asked for a payment order."""
    number = court.refer("R-1")
    with transaction():
        case = db.session.scalar(select(Case).where(Case.number == number))
        db.session.add(CourtApplication(case_id=case.id, kind="payment_order", court_id=world.other_court.id, status="filed"))
    return number


def test_the_court_that_was_asked_takes_the_application_up_under_its_own_number(other_court, asked):
    answer = other_court.post(f"/cases/{asked}/messages", json=ADMITTED)

    assert (answer.status_code, answer.json["result"]) == (201, "kept")
    assert db.session.scalar(select(CourtApplication.number)) == "（2025）京0102民督7号"


def test_the_court_that_referred_the_case_cannot_decide_what_another_was_asked(court, asked, counted):
    answer = court.post(f"/cases/{asked}/messages", json=ADMITTED)

    assert (answer.status_code, answer.json["code"]) == (403, "not-yours-to-say")
    assert counted(Message) == 0 and db.session.scalar(select(CourtApplication.number)) == ""


def test_a_court_cannot_answer_what_it_was_not_asked(other_court, asked):
    assert other_court.post(f"/cases/{asked}/messages", json=TAKEN_UP).status_code == 403


def test_the_same_message_again_changes_nothing(other_court, asked, counted):
    first = other_court.post(f"/cases/{asked}/messages", json=ADMITTED)
    again = other_court.post(f"/cases/{asked}/messages", json=ADMITTED)
    changed = other_court.post(f"/cases/{asked}/messages", json=ADMITTED | {"payload": {"decision": "accepted", "number": "x"}})

    assert (again.status_code, again.json) == (200, first.json) and again.headers["Idempotent-Replayed"] == "true"
    assert changed.status_code == 409 and counted(Message) == 1
    assert db.session.scalar(select(CourtApplication.number)) == "（2025）京0102民督7号"


@pytest.mark.parametrize(("name", "payload", "missing"), [
    ("payment_order_admission", {"decision": "accepted"}, {"number"}),
    ("payment_order_admission", {"decision": "not_accepted"}, {"order_ground", "court_reason"}),
    ("payment_order_decision", {"decision": "rejected", "order_ground": "not_due"}, {"court_reason"}),
    ("payment_order_service", {"served": "yes"}, {"served_on"}),
    ("payment_order_objection", {"objected_on": "2025-03-01"}, {"objection_reason"}),
    ("payment_order_objection_decision", {"objection": "valid"}, {"court_reason"}),
    ("enforcement_admission", {"decision": "not_accepted"}, {"court_reason"}),
    ("confirmation_supplement", {"text": "授权委托书"}, {"until"}),
    ("confirmation_hearing", {"mode": "video", "place": "在线法庭"}, {"held_at"}),
])
def test_what_the_clerk_would_have_to_fill_in_is_asked_of_the_system_too(other_court, asked, name, payload, missing, counted):
    answer = other_court.post(f"/cases/{asked}/messages", json={"name": name, "message_id": "x-1", "payload": payload})

    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json["errors"]} == {f"/payload/{one}" for one in missing}
    assert counted(Message) == 0


def test_every_word_a_court_may_say_is_described(web):
    schema = web.test_client().get("/api/v1/openapi.json").json["paths"]["/api/v1/cases/{number}/messages"]["post"]
    described = schema["requestBody"]["content"]["application/json"]["schema"]["oneOf"]

    told = {one["properties"]["name"]["const"]: one for one in described}
    assert set(told) == set(PAYLOADS) and all(one.get("description") for one in told.values())
