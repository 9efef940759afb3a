"""What is new since somebody looked: in the case, beside its tasks, in the lists."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.inbox.asking import replying
from engine.inbox.workspace import commenting, news
from tests.webapp.inbox.test_tasks import task_of
from workers import calendar

MARK = "有新进展"


@pytest.fixture
def walk(refer):
    walk = refer()
    walk.to_mediation()
    return walk


def reply(walk, world) -> None:
    with transaction():
        replying.reply(world.actor("handler"), walk.case, {"for_whom": "both", "stance_1": "denied", "text_1": "已约定"})


@pytest.mark.db
def test_a_new_reply_is_marked_until_it_was_seen_and_not_for_who_gave_it(browser, walk, world):
    mediator, handler, number = browser("mediator"), browser("handler"), walk.case.number
    page, task = f"/cases/{number}", f"/inbox/tasks/{task_of(walk, 'plan_session').id}"
    assert "查看之后的新进展" not in mediator.text(page) and f'data-seen="{page}/seen"' in mediator.text(page)
    for who in (mediator, handler):
        assert who.post(f"{page}/seen", quiet="1").status_code == 204
    assert MARK not in mediator.text("/inbox/") and "data-seen" not in mediator.text(page)

    reply(walk, world)

    assert "京华银行股份有限公司" in mediator.text(page).split('id="fresh"')[1].split("</section>")[0]
    assert 'id="fresh"' in mediator.text(task) and MARK in mediator.text("/inbox/") and MARK in mediator.text("/cases/")
    assert "您上次查看后有新进展" in mediator.text("/today/")
    assert 'id="fresh"' not in handler.text(page) and MARK not in handler.text("/portfolio/")
    back = mediator.post(f"{page}/seen", headers={"Referer": f"http://localhost{task}"})
    assert back.headers["Location"] == task
    assert 'id="fresh"' not in mediator.text(page) and MARK not in mediator.text("/inbox/")


@pytest.mark.db
def test_what_the_mediation_says_is_no_news_to_the_court_and_a_comment_is_to_its_readers(walk, world):
    clerk, coordinator = world.actor("clerk"), world.actor("coordinator")
    with transaction():
        news.look(clerk, walk.case), news.look(coordinator, walk.case), news.look(coordinator, walk.case)
    reply(walk, world)
    with transaction():
        commenting.write(world.actor("mediator"), walk.case, "请看答复")

    db.session.rollback()
    assert news.of_case(clerk, walk.case).entries == [] and news.among(clerk, [walk.case_id, None]) == set()
    assert [one.event for one in news.of_case(coordinator, walk.case).entries] == ["claim_replied"]
    with transaction():
        news.look(coordinator, walk.case)
    assert news.among(coordinator, [walk.case_id]) == {walk.case_id}, "the comment stands unread"
    with transaction():
        commenting.read(coordinator, walk.case)
    assert news.among(coordinator, [walk.case_id]) == set() == news.among(coordinator, [])


def test_staff_are_reminded_of_a_term_that_is_about_to_end(browser, refer, world):
    walk = refer()
    walk.work()
    coordinator, number = browser("coordinator"), walk.case.number
    coordinator.post(f"/cases/{number}/seen", quiet="1")
    assert MARK not in coordinator.text("/inbox/")

    term = db.session.scalar(select(Deadline).where(Deadline.term == "T04"))
    clock.move(term.remind_at - clock.now() + timedelta(minutes=1))
    assert calendar.remind() == 1

    db.session.rollback()
    assert MARK in coordinator.text("/inbox/")
    assert "调解组织确认接受" in coordinator.text(f"/cases/{number}").split('id="fresh"')[1].split("</section>")[0]


def test_a_case_of_others_is_not_seen(browser, walk):
    assert browser("outsider").post(f"/cases/{walk.case.number}/seen").status_code == 404
