"""Drafts are kept while somebody types, found again elsewhere, and nothing typed is lost to who is late."""

from datetime import timedelta

from sqlalchemy import func, select

from engine import clock
from engine.audit.models import AuditEntry
from engine.db import db
from engine.inbox import approvals
from engine.inbox.models import TaskDraft
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Incident
from tests.webapp.inbox.test_tasks import task_of
from workers import retention


def drafts() -> list[TaskDraft]:
    db.session.rollback()
    return list(db.session.scalars(select(TaskDraft).order_by(TaskDraft.id)))


def keep(who, task, draft=0, **answers):
    return who.post(f"/inbox/tasks/{task.id}/draft", draft=draft, **answers)


def test_a_draft_is_found_again_on_another_device_by_nobody_else(browser, refer):
    task, desk, phone = task_of(refer()), browser("coordinator"), browser("coordinator")
    kept = keep(desk, task, decision="refuse", reason="人手不足").json
    assert kept["said"].startswith("草稿已保存 今天 ")
    asked = phone.text(f"/inbox/tasks/{task.id}")
    assert "恢复今天 " in asked and "人手不足" not in asked
    assert "人手不足" in phone.text(f"/inbox/tasks/{task.id}?draft=1")
    assert "人手不足" not in browser("other_coordinator").text(f"/inbox/tasks/{task.id}?draft=1")
    phone.post(f"/inbox/tasks/{task.id}/draft/drop")
    assert drafts() == [] and "恢复今天" not in desk.text(f"/inbox/tasks/{task.id}")


def test_a_draft_goes_when_its_task_is_handed_in_and_that_of_a_colleague_a_day_later(browser, refer):
    task, mine, other = task_of(refer()), browser("coordinator"), browser("other_coordinator")
    keep(mine, task, decision="accept"), keep(other, task, decision="refuse", reason="人手不足")
    assert mine.post(f"/inbox/tasks/{task.id}/complete", decision="accept").status_code == 303
    assert [row.answers["decision"] for row in drafts()] == ["refuse"]
    page = other.text(f"/inbox/tasks/{task.id}")
    assert "在您提交草稿之前已经结束" in page and "人手不足" in page and "协调员甲" in page
    assert "人手不足" not in mine.text(f"/inbox/tasks/{task.id}")
    assert retention.forget() == 0
    clock.move(timedelta(hours=25))
    assert (retention.forget(), drafts()) == (1, [])


def test_a_page_that_does_not_know_of_a_draft_does_not_write_over_it(browser, refer):
    task, desk, phone = task_of(refer()), browser("coordinator"), browser("coordinator")
    first = keep(desk, task, origin="desk", decision="refuse", reason="一").json
    answer = keep(phone, task, origin="phone", decision="refuse", reason="二")
    assert answer.status_code == 409 and "另一份草稿" in answer.json["said"]
    assert keep(desk, task, first["revision"], origin="desk", decision="refuse", reason="三").status_code == 200
    unheard = keep(desk, task, first["revision"], origin="desk", decision="refuse", reason="四")
    assert unheard.status_code == 200, "it had not heard that its last one was kept"
    assert [row.answers["reason"] for row in drafts()] == ["四"]


def test_without_scripts_the_button_shows_both_drafts_and_the_second_press_decides(browser, refer):
    task, desk, phone = task_of(refer()), browser("coordinator"), browser("coordinator")
    keep(desk, task, decision="refuse", reason="案情复杂")
    address = f"/inbox/tasks/{task.id}/complete"
    answer = phone.post(address, decision="refuse", reason="人手不足", save="1", draft="0")
    assert answer.status_code == 409 and "案情复杂" in answer.text and "人手不足" in answer.text
    assert phone.post(address, decision="refuse", reason="人手不足", save="1", draft="1").headers["Location"].endswith("?draft=1")
    assert [row.answers["reason"] for row in drafts()] == ["人手不足"]


def test_who_is_late_reads_who_was_first_and_what_differs_field_by_field(browser, refer):
    task, other = task_of(refer()), browser("other_coordinator")
    browser("coordinator").post(f"/inbox/tasks/{task.id}/complete", decision="accept")
    answer = other.post(f"/inbox/tasks/{task.id}/complete", decision="refuse", reason="人手不足")
    assert answer.status_code == 409 and 'class="is-different"' in answer.text
    for words in ("协调员甲", "已于", "您填写的", "现在的内容", "人手不足", "接受"):
        assert words in answer.text, words
    assert "人手不足" in other.text(f"/inbox/tasks/{task.id}"), "for a day"


def test_the_second_click_of_the_same_person_does_nothing_twice_and_says_so(browser, refer):
    task, coordinator = task_of(refer()), browser("coordinator")
    for _click in range(2):
        answer = coordinator.post(f"/inbox/tasks/{task.id}/complete", decision="accept")
        assert answer.status_code == 303
    assert "没有重复办理" in coordinator.text(f"/inbox/tasks/{task.id}")
    assert coordinator.post(f"/inbox/tasks/{task.id}/complete", decision="refuse", reason="x").status_code == 409


def test_who_types_into_a_task_that_a_colleague_took_reads_it_all_back(browser, refer):
    task, coordinator = task_of(refer()), browser("coordinator")
    browser("other_coordinator").post(f"/inbox/tasks/{task.id}/claim")
    kept = keep(coordinator, task, decision="refuse", reason="人手不足")
    assert kept.status_code == 403 and "协调员乙" in kept.json["said"]
    answer = coordinator.post(f"/inbox/tasks/{task.id}/complete", decision="refuse", reason="人手不足")
    assert answer.status_code == 409 and "协调员乙" in answer.text and "人手不足" in answer.text


def test_bad_drafts_are_refused_and_strangers_see_nothing(browser, refer):
    task, coordinator = task_of(refer()), browser("coordinator")
    assert keep(coordinator, task, reason="x" * 256_001).status_code == 422
    assert keep(coordinator, task, reason="\x00").status_code == 422
    assert keep(coordinator, task, draft="x", decision="no such", nobody_asked="1").status_code == 200
    assert [row.answers for row in drafts()] == [{"decision": "no such"}], "kept as typed, checked only when handed in"
    for who in ("outsider", "clerk", "handler", "designer"):
        assert keep(browser(who), task, reason="x").status_code == 404


def test_what_somebody_types_leaves_no_note_in_the_audit(browser, refer):
    task, coordinator = task_of(refer()), browser("coordinator")
    count = select(func.count(AuditEntry.id)).where(AuditEntry.action.like("task_drafts%"))
    keep(coordinator, task, decision="accept")
    db.session.rollback()
    assert db.session.scalar(count) == 0


def test_what_was_typed_stands_there_still_when_the_process_cannot_go_on(browser, refer, monkeypatch):
    walk = refer()
    task = task_of(walk)

    def breaks(actor, task_id, answers, seen):
        raise ProcessFailed(task.instance_id, walk.case_id, task.element, "process_broken", "a test")
    monkeypatch.setattr(approvals, "hand_in", breaks)
    coordinator = browser("coordinator")
    answer = coordinator.post(f"/inbox/tasks/{task.id}/complete", decision="refuse", reason="不属于本组织受理范围的说明")
    assert answer.status_code == 409 and "不属于本组织受理范围的说明" in answer.text and "流程在此处无法继续" in answer.text
    db.session.rollback()
    assert [row.kind for row in db.session.scalars(select(Incident))] == ["process_broken"]
    assert walk.open() == ["accept_referral"]
