"""What a court is told: how it ended and the papers it is owed, never what was said in the mediation."""

import json

import pytest

from engine.courts import messages
from engine.courts.models import CourtProfile
from engine.db import db, transaction
from engine.documents.models import Document

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def court(settled, rogue):
    with transaction():
        profile = db.session.get(CourtProfile, settled.world.court.id)
        profile.callback_url, profile.callback_secret = rogue.url, SECRET
    return settled


def told(rogue) -> dict:
    return json.loads(rogue.tries[-1]["body"])


def test_the_outcome_comes_with_the_report_and_the_agreement(court, rogue):
    court.call("cases.conclude", outcome="O01", reason="各方同意")
    court.call("documents.generate", template="court_report", audience="court")
    with transaction():
        db.session.query(Document).filter_by(kind="agreement").one().audience = "filing"

    assert court.call("courts.report_outcome")["receipt"].startswith("R-call-")

    said = told(rogue)
    assert (said["type"], said["data"]["outcome"], said["data"]["successful"]) == ("case.concluded", "O01", True)
    assert {one["kind"] for one in said["documents"]} == {"court_report", "agreement"}
    assert all(f"/api/v1/cases/{court.case.number}/documents/" in one["url"] for one in said["documents"])


def test_what_belongs_to_the_mediation_is_not_among_the_papers(court, rogue):
    court.call("mediation.plan_session", planned_at="2030-01-15T14:30")
    court.call("documents.generate", template="session_minutes", audience="mediation")
    court.call("cases.conclude", outcome="O11", reason="分歧较大")
    court.call("courts.report_outcome")

    assert "session_minutes" not in json.dumps(told(rogue)) and not told(rogue)["data"]["successful"]


def test_no_personal_numbers_leave_in_a_callback(court, rogue):
    court.call("courts.report_progress", event="accepted")
    court.call("courts.request_confirmation")

    for one in rogue.tries:
        assert "11010519491231002X" not in one["body"] and "16600001234" not in one["body"]


def test_the_same_facts_are_the_same_bytes(court):
    first, second = (messages.as_text(messages.progress(court.case, "accepted")) for _time in range(2))

    assert first == second
