"""When the process is what is wrong, a sender is not refused: what they sent is taken, and we are the ones who look into it."""

import pytest
from sqlalchemy import select

from engine.db import db, transaction
from engine.workflow import incidents
from engine.workflow.models import Incident, Instance, Message
from tests.engine.workflow.spiff.drawing import boundary, catch, script, told, user
from tests.published import publish
from workers import resume

ACCEPT = (user("accept_referral"), boundary("withdrawn", "accept_referral", told("message", "withdrawal")), "withdrawn > end")
WITHDRAWN = {"name": "withdrawal", "message_id": "w-1", "payload": {"reason": "已与银行达成和解"}}

RULED = {"name": "confirmation_ruled", "message_id": "m-1",
         "payload": {"decision": "confirmed", "number": "（2024）沪0115诉前调确9号", "ruled_on": "2024-12-20"}}


@pytest.fixture
def broken(court):
    """The process in force cannot start."""
    publish(script("s", "x = unknown + 3"), *ACCEPT, "start > s > accept_referral > end", key="court_mediation", number=2)
    return court


def mend():
    publish(*ACCEPT, "start > accept_referral > end", key="court_mediation", number=3)
    with transaction():
        for incident in db.session.scalars(select(Incident)):
            incidents.resolve(incident, "admin", "published a mended version")


def test_a_referral_is_taken_although_its_process_cannot_start(broken):
    number = broken.refer("R-7")
    answer = broken.get(f"/cases/{number}")
    assert (answer.status_code, answer.json["stage"]["code"]) == (200, "received")
    assert db.session.scalar(select(Incident.kind)) == "not_started"


def test_what_is_said_meanwhile_is_heard_once_the_case_starts(broken):
    number = broken.refer("R-7")
    answer = broken.post(f"/cases/{number}/messages", json=WITHDRAWN)
    assert (answer.status_code, answer.json["result"]) == (201, "kept")
    mend()
    assert resume.look() == 1
    assert db.session.scalar(select(Instance.status)) == "completed"
    assert db.session.scalar(select(Message.result)) == "delivered"


def test_a_message_the_process_cannot_take_is_taken_from_the_court(court):
    publish(catch("ruled", told("message", "confirmation_ruled")), script("s", "x = unknown + 3"),
            "start > ruled > s > end", key="court_mediation", number=2)
    number = court.refer("R-8")
    answer = court.post(f"/cases/{number}/messages", json=RULED)
    assert (answer.status_code, answer.json["result"]) == (201, "kept")
    assert db.session.scalar(select(Incident.kind)) == "message_failed"
