"""What was done last with one task is taken back like what was done with many; why it went on is read by colleagues only."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.audit.models import AuditEntry
from engine.db import db, transaction
from engine.inbox.lists import marks
from engine.inbox.sharing import priorities
from engine.workflow.models import TraceEntry, UserTask
from webapp.inbox import undoing

WHY = "另有开庭，请接手"


@pytest.fixture
def task_id(refer):
    walk = refer()
    walk.work()
    return walk._open("accept_referral")[0].id


def held_by(task_id) -> int | None:
    with transaction(write=False):
        return db.session.get(UserTask, task_id).assignee_id


def test_each_act_with_one_task_is_taken_back_the_last_first(browser, world, task_id):
    coordinator, here = browser("coordinator"), f"/inbox/tasks/{task_id}"
    coordinator.post(f"{here}/claim")
    assert "撤销“领取”" in coordinator.text(here)
    coordinator.post(f"{here}/lend", user=world.other_coordinator.id)
    assert held_by(task_id) == world.other_coordinator.id
    assert coordinator.post("/inbox/tasks/many/undo", here=task_id).headers["Location"] == here
    assert held_by(task_id) == world.coordinator.id
    coordinator.post(f"{here}/release")
    assert held_by(task_id) is None and "撤销“退回本组”" in coordinator.text("/inbox/?view=available")
    coordinator.post("/inbox/tasks/many/undo")
    assert held_by(task_id) == world.coordinator.id
    coordinator.post("/inbox/tasks/many/undo")
    assert held_by(task_id) is None and 'class="undo' not in coordinator.text("/inbox/?view=available")


def test_what_went_back_to_its_lender_is_not_taken_from_them_again(browser, world, task_id):
    lender, borrower, here = browser("coordinator"), browser("other_coordinator"), f"/inbox/tasks/{task_id}"
    lender.post(f"{here}/claim")
    lender.post(f"{here}/lend", user=world.other_coordinator.id)
    borrower.post(f"{here}/release")
    assert held_by(task_id) == world.coordinator.id and 'class="undo' not in borrower.text("/inbox/?view=available")

    lender.post(f"{here}/lend", user=world.other_coordinator.id)  # and one at a time or several, handed on or back
    borrower.post("/inbox/tasks/many", verb="assign", task=[task_id], user=world.coordinator.id)
    assert held_by(task_id) == world.coordinator.id and 'class="undo' not in borrower.text("/inbox/?view=available")


def test_a_label_a_day_and_an_urgency_are_taken_back(browser, world, task_id):
    coordinator, here = browser("coordinator"), f"/inbox/tasks/{task_id}"
    actor = world.actor("coordinator")
    coordinator.post(f"{here}/claim")
    coordinator.post(f"{here}/label", word="先看")
    coordinator.post(f"{here}/label", word="再看")
    coordinator.post(f"{here}/later", until=(clock.today() + timedelta(days=1)).isoformat())
    coordinator.post(f"{here}/priority", major="urgent", minor="3")
    for kind in ("urgent", "snooze", "再看"):
        with transaction(write=False):
            task, found = db.session.get(UserTask, task_id), marks.of_task(actor, task_id)
            said = [*priorities.of(task), *found, found["label"].word]
            assert kind in said
        coordinator.post("/inbox/tasks/many/undo")
    db.session.expire_all()
    with transaction(write=False):
        found = marks.of_task(actor, task_id)
        assert found["label"].word == "先看" and "snooze" not in found
        assert priorities.of(db.session.get(UserTask, task_id)) == ["ordinary", 0]


def test_after_some_minutes_it_is_no_longer_offered(browser, task_id, monkeypatch):
    coordinator, here = browser("coordinator"), f"/inbox/tasks/{task_id}"
    monkeypatch.setattr(undoing, "LASTS", timedelta(0))
    coordinator.post(f"{here}/claim")
    assert 'class="undo' not in coordinator.text(here)
    coordinator.post("/inbox/tasks/many/undo")
    assert held_by(task_id) is not None


def test_why_a_task_went_on_is_read_by_colleagues_and_in_the_audit_and_not_in_the_trace(browser, world, task_id):
    coordinator, other, here = browser("coordinator"), browser("other_coordinator"), f"/inbox/tasks/{task_id}"
    coordinator.post(f"{here}/claim")
    coordinator.post(f"{here}/assign", user=world.other_coordinator.id, reason=WHY)
    assert f"转给{world.other_coordinator.name}" in other.text(here) and WHY in other.text(f"{here}/why")
    other.post(f"{here}/release", reason="不在我的范围")
    page = coordinator.text(here)
    assert "退回本组" in page and "不在我的范围" in page and WHY in page
    assert coordinator.post(f"{here}/assign", user=world.other_coordinator.id, reason="长" * 201).status_code == 422
    with transaction(write=False):
        noted = dict(db.session.execute(select(AuditEntry.action, AuditEntry.purpose).where(AuditEntry.outcome == "done")).all())
        assert noted["inbox.assign"] == WHY and noted["inbox.release"] == "不在我的范围"
        assert not any(WHY in entry.note or WHY in str(entry.detail) for entry in db.session.scalars(select(TraceEntry)))


def test_a_reason_among_the_answers_is_not_taken_for_one_told_to_colleagues(browser, task_id):
    page = browser("coordinator").post(f"/inbox/tasks/{task_id}/complete", decision="refuse", reason="长" * 2001)
    assert page.status_code == 422 and 'id="assign-reason" name="reason" maxlength="200" value=""' in page.text


def test_several_tasks_go_on_for_one_reason(browser, world, task_id):
    coordinator = browser("coordinator")
    asked = {"task": task_id, "verb": "assign", "user": world.other_coordinator.id}
    assert 'name="reason"' in coordinator.post("/inbox/tasks/many/preview", **asked).text
    coordinator.post("/inbox/tasks/many", **asked, reason=WHY)
    assert WHY in browser("other_coordinator").text(f"/inbox/tasks/{task_id}")
