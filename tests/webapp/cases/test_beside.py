"""What stands beside a task: opened on its page, or without scripts as a page."""

import pytest

from engine.db import db, transaction
from engine.documents import shelf
from engine.inbox.asking import groups
from engine.inbox.sharing import why
from engine.workflow.models import UserTask

PANEL = {"HX-Request": "true"}


@pytest.fixture
def walk(refer):
    walk = refer()
    walk.work()
    return walk


@pytest.mark.db
def test_diagram_history_and_notes_open_beside_the_task(browser, walk):
    desk = browser("coordinator")
    number, task = walk.case.number, db.session.query(UserTask.id).filter_by(case_id=walk.case_id).scalar()

    page = desk.text(f"/inbox/tasks/{task}")
    for part in ("process", "history", "messages", "notes", "related"):
        assert f'hx-get="/cases/{number}/beside/{part}"' in page and f'href="/cases/{number}/beside/{part}"' in page
    assert 'data-island="trace"' not in page

    panel = desk.get(f"/cases/{number}/beside/process", headers=PANEL).text
    assert "<html" not in panel and 'data-island="trace"' in panel and "以列表显示" in panel
    alone = desk.text(f"/cases/{number}/beside/history")
    assert "收到案件，流程开始" in alone and "<html" in alone
    assert "尚未向当事人发送通知" in desk.text(f"/cases/{number}/beside/messages")

    kept = desk.post(f"/cases/{number}/notes", text="原告催问", audience="organisation",
                     headers={"Referer": f"http://localhost/inbox/tasks/{task}"})
    assert kept.headers["Location"] == f"/inbox/tasks/{task}#notes"
    assert "原告催问" in desk.text(f"/cases/{number}/beside/notes")


@pytest.mark.db
def test_related_cases_are_counted_and_named_as_far_as_they_may_be_opened(browser, refer, walk, world):
    other = refer(external_ref="R-2")
    with transaction():
        group = groups.create(world.actor("coordinator"), {"name": "手续费批次", "issues": "手续费是否明示"})
        groups.add(world.actor("coordinator"), group.id, walk.case.number)
    other.work()
    number = walk.case.number

    panel = browser("coordinator").text(f"/cases/{number}/beside/related")

    assert "相同当事人、同一案由：" in panel and f'href="/cases/{other.case.number}"' in panel
    assert "属于案件批次“手续费批次”，共 1 件" in panel and "/groups/" in panel
    assert "属于案件批次" not in browser("clerk").text(f"/cases/{number}/beside/related")


def test_a_part_there_is_not_and_a_case_of_others_are_not_found(browser, walk):
    number = walk.case.number

    assert browser("coordinator").get(f"/cases/{number}/beside/secrets").status_code == 404
    assert browser("outsider").get(f"/cases/{number}/beside/history").status_code == 404


def test_a_paper_that_was_drafted_anew_says_which_version_it_is(browser, walk):
    with transaction():
        for content in (b"%PDF-1.4 one", b"%PDF-1.4 two"):
            shelf.put(walk.case_id, "agreement", "调解协议", content, "filing")

    page = browser("coordinator").text(f"/cases/{walk.case.number}")

    assert "第1版，共2版，已被新版替代" in " ".join(page.split()) and "第2版，共2版" in page


def test_the_case_page_says_what_cannot_be_done_now_and_why(browser, walk):
    page = browser("coordinator").text(f"/cases/{walk.case.number}")

    assert "现在不能做的操作及原因" in page and "移送或者合并</strong>: 流程现在所处的环节不接收这项请求" in page


def test_whose_task_it_is_says_why_others_may_not(walk, world):
    def bar(element: str, who: str) -> str:
        return why.of_task(world.actor(who), walk._open(element)[0]).bar
    assert (bar("accept_referral", "coordinator"), bar("accept_referral", "mediator")) == ("", "role")
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(world.mediator.id))
    assert (bar("disclose_conflicts", "mediator"), bar("disclose_conflicts", "coordinator")) == ("", "named")
