"""The mediator's day and the office's pool: what stands there, from real walks of cases, and who does not see it."""

from datetime import timedelta

from engine import clock
from engine.db import db, transaction
from engine.inbox import commenting, replying
from engine.mediation.models import MediationSession, MediatorProfile


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
