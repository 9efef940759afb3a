"""When what a page asks for does not come: one quiet message says what to do, and what was typed stays."""

# ruff: noqa: F811

import pytest
from playwright.sync_api import Page, expect

from engine.access.models import User
from engine.db import db, transaction
from tests.browser.people import address, chromium, sit_down  # noqa: F401
from tests.browser.test_inbox import three  # noqa: F401

pytestmark = pytest.mark.browser
ROWS = "#list [data-row], #list .row-card"


@pytest.fixture
def inbox(sit_down, three) -> Page:
    page = sit_down("coordinator")
    page.goto("/inbox/?view=available")
    return page


def look_for(page: Page, text: str) -> None:
    page.locator("#q").fill(text)


def says(page: Page, words: str) -> None:
    """This is what is seen: the other messages stand there hidden."""
    expect(page.locator("#failed > div:visible")).to_contain_text(words)


def stands(page: Page, words: str, typed: str) -> None:
    """The message is there, once; the list and what was typed are as they were."""
    expect(page.locator("#failed")).to_be_visible()
    expect(page.locator("#failed > div:visible")).to_have_count(1)
    says(page, words)
    expect(page.locator("#failed-said")).to_contain_text(words)
    expect(page.locator("#q")).to_have_value(typed)
    assert page.locator(ROWS).count() == 3


def end_session(world) -> None:
    """Another password ends it everywhere."""
    with transaction():
        db.session.get(User, world.coordinator.id).password_hash = "changed"


def test_without_a_network_the_page_says_so_and_forgets_it_when_it_is_back(inbox):
    inbox.context.set_offline(True)
    look_for(inbox, "诉前调1")
    stands(inbox, "无法连接服务器", "诉前调1")
    inbox.context.set_offline(False)
    look_for(inbox, "诉前调2")
    expect(inbox.locator("#failed")).to_be_hidden()
    expect(inbox.locator(ROWS)).to_have_count(1)


def test_what_some_other_machine_answers_is_put_nowhere_into_the_page(inbox):
    inbox.route("**/inbox/?*q=*", lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>"))
    look_for(inbox, "诉前调1")
    stands(inbox, "操作未成功", "诉前调1")
    says(inbox, "502")
    assert "Bad gateway" not in inbox.content()
    inbox.locator("#failed [data-close]").click()
    expect(inbox.locator("#failed")).to_be_hidden()


def test_what_the_server_refuses_it_says_itself(inbox, monkeypatch):
    def fails(*_told, **_named):
        raise ZeroDivisionError

    monkeypatch.setattr("engine.inbox.lists.pages.read", fails)
    look_for(inbox, "诉前调1")
    stands(inbox, "系统出了问题", "诉前调1")


def test_a_session_that_is_over_loses_nothing_and_the_page_goes_on_with_the_next_one(inbox, world):
    end_session(world)
    look_for(inbox, "诉前调1")
    stands(inbox, "登录已失效", "诉前调1")
    again = inbox.context.new_page()
    again.goto("/login")
    again.locator('button[name=login][value="coordinator"]').click()
    again.wait_for_url("**/triage/")
    again.close()
    inbox.bring_to_front()
    inbox.evaluate("window.dispatchEvent(new Event('focus'))")
    says(inbox, "您已重新登录")
    expect(inbox.locator("#q")).to_have_value("诉前调1")
    inbox.locator('form[action$="/claim"] button').first.click()
    expect(inbox.locator("#news .alert-success")).to_be_visible()


def test_somebody_else_on_the_other_tab_is_not_taken_for_the_same(inbox, sit_down, world):
    sit_down("clerk")
    end_session(world)
    look_for(inbox, "诉前调1")
    says(inbox, "登录已失效")
    again = inbox.context.new_page()
    again.goto("/login")
    again.locator('button[name=login][value="clerk"]').click()
    again.wait_for_url("**/inbox/")
    inbox.evaluate("window.dispatchEvent(new Event('focus'))")
    says(inbox, "另一个账号")
