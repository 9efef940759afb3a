"""The desk: lists, claim, release, hand over, fill in, complete."""

from sqlalchemy import select

from engine import clock
from engine.access.models import Participant
from engine.db import db, transaction
from engine.mediation.models import Agreement, ClauseQuestion
from engine.notices import links
from engine.workflow import messages as told
from engine.workflow.models import UserTask


def task_of(walk, element="accept_referral") -> UserTask:
    walk.work()
    db.session.expire_all()
    return db.session.scalar(select(UserTask).where(UserTask.case_id == walk.case_id, UserTask.element == element))


def test_a_new_referral_appears_in_the_coordinators_list(browser, refer):
    walk = refer()
    walk.work()

    page = browser("coordinator").text("/inbox/?view=available")

    assert "决定是否接受委派" in page and walk.case.number in page and "还剩" in page


def test_another_organisation_and_the_court_do_not_see_it(browser, refer):
    task = task_of(refer())

    for who in ("outsider", "clerk", "handler", "mediator"):
        assert browser(who).get(f"/inbox/tasks/{task.id}").status_code == 404


def test_search_keeps_what_matches(browser, refer):
    first, second = refer(external_ref="R-1"), refer(external_ref="R-2", court_number="（2024）沪0115诉前调124号")
    first.work(), second.work()

    page = browser("coordinator").get(f"/inbox/?view=available&q={first.case.number}", headers={"HX-Request": "true"}).text

    assert first.case.number in page and second.case.number not in page and "<html" not in page


def test_a_task_is_claimed_and_given_back(browser, refer):
    task, coordinator = task_of(refer()), browser("coordinator")

    assert coordinator.post(f"/inbox/tasks/{task.id}/claim").status_code == 303
    assert "协调员甲" in browser("other_coordinator").text(f"/inbox/tasks/{task.id}")
    assert coordinator.post(f"/inbox/tasks/{task.id}/release").status_code == 303
    assert "决定是否接受委派" in browser("other_coordinator").text("/inbox/?view=available")


def test_the_second_to_claim_is_told_who_was_first(browser, refer):
    task = task_of(refer())
    browser("coordinator").post(f"/inbox/tasks/{task.id}/claim")

    answer = browser("other_coordinator").post(f"/inbox/tasks/{task.id}/claim")

    assert answer.status_code == 409 and "协调员甲" in answer.text


def test_the_second_to_complete_is_told_who_was_first(browser, refer):
    task = task_of(refer())
    browser("coordinator").post(f"/inbox/tasks/{task.id}/complete", decision="accept")

    answer = browser("other_coordinator").post(f"/inbox/tasks/{task.id}/complete", decision="accept")

    assert answer.status_code == 409 and "协调员甲" in answer.text


def test_completing_moves_the_case_on(browser, refer):
    walk = refer()
    task = task_of(walk)

    answer = browser("coordinator").post(f"/inbox/tasks/{task.id}/complete", decision="accept")
    walk.work()

    assert answer.status_code == 303 and walk.open() == ["assign_mediator"] and walk.case.stage == "accepted"


def test_wrong_answers_stay_on_the_page_with_every_fault(browser, refer):
    walk = refer()
    task = task_of(walk)

    answer = browser("coordinator").post(f"/inbox/tasks/{task.id}/complete", decision="refuse", reason="")

    assert answer.status_code == 422 and "此项必填" in answer.text and 'aria-invalid="true"' in answer.text
    assert walk.open() == ["accept_referral"] and task_of(walk).assignee_id is None


def test_questions_follow_the_answers(browser, refer):
    task, coordinator = task_of(refer()), browser("coordinator")

    accepted = coordinator.post(f"/inbox/tasks/{task.id}/form", decision="accept").text
    refused = coordinator.post(f"/inbox/tasks/{task.id}/form", decision="refuse").text

    assert 'name="reason"' not in accepted and 'name="reason"' in refused


def test_a_table_grows_by_a_plain_button(browser, refer, world):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    task, mediator = task_of(walk, "draft_agreement"), browser("mediator")

    page = mediator.post(f"/inbox/tasks/{task.id}/complete", **{"terms-0-text": "退款", "add_row": "terms"}).text

    assert 'name="terms-1-text"' in page and "退款" in page and walk.open() == ["draft_agreement"]


def test_a_task_is_handed_to_a_colleague_of_the_same_role_only(browser, refer, world):
    task, coordinator = task_of(refer()), browser("coordinator")

    assert coordinator.post(f"/inbox/tasks/{task.id}/assign", user=world.mediator.id).status_code == 422
    assert coordinator.post(f"/inbox/tasks/{task.id}/assign", user=world.other_coordinator.id).status_code == 303
    with transaction(write=False):
        assert db.session.get(UserTask, task.id).assignee_id == world.other_coordinator.id


def test_a_task_is_lent_shown_as_lent_to_both_and_taken_back(browser, refer, world):
    task, owner, other = task_of(refer()), browser("coordinator"), browser("other_coordinator")
    owner.post(f"/inbox/tasks/{task.id}/claim")
    assert "委托代办" in owner.text(f"/inbox/tasks/{task.id}")
    assert owner.post(f"/inbox/tasks/{task.id}/lend", user=world.other_coordinator.id, note="出差").status_code == 303
    for page in (other.text("/inbox/?view=mine"), owner.text("/inbox/?view=lent")):
        assert "协调员甲委托代办" in page and "决定是否接受委派" in page
    assert "出差" in other.text(f"/inbox/tasks/{task.id}") and "协调员甲于" in other.text(f"/inbox/tasks/{task.id}/why")
    assert other.post(f"/inbox/tasks/{task.id}/take-back").status_code == 403
    assert browser("outsider").post(f"/inbox/tasks/{task.id}/take-back").status_code == 404
    assert owner.post(f"/inbox/tasks/{task.id}/take-back").status_code == 303
    assert "由您办理：曾委托他人代办" in owner.text(f"/inbox/tasks/{task.id}/why")


def test_a_substitute_is_entered_finds_the_tasks_and_the_audit_tells_in_whose_place(browser, refer, world):
    task, absent, other = task_of(refer()), browser("coordinator"), browser("other_coordinator")
    absent.post(f"/inbox/tasks/{task.id}/claim")
    today = clock.today().isoformat()
    asked = {"user": world.coordinator.id, "first_day": today, "last_day": today, "substitute": world.other_coordinator.id}
    assert absent.post("/roster/", **asked | {"last_day": "2001-01-01"}).status_code == 422
    assert absent.post("/roster/", **asked).status_code == 303 and "您已登记休假" in absent.text("/inbox/")
    assert "代协调员甲" in other.text("/inbox/?view=covered") and "由您代理" in other.text(f"/inbox/tasks/{task.id}")
    assert other.post(f"/inbox/tasks/{task.id}/complete", decision="accept").status_code == 303
    rows = browser("auditor").text("/audit/?action=inbox.complete")
    assert "代coordinator" in rows and "other_coordinator" in rows
    assert "协调员甲" in other.text("/roster/") and browser("clerk").post("/roster/1/end").status_code == 404


def test_nonsense_is_answered_without_a_fault(browser, refer):
    task, coordinator = task_of(refer()), browser("coordinator")

    for form in ({"decision": "\x00"}, {"decision": "accept'--"}, {"decision": "接受" * 9999}, {"terms-99999-x": "1"}):
        assert coordinator.post(f"/inbox/tasks/{task.id}/complete", **form).status_code == 422
    assert coordinator.get("/inbox/tasks/999999999999999999999").status_code == 404
    assert coordinator.get("/inbox/?page=x&view=<script>").status_code == 200


def test_the_check_before_signing_stands_under_the_draft_and_keeps_a_faulty_one_back(browser, refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    task, mediator = task_of(walk, "draft_agreement"), browser("mediator")
    applicant, respondent = (str(person.id) for person in walk.case.participants if person.role == "party")
    typed = {"terms-0-kind": "payment", "terms-0-debtor": respondent, "terms-0-creditor": applicant, "terms-0-amount": "500.00",
             "terms-0-due_on": "2060-01-31", "terms-0-method": "转账", "default_clause": "不履行的，由法院判决。"}

    shown = mediator.post(f"/inbox/tasks/{task.id}/form", **typed).text
    refused = mediator.post(f"/inbox/tasks/{task.id}/complete", **typed)

    assert "不得约定“不履行则由法院判决”" in shown and "1项须改正" in shown and "没有写明收款账户" in shown
    assert refused.status_code == 422 and 'id="f-default_clause"' in refused.text and walk.open() == ["draft_agreement"]


def test_both_sides_read_the_draft_ask_and_are_answered_and_it_can_be_taken_back(browser, stranger, refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    task, mediator = task_of(walk, "draft_agreement"), browser("mediator")
    applicant, respondent = (person.id for person in walk.case.participants if person.role == "party")
    typed = {"terms-0-kind": "payment", "terms-0-debtor": str(respondent), "terms-0-creditor": str(applicant),
             "terms-0-amount": "500.00", "terms-0-due_on": "2060-01-31", "terms-0-method": "转账"}
    with transaction():
        links.issue(db.session.get(Participant, applicant), "reader")
    page = f"/p/{links.token('reader')}/draft"
    mediator.post(f"/inbox/tasks/{task.id}/complete", show="1", **typed)
    mediator.post(f"/inbox/tasks/{task.id}/complete", show="1", **typed | {"terms-0-amount": "700.00"})

    assert "<del>500.00</del>" in stranger.text(page) and "<ins>700.00</ins>" in stranger.text(page)
    key = db.session.scalar(select(Agreement.id).order_by(Agreement.id.desc()))
    assert stranger.post(page, agreement=key, clause="term-1", text="分期可以吗？").status_code == 303
    assert stranger.post(page, agreement=key, clause="term-1", text="").status_code == 422
    question = db.session.scalar(select(ClauseQuestion))
    assert mediator.post(f"/cases/{walk.case.number}/clauses/{question.id}/answer", answer="可以。").status_code == 303
    assert "可以。" in stranger.text(page) and "分期可以吗" in mediator.text(f"/cases/{walk.case.number}")
    assert "分期可以吗" not in browser("handler").text(f"/cases/{walk.case.number}")

    mediator.post(f"/inbox/tasks/{task.id}/complete", **typed)
    walk.work()
    assert "sign_agreement" in walk.open()
    mediator.post(f"/cases/{walk.case.number}/acts/redraft", reason="改期限")
    assert walk.open() == ["draft_agreement"]
    again = db.session.scalar(select(UserTask.id).where(UserTask.element == "draft_agreement", UserTask.status == "open"))
    assert 'value="500.00"' in mediator.text(f"/inbox/tasks/{again}")


def test_a_task_that_became_pointless_says_what_ended_it(browser, refer, world):
    withdrawn, overdue = refer(), refer(external_ref="R-2", court_number="（2024）沪0115诉前调124号")
    task, other = task_of(withdrawn), task_of(overdue)
    with transaction():
        told.receive(withdrawn.case_id, "withdrawal", {"reason": "原告撤回起诉"}, "court", "w-1", by="court")
    withdrawn.work()
    overdue.pass_time(days=12)
    page, late = (browser("coordinator").text(f"/inbox/tasks/{each.id}") for each in (task, other))
    assert "流程已不再需要" in page and "因此终止：" in page and "撤回" in page.split("因此终止：")[1][:60]
    assert "因此终止：期限届满" in late
