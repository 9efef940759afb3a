"""What is due, watched, put aside or paused; and several tasks at once, with a way back."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db, transaction
from engine.inbox.lists import pages, queries
from engine.inbox.lists.asked import Asked
from engine.workflow.models import UserTask
from tests.webapp.inbox.test_tasks import task_of
from workers import task_batches

ROW = r'row-title" href="/inbox/tasks/(\d+)"'


def listed(browser, view) -> list[int]:
    return sorted(map(int, re.findall(ROW, browser.text(f"/inbox/?view={view}"))))


def held_by(task_id):
    db.session.rollback()
    return db.session.scalar(select(UserTask.assignee_id).where(UserTask.id == task_id))


def due_of(task_id):
    db.session.rollback()
    return db.session.get(UserTask, task_id).due_at


@pytest.fixture
def three(refer):
    """Three open tasks of the coordinators."""
    return [task_of(refer(external_ref=f"R-{n}", court_number=f"（2024）沪0115诉前调{n}号")).id for n in (1, 2, 3)]


def test_a_watched_task_is_found_again_whoever_has_it(browser, three):
    coordinator, other = browser("coordinator"), browser("other_coordinator")
    coordinator.post(f"/inbox/tasks/{three[1]}/watch", on="1")
    other.post(f"/inbox/tasks/{three[1]}/claim")
    assert (listed(coordinator, "watched"), listed(other, "watched")) == ([three[1]], [])
    coordinator.post(f"/inbox/tasks/{three[1]}/watch", on="")
    assert listed(coordinator, "watched") == []
    assert browser("outsider").post(f"/inbox/tasks/{three[1]}/watch", on="1").status_code == 404


def test_a_task_put_aside_comes_back_on_its_day_and_never_after_it_is_due(browser, three):
    coordinator = browser("coordinator")
    coordinator.post(f"/inbox/tasks/{three[0]}/claim")
    tomorrow, after = clock.today() + timedelta(days=1), due_of(three[0]).date() + timedelta(days=3)
    assert coordinator.post(f"/inbox/tasks/{three[0]}/later", until=str(tomorrow)).status_code == 303
    assert (listed(coordinator, "mine"), listed(coordinator, "later")) == ([], [three[0]])
    assert "立即恢复" in coordinator.text(f"/inbox/tasks/{three[0]}")
    for wrong in (str(clock.today()), str(after), "2999-01-01", "soon"):
        assert coordinator.post(f"/inbox/tasks/{three[0]}/later", until=wrong).status_code == 422, wrong
    assert browser("other_coordinator").post(f"/inbox/tasks/{three[0]}/later", until=str(tomorrow)).status_code == 403
    clock.move(timedelta(days=1))
    assert (listed(coordinator, "mine"), listed(coordinator, "later")) == ([three[0]], [])


def test_what_is_due_today_and_what_is_overdue_stand_together(browser, three):
    coordinator = browser("coordinator")
    coordinator.post(f"/inbox/tasks/{three[0]}/claim")
    due = due_of(three[0])
    assert listed(coordinator, "today") == []
    clock.move(due - clock.now() - timedelta(hours=1))
    assert listed(coordinator, "today") == [three[0]]
    clock.move(timedelta(days=2))
    assert listed(coordinator, "today") == [three[0]]


def test_several_are_claimed_at_once_and_given_back_by_undo(browser, world, three):
    coordinator, other = browser("coordinator"), browser("other_coordinator")
    other.post(f"/inbox/tasks/{three[2]}/claim")
    assert coordinator.post("/inbox/tasks/many", verb="claim", task=three, view="available").status_code == 303
    page = coordinator.text("/inbox/?view=mine")
    assert "已处理 2 项任务" in page and world.other_coordinator.name in page
    assert [held_by(task) for task in three] == [world.coordinator.id] * 2 + [world.other_coordinator.id]
    coordinator.post("/inbox/tasks/many/undo")
    assert [held_by(task) for task in three] == [None, None, world.other_coordinator.id]
    assert 'class="undo' not in coordinator.text("/inbox/?view=mine")


def test_several_are_handed_over_and_undo_gives_each_back_to_whoever_had_it(browser, world, three):
    coordinator = browser("coordinator")
    coordinator.post(f"/inbox/tasks/{three[0]}/claim")
    coordinator.post("/inbox/tasks/many", verb="assign", task=three, user=world.other_coordinator.id)
    assert [held_by(task) for task in three] == [world.other_coordinator.id] * 3
    coordinator.post("/inbox/tasks/many/undo")
    assert [held_by(task) for task in three] == [world.coordinator.id, None, None]


def test_undo_takes_a_task_from_nobody_who_got_it_since(browser, world, three):
    coordinator, other = browser("coordinator"), browser("other_coordinator")
    coordinator.post("/inbox/tasks/many", verb="claim", task=three[:2])
    coordinator.post(f"/inbox/tasks/{three[0]}/release")
    other.post(f"/inbox/tasks/{three[0]}/claim")
    coordinator.post("/inbox/tasks/many/undo")
    assert [held_by(task) for task in three[:2]] == [world.other_coordinator.id, world.coordinator.id], "the last is first"
    coordinator.post("/inbox/tasks/many/undo")
    assert [held_by(task) for task in three[:2]] == [world.other_coordinator.id, None]


def test_nobody_acts_on_what_is_not_theirs_and_not_on_thousands(browser, three):
    outsider = browser("outsider")
    title = db.session.get(UserTask, three[0]).title
    outsider.post("/inbox/tasks/many", verb="claim", task=three)
    assert [held_by(task) for task in three] == [None] * 3
    assert title not in outsider.text("/inbox/")  # not even what it is called
    assert outsider.post("/inbox/tasks/many", verb="claim", task=list(range(1, 102))).status_code == 422
    assert outsider.post("/inbox/tasks/many", verb="claim").status_code == 422
    assert outsider.post("/inbox/tasks/many", verb="steal", task=three).status_code == 422


def test_every_list_is_counted_as_it_is_shown(three, world):
    with transaction(write=False):
        for who in ("coordinator", "mediator", "clerk"):
            actor = world.actor(who)
            assert pages.counts(actor) == {view: len(pages.ids(actor, Asked(view))) for view in queries.VIEWS}


def test_the_address_holds_the_conditions_and_says_which_makes_no_sense(browser, three):
    coordinator = browser("coordinator")
    page = coordinator.text("/inbox/?view=team&stage=received&due=week&columns=cause&columns=amount&sort=-amount")
    assert len(re.findall(ROW, page)) == 3 and "阶段: 收到" in page
    assert 'data-label="案由"' in page and 'data-label="期限"' not in page
    assert "/inbox/?view=team&due=week&sort=-amount&columns=cause,amount" in page  # without the stage
    assert listed(coordinator, "team&amount_from=99999999") == []
    wrong = coordinator.text("/inbox/?view=team&stage=nowhere&amount_from=1", 422)
    assert "“nowhere”不符合此条件的填写要求。" in wrong and "row-title" not in wrong


def test_a_long_list_is_read_page_by_page(browser, three, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr(pages.read, "__defaults__", ("", "", 2))
    coordinator = browser("coordinator")
    first = coordinator.text("/inbox/?view=team")
    after = re.search(r"/inbox/\?view=team&after=[\w-]+", first)[0]
    last = coordinator.text(after)
    assert [len(re.findall(ROW, page)) for page in (first, last)] == [2, 1] and "第一页" in last and "下一页" not in last
    assert coordinator.get("/inbox/?view=team&after=nonsense").status_code == 422


def test_a_list_is_kept_shown_under_its_name_and_forgotten(browser, three):
    mine, other = browser("coordinator"), browser("other_coordinator")
    answer = mine.post("/inbox/views", name="新收", shared="on", view="team", stage="received", sort="-amount")
    place = answer.headers["Location"]
    page = other.text(place)
    assert len(re.findall(ROW, page)) == 3 and "新收" in page and "阶段: 收到" in page and 'aria-sort="descending"' in page
    assert len(re.findall(ROW, other.text(f"{place}&q=没有"))) == 0
    assert browser("outsider").get(place).status_code == 404
    assert mine.post("/inbox/views", name="x", view="team", stage="nowhere").status_code == 422
    assert mine.post("/inbox/views", name=" ", view="team").status_code == 422
    assert browser("outsider").post(place.replace("?saved=", "views/") + "/delete").status_code == 404
    assert mine.post(place.replace("?saved=", "views/") + "/delete").status_code == 303
    mine.text("/inbox/")  # says so
    assert "新收" not in mine.text("/inbox/?view=team") and other.get(place).status_code == 404


def test_a_kept_list_keeps_up_too(browser, three):
    mine = browser("coordinator")
    place = mine.post("/inbox/views", name="新收", view="team", stage="received").headers["Location"]
    saved = place.split("=")[1]
    assert mine.get(f"/inbox/live?view=team&saved={saved}&tasks={three[0]}").json["fresh"] == "2 项新任务 · 点击显示"
    assert mine.get("/inbox/live?saved=999&tasks=").json["fresh"] == ""


def test_a_task_is_made_urgent_shown_so_and_listed_first(browser, three):
    coordinator = browser("coordinator")
    assert coordinator.post(f"/inbox/tasks/{three[2]}/priority", major="urgent", minor="3").status_code == 303
    page = coordinator.text("/inbox/?view=team&sort=priority&columns=priority")
    assert [int(each) for each in re.findall(ROW, page)][0] == three[2] and "加急 3" in page and "一般" in page
    assert "加急 3" in coordinator.text(f"/inbox/tasks/{three[2]}")
    assert coordinator.post(f"/inbox/tasks/{three[0]}/priority", major="x").status_code == 422
    assert browser("outsider").post(f"/inbox/tasks/{three[0]}/priority", major="high").status_code == 404


def test_one_looks_before_one_acts_on_many_and_nothing_is_done_by_looking(browser, world, three):
    coordinator, other = browser("coordinator"), browser("other_coordinator")
    other.post(f"/inbox/tasks/{three[0]}/claim")
    page = html.unescape(coordinator.post("/inbox/tasks/many/preview", task=three, verb="claim", view="team").text)
    assert "1 项任务不能办理" in page and "协调员乙" in page and "2 项任务可以办理" in page
    assert [held_by(each) for each in three] == [world.other_coordinator.id, None, None]
    coordinator.post("/inbox/tasks/many", task=three[1:], verb="claim")
    assert [held_by(each) for each in three[1:]] == [world.coordinator.id] * 2
    assert "2 项任务可以办理" not in coordinator.post("/inbox/tasks/many/preview", task=three, verb="steal").text


def test_a_full_colleague_is_seen_in_the_preview_and_gets_the_rest_with_a_reason(browser, world, three):
    coordinator = browser("coordinator")
    assert coordinator.post(f"/roster/people/{world.other_coordinator.id}/most", tasks="1").status_code == 303
    asked = {"task": three, "verb": "assign", "user": world.other_coordinator.id}
    page = html.unescape(coordinator.post("/inbox/tasks/many/preview", **asked).text)
    assert "1 项任务可以办理" in page and "限额为 1 项" in page and "超额理由" in page
    coordinator.post("/inbox/tasks/many", **asked, over="人手不足")
    assert [held_by(each) for each in three] == [world.other_coordinator.id] * 3


def test_tasks_are_spread_over_those_who_are_here_and_have_room(browser, world, three):
    coordinator = browser("coordinator")
    page = html.unescape(coordinator.post("/inbox/tasks/many/preview", task=three, verb="spread").text)
    assert "→ 协调员甲" in page and "→ 协调员乙" in page
    coordinator.post("/inbox/tasks/many", task=three, verb="spread")
    assert sorted(held_by(each) for each in three) == [world.coordinator.id] * 2 + [world.other_coordinator.id]
    coordinator.post("/inbox/tasks/many/undo")
    day = clock.today().isoformat()
    coordinator.post("/roster/", user=world.coordinator.id, first_day=day, last_day=day)
    coordinator.post("/inbox/tasks/many", task=three, verb="spread")
    assert [held_by(each) for each in three] == [world.other_coordinator.id] * 3


def test_a_list_is_narrowed_and_shown_by_what_was_asked_at_intake_and_kept_so(browser, refer):
    loans = refer(external_ref="R-8", court_number="（2024）沪0115诉前调8号", category="credit_card",
                  details={"overdue_days": 95, "insured": "王小明", "sales_channel": "online"})
    other = refer(external_ref="R-9", court_number="（2024）沪0115诉前调9号", details={"overdue_days": 3})
    coordinator, ids = browser("coordinator"), [task_of(case).id for case in (loans, other)]
    page = coordinator.text("/inbox/?view=team&field=overdue_days&more=1")
    assert 'name="answer.overdue_days.from"' in page and re.search(r'<details class="act narrowing" open>', page)
    asked = "view=team&answer.overdue_days.from=90&columns=answer.overdue_days,answer.insured,answer.sales_channel,category"
    page = coordinator.text(f"/inbox/?{asked}")
    assert re.findall(ROW, page) == [str(ids[0])] and "逾期天数（起）: 90" in page
    assert all(each in page for each in ("王**", "线上", "信用卡")) and "王小明</td>" not in page
    kept = {"view": "team", "answer.overdue_days.from": "90", "name": "逾期案件"}
    place = coordinator.post("/inbox/views", **kept).location
    assert re.findall(ROW, coordinator.text(place)) == [str(ids[0])]
    assert coordinator.get("/inbox/?view=team&answer.overdue_days.from=many").status_code == 422
    assert re.findall(ROW, browser("outsider").text(f"/inbox/?{asked}")) == []


def test_all_tasks_of_a_list_are_claimed_with_preview_progress_and_undo(browser, world, refer, monkeypatch):
    monkeypatch.setattr(pages.read, "__defaults__", ("", "", 2))
    ids = [task_of(refer(external_ref=f"R-{n}", court_number=f"（2024）沪0115诉前调{n}号")).id for n in (1, 2, 3)]
    coordinator = browser("coordinator")
    page = coordinator.text("/inbox/?view=available")
    assert len(re.findall(ROW, page)) == 2 and 'name="all"' in page
    page = coordinator.post("/inbox/tasks/many/preview", verb="claim", all="1", view="available").text
    assert "全部办理：3 项" in page and [held_by(each) for each in ids] == [None] * 3
    place = coordinator.post("/inbox/tasks/many", verb="claim", all="1", view="available").location
    assert "已处理 0 / 3 项" in coordinator.text(place) and "正在办理" in coordinator.text("/inbox/")
    assert coordinator.post("/inbox/tasks/many", verb="claim", all="1", view="available").status_code == 409
    assert task_batches.look() == 3
    assert "已处理 3 / 3 项" in coordinator.text(place) and [held_by(each) for each in ids] == [world.coordinator.id] * 3
    back = coordinator.post(f"{place}/undo").location
    assert task_batches.look() == 3 and [held_by(each) for each in ids] == [None] * 3 and "撤销：领取" in coordinator.text(back)
    assert browser("other_coordinator").get(place).status_code == 404
    assert coordinator.post("/inbox/tasks/many", verb="claim", all="1", view="mine").status_code == 409


def test_several_are_lent_and_said_to_be_urgent_at_once(browser, world, three):
    coordinator = browser("coordinator")
    coordinator.post("/inbox/tasks/many", verb="claim", task=three[:2])
    page = coordinator.text("/inbox/?view=mine")
    assert 'name="borrower"' in page and 'name="major"' in page
    page = coordinator.post("/inbox/tasks/many/preview", verb="lend", task=three[:2], borrower=world.other_coordinator.id,
                            note="先联系").text
    assert "先联系" in page and world.other_coordinator.name in page
    coordinator.post("/inbox/tasks/many", verb="lend", task=three[:2], borrower=world.other_coordinator.id, note="先联系")
    assert [held_by(task) for task in three[:2]] == [world.other_coordinator.id] * 2
    coordinator.post("/inbox/tasks/many/undo")
    assert [held_by(task) for task in three[:2]] == [world.coordinator.id] * 2
    coordinator.post("/inbox/tasks/many", verb="prioritise", task=three, major="urgent", minor="5")
    assert coordinator.text("/inbox/?view=team").count("加急 5") == 3
