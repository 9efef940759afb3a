"""The staff's pages in a real browser: the diagram with its marks, questions that follow answers, keys, phones."""

# ruff: noqa: F811

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine.cases import intake
from engine.db import db, transaction
from engine.workflow.models import UserTask
from tests import personas
from tests.browser.people import address, chromium, sit_down  # noqa: F401
from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser


@pytest.fixture
def walk(world, shipped):
    with transaction():
        case = intake.accept(world.actor("court_system"), personas.referral())
    walk = Walk(world, case)
    walk.work()
    return walk


def task_id(element: str) -> int:
    db.session.rollback()
    found = db.session.scalar(select(UserTask.id).where(UserTask.element == element))
    db.session.rollback()
    return found


def test_the_diagram_shows_where_the_case_is_and_was(sit_down, walk):
    page = sit_down("coordinator")
    page.goto(f"/cases/{walk.case.number}")

    expect(page.locator('[data-island="trace"][data-island-state="ready"]').first).to_be_visible()
    expect(page.locator('.trace-here[data-element-id="accept_referral"]')).to_be_visible()
    expect(page.locator('.trace-done[data-element-id="assign_organisation"]')).to_be_attached()
    expect(page.locator(".trace-badge-here").first).to_have_attribute("title", "当前")


def test_the_diagram_is_walked_by_keys_and_says_where_one_is(sit_down, walk):
    page = sit_down("coordinator")
    page.goto(f"/cases/{walk.case.number}")
    diagram = page.locator('[data-island="trace"]').first
    expect(diagram).to_have_attribute("data-island-state", "ready")  # the others come one by one
    diagram.focus()

    page.keyboard.press("ArrowRight")
    expect(diagram.locator("[aria-live]")).to_have_text("决定是否接受委派, 当前")
    page.keyboard.press("ArrowRight")
    expect(diagram.locator("[aria-live]")).not_to_contain_text("决定是否接受委派")


def test_a_question_appears_when_an_answer_asks_for_it_and_the_answer_stays(sit_down, walk):
    page = sit_down("coordinator")
    page.goto(f"/inbox/tasks/{task_id('accept_referral')}")
    expect(page.locator("form[data-keys=submit] [name=reason]")).to_have_count(0)

    page.get_by_role("radio", name="不接受").check()

    expect(page.locator("form[data-keys=submit] [name=reason]")).to_be_visible()
    expect(page.get_by_role("radio", name="不接受")).to_be_checked()


def test_a_list_is_worked_by_keys(sit_down, walk):
    page = sit_down("coordinator")
    page.goto("/inbox/?view=available")

    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/inbox/tasks/*")
    page.get_by_role("radio", name="接受委派").check()
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("status").first).to_contain_text("已完成")
    assert "accept_referral" not in walk.open()


def test_the_search_narrows_the_list_without_a_new_page(sit_down, walk):
    page = sit_down("coordinator")
    page.goto("/inbox/?view=available")

    page.get_by_role("searchbox").fill("没有这样的案件")
    expect(page.locator("#list")).to_contain_text("没有与")
    page.get_by_role("searchbox").fill("王小明")
    expect(page.locator("#list")).to_contain_text(walk.case.number)


@pytest.mark.parametrize("who, path", [
    ("coordinator", "/inbox/?view=team"), ("coordinator", "/cases/"), ("coordinator", "/cases/{number}"),
    ("coordinator", "/statistics/"),
    ("coordinator", "/inbox/tasks/{task}"), ("admin", "/tracing/"), ("admin", "/tracing/1"), ("admin", "/admin/"),
    ("admin", "/admin/bodies"), ("admin", "/admin/machines"),
])
def test_no_page_is_wider_than_a_phone(sit_down, walk, who, path):
    page = sit_down(who)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path.format(number=walk.case.number, task=task_id("accept_referral")))
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("h1").count() == 1


def test_a_task_is_completed_without_javascript(sit_down, walk, chromium, address):
    page = sit_down("coordinator")
    cookies = page.context.cookies()
    plain = chromium.new_context(base_url=address, java_script_enabled=False)
    plain.add_cookies(cookies)
    page = plain.new_page()
    page.goto(f"/inbox/tasks/{task_id('accept_referral')}")

    page.get_by_role("radio", name="不接受").check()
    page.get_by_role("button", name="提交").click()
    expect(page.locator("form[data-keys=submit] [name=reason]")).to_be_visible()  # the server asked for the reason
    page.get_by_role("radio", name="接受委派").check()
    page.get_by_role("button", name="提交").click()

    expect(page.get_by_role("status").first).to_contain_text("已完成")
    plain.close()
