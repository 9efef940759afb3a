"""The mediator's day and the office's pool: what stands there, from real walks of cases, and who does not see it."""

import html
from datetime import timedelta

import pytest

from engine import clock
from engine.db import db, transaction
from engine.inbox.asking import replying
from engine.inbox.workspace import commenting, today, triage
from engine.mediation.models import MediationSession, MediatorProfile
from webapp import areas


def test_the_pool_shows_what_to_decide_and_assigns_with_one_click(browser, refer, world):
    walk, again = refer(), refer(external_ref="R-2", court_number="（2024）沪0115诉前调124号")
    walk.work()
    again.work()
    coordinator = browser("coordinator")
    page = coordinator.text("/triage/")
    told = coordinator.text(f"/cases/{walk.case.number}")
    assert "同一当事人、同一案由的其他在办案件" in told and again.case.number in told
    assert page.count("决定是否接受委派") == 2 and f"可能与 {again.case.number} 是同一纠纷" in page
    walk.do("accept_referral", decision="accept")
    if "choose_mediator" in walk.open():
        walk.do("choose_mediator", choice="0")
    page, task = coordinator.text("/triage/"), walk._open("assign_mediator")[0]
    assert "指派李调解" in page and "指派外人" not in page
    task_id = task.id
    strange = coordinator.post(f"/triage/tasks/{task.id}", candidate="999999")
    assert strange.headers["Location"] == f"/inbox/tasks/{task.id}"
    assert coordinator.post(f"/triage/tasks/{task.id}", candidate=str(world.mediator.id)).headers["Location"] == "/triage/"
    walk.work()
    assert "等待调解员答复接案" in coordinator.text("/triage/") and walk.open() == ["disclose_conflicts"]
    late = browser("other_coordinator").post(f"/triage/tasks/{task_id}", candidate=str(world.mediator.id))
    assert late.status_code != 303 or late.headers["Location"] != "/triage/"
    for name in ("mediator", "clerk", "handler"):
        assert browser(name).get("/triage/").status_code == 403, name
        assert browser(name).post(f"/triage/tasks/{task.id}", candidate="1").status_code in (403, 404), name


@pytest.mark.db
def test_what_a_list_of_the_pool_leaves_out_is_counted_and_shown_on_the_next_page_or_on_request(browser, refer, monkeypatch):
    monkeypatch.setattr(triage, "SHOWN", 1)
    walks = [refer(external_ref=f"R-{n}", court_number=f"（2024）沪0115诉前调{n}号") for n in range(3, 7)]
    for walk in walks:
        walk.work()
    coordinator, numbers = browser("coordinator"), [walk.case.number for walk in walks]
    pages = [coordinator.text(f"/triage/?page={n}") for n in (1, 2, 4)]
    assert all("共 4 件" in page for page in pages) and ["?page=" in page for page in pages] == [True] * 3
    assert [any(f'<span class="number">{number}</span> <span>' in page for page in pages) for number in numbers] == [
        True, True, False, True]
    for walk in walks[:2]:
        walk.do("accept_referral", decision="accept")
        walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    page = coordinator.text("/triage/")
    assert "共2项，显示前1项" in page and 'href="/triage/?whole=asked#asked"' in page
    whole = coordinator.text("/triage/?whole=asked")
    assert "显示前" not in whole and all(number in whole for number in numbers[:2])


@pytest.mark.db
def test_what_a_list_of_the_day_leaves_out_is_counted_and_shown_on_request(browser, refer, monkeypatch):
    monkeypatch.setattr(today, "SHOWN", 1)
    walks = [refer(external_ref=f"R-{n}", court_number=f"（2024）沪0115诉前调{n}号") for n in (3, 4)]
    for walk in walks:
        walk.do("accept_referral", decision="accept")
        walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    mediator = browser("mediator")
    page, whole = mediator.text("/today/"), mediator.text("/today/?whole=mine")
    assert '<span class="count">2</span>' in page and "共2项，显示前1项" in page and 'href="/today/?whole=mine#mine"' in page
    assert [walk.case.number in page for walk in walks].count(True) == 1
    assert all(walk.case.number in whole for walk in walks) and "显示前" not in whole


def test_the_day_of_a_mediator_has_meetings_tasks_replies_and_messages(browser, refer, world):
    walk = refer()
    walk.to_mediation()
    walk.do("plan_session", planned_at=(clock.now() + timedelta(days=3)).isoformat(), mode="on_site", place="调解中心一号室")
    with transaction():
        replying.reply(world.actor("handler"), walk.case, {"for_whom": "both", "stance_1": "denied"})
        commenting.write(world.actor("coordinator"), walk.case, "请注意时限")
    mediator = browser("mediator")
    page = mediator.text("/today/")
    assert "今天没有调解会议。 下一次" in page and "同事的 1 条未读讨论" in page and "不承认" in page
    with transaction():
        db.session.query(MediationSession).one().planned_at = clock.now()
    page = mediator.text("/today/")
    assert "调解中心一号室" in page and "没有调解会议" not in page
    assert walk.case.number not in browser("other_mediator").text("/today/")
    for name in ("coordinator", "judge", "handler"):
        assert browser(name).get("/today/").status_code == 403, name

    assert walk.case.number not in browser("coordinator").text("/triage/")
    with transaction():
        db.session.get(MediatorProfile, world.mediator.id).is_active = False
    assert walk.case.number in browser("coordinator").text("/triage/")  # nobody is there to go on with it


@pytest.mark.db
def test_several_cases_of_the_pool_are_looked_at_first_and_then_done_one_by_one(browser, refer, world):
    walks = [refer(external_ref=f"R-{at}", court_number=f"（2024）沪0115诉前调12{at}号") for at in range(3)]
    for walk in walks:
        walk.work()
    coordinator = browser("coordinator")
    accept = [walk._open("accept_referral")[0].id for walk in walks]
    page = html.unescape(coordinator.post("/triage/plan", task=accept).text)
    assert page.count('value="accept" selected') == 3 and "尚未执行" in page and walks[0].open() == ["accept_referral"]
    done = coordinator.post("/triage/several", **{f"choice-{accept[0]}": "accept", f"choice-{accept[1]}": "accept",
                                                  f"choice-{accept[2]}": "refuse"})
    assert done.headers["Location"] == "/triage/"
    told = coordinator.text("/triage/")
    assert "已办理 2 件" in told and "请从所列选项中选择" in told
    for walk in walks[:2]:
        walk.work()
        while "choose_mediator" in walk.open():
            walk.do("choose_mediator", choice="0")
    assign = [walk._open("assign_mediator")[0].id for walk in walks[:2]]
    with transaction():
        planned = triage.plan(world.actor("coordinator"), [*assign, 0])
    assert [one.field for one in planned] == ["mediator"] * 2
    assert {one.proposed for one in planned} <= {str(each.value) for each in planned[0].choices}
    assert len({one.proposed for one in planned}) == min(2, len(planned[0].choices)), "they take turns"
    coordinator.post("/triage/several", **{f"choice-{one.task.id}": one.proposed for one in planned})
    walks[0].work()
    assert "assign_mediator" not in walks[0].open() and walks[2].open() == ["accept_referral"]
    assert coordinator.post("/triage/several").status_code == 422
    assert browser("mediator").post("/triage/plan", task=assign).status_code == 403
    assert "所选案件都已不在待分派之列" in html.unescape(coordinator.post("/triage/plan", task=assign).text)


@pytest.mark.db
def test_a_duplicate_goes_on_in_the_other_case_once_it_is_accepted(browser, refer):
    first, again = refer(), refer(external_ref="R-2", court_number="（2024）沪0115诉前调124号")
    first.work(), again.work()
    coordinator, number = browser("coordinator"), first.case.number
    assert "接受之后才能合并" in coordinator.text("/triage/")
    early = again._open("accept_referral")[0].id
    assert coordinator.post(f"/triage/tasks/{early}/merge", into=number, reason="同一纠纷").status_code == 422
    again.do("accept_referral", decision="accept")
    while "choose_mediator" in again.open():
        again.do("choose_mediator", choice="0")
    task = again._open("assign_mediator")[0].id
    page = coordinator.text("/triage/")
    assert f'action="/triage/tasks/{task}/merge"' in page and "此操作不可撤回" in page
    assert coordinator.post(f"/triage/tasks/{task}/merge", into="ST0", reason="同一纠纷").status_code == 404
    refused = coordinator.post(f"/triage/tasks/{task}/merge", into=number, reason=" ")
    assert refused.status_code == 422 and 'aria-invalid="true"' in refused.text
    assert browser("mediator").post(f"/triage/tasks/{task}/merge", into=number, reason="x").status_code in (403, 404)

    assert coordinator.post(f"/triage/tasks/{task}/merge", into=number, reason="同一纠纷").headers["Location"] == "/triage/"

    again.work()
    again.to_the_end()
    assert again.case.outcome == "O20" and f"已并入 {number}" in coordinator.text("/triage/")
    assert again.case.number in coordinator.text(f"/cases/{number}/beside/related")


def test_the_box_that_jumps_knows_the_first_letters_of_every_area():
    assert areas.LETTERS.keys() == {endpoint for endpoint, *_rest in areas.MENU}
