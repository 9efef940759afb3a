"""Handed in by its author, published by somebody else; new cases run on it, running ones stay."""

import io
import zipfile

import pytest
from sqlalchemy import select

from engine.cases import intake
from engine.db import db, transaction
from engine.workflow.models import Instance
from tests import personas

TOML = "process.toml"


@pytest.fixture
def changed(designer, draft_id, draft):
    """The draft with another name of its task, handed in."""
    text = draft().files["process.bpmn"].replace("登记履行情况", "核实履行情况")
    designer.post(f"/designer/drafts/{draft_id}/files/process.bpmn", text=text, revision="1")
    assert designer.post(f"/designer/drafts/{draft_id}/submit", note="说法更清楚").status_code == 303
    return f"/designer/drafts/{draft_id}"


def test_trying_it_shows_each_scenario_with_its_steps(designer, draft_id):
    page = designer.text(f"/designer/drafts/{draft_id}/scenarios")

    assert 'data-scenario="later" data-passed="yes"' in page and "look_again" in page


def test_a_scenario_that_fails_shows_the_step(designer, draft_id, draft):
    text = draft().files["scenarios/later.toml"].replace('end = "performance_noted"', 'end = "elsewhere"')
    designer.post(f"/designer/drafts/{draft_id}/files/scenarios/later.toml", text=text, revision="1")
    page = designer.text(f"/designer/drafts/{draft_id}/scenarios")

    assert 'data-passed="no"' in page and "elsewhere" in page and "step-stuck" in page


def test_a_draft_with_an_error_is_not_handed_in(designer, draft_id, draft):
    text = draft().files["process.bpmn"].replace('value="note_performance"', 'value="lost"')
    designer.post(f"/designer/drafts/{draft_id}/files/process.bpmn", text=text, revision="1")
    answer = designer.post(f"/designer/drafts/{draft_id}/submit")

    assert answer.status_code == 422 and 'data-element="note_performance"' in answer.text and draft().status == "open"


def test_the_approver_sees_which_element_changed_and_publishes_once_and_what_runs_stays_on_its_version(
        refer, changed, approver, designer, draft, world):
    page = approver.text(f"{changed}/changes")
    assert "核实履行情况" in page and "userTask note_performance" in page and "说法更清楚" in page

    first = refer().case
    answer = approver.post(f"{changed}/approve", remark="同意")
    assert answer.headers["Location"].endswith("/processes/performance") and draft().status == "published"
    assert '<tr data-version="2">' in designer.text("/designer/processes/performance")
    assert approver.post(f"{changed}/approve").status_code == 409

    with transaction():
        second = intake.accept(world.actor("court_system"), personas.referral("R-9", court_number="（2024）沪0115诉前调129号"))
    with transaction(write=False):
        bound = {row.case_id: row.bindings["performance"] for row in db.session.scalars(select(Instance))}
    assert bound[first.id] != bound[second.id]


def test_what_was_not_handed_in_is_not_published(approver, draft_id, draft):
    assert approver.post(f"/designer/drafts/{draft_id}/approve").status_code == 409 and draft().status == "open"


def test_sending_back_needs_a_reason_and_reaches_the_author(changed, approver, designer, draft):
    assert approver.post(f"{changed}/reject", remark=" ").status_code == 422 and draft().status == "submitted"
    assert approver.post(f"{changed}/reject", remark="请写明依据").status_code == 303
    assert "请写明依据" in designer.text(changed)


def test_a_draft_given_up_is_closed(designer, draft_id, draft):
    assert designer.post(f"/designer/drafts/{draft_id}/drop").status_code == 303 and draft().status == "dropped"
    assert designer.post(f"/designer/drafts/{draft_id}/drop").status_code == 409


def test_a_draft_can_be_taken_away(designer, draft_id, draft):
    archive = zipfile.ZipFile(io.BytesIO(designer.get(f"/designer/drafts/{draft_id}.zip").data))

    assert set(archive.namelist()) == {f"performance/{name}" for name in draft().files}
