"""Staff register on the case page an objection that came on paper; parties read the proposal before they answer."""

import pytest

from engine.access.models import Participant
from engine.db import db
from tests.journeys.test_proposals import propose, serve
from tests.webapp.party.test_party import link_of, task_of


@pytest.fixture
def proposed(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("no_objection")
    propose(walk)
    serve(walk)
    return walk


def test_the_mediator_registers_it_and_the_case_moves_on(browser, proposed):
    mediator, address = browser("mediator"), f"/cases/{proposed.case.number}"
    assert "登记对调解方案的书面异议" in mediator.text(address)
    asked = next(person for person in proposed.case.participants if person.side == "applicant")

    answer = mediator.post(f"{address}/objections", party=str(asked.id), received_on="2024-01-05", objection="来信表示不接受")

    assert answer.status_code == 303
    proposed.work()
    assert set(proposed.open()) == {"answer_closing"}  # the proposal has failed; the mediation is to end
    proposed.nobody_objects()
    assert proposed.case.outcome == "O11"


def test_what_is_missing_is_said_beside_the_field(browser, proposed):
    mediator = browser("mediator")
    answer = mediator.post(f"/cases/{proposed.case.number}/objections", party="", received_on="", objection="")
    assert answer.status_code == 422 and proposed.case.outcome == ""


def test_the_institution_does_not_register_for_others(browser, proposed):
    handler = browser("handler")
    assert "书面异议（纸质）" not in handler.text(f"/cases/{proposed.case.number}")
    assert handler.post(f"/cases/{proposed.case.number}/objections").status_code == 403


def test_a_party_finds_the_paper_and_the_warning_at_its_task(proposed, stranger):
    task = task_of(proposed, "applicant") or task_of(proposed, "respondent")
    token = link_of(proposed, db.session.get(Participant, task.participant_id).side)
    page = stranger.text(f"/p/{token}/tasks/{task.id}")
    assert "阅读《调解方案书》" in page and "视为您同意" in page
