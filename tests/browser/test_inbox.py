"""The list of tasks in a real browser: it keeps up with colleagues and stays where it is."""

# ruff: noqa: F811

import dataclasses
import time

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine import bell, config, jobs
from engine.cases import intake
from engine.db import db, transaction
from engine.inbox import tasks
from engine.workflow.models import UserTask
from tests import personas
from tests.browser.people import Hands, address, chromium, sit_down  # noqa: F401
from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser
SOON = 2000  # milliseconds


def refer(world, n: int) -> None:
    """The court refers a case, and the workers bring it to the coordinators."""
    with transaction():
        changes = {"external_ref": f"R-{n}", "court_number": f"（2024）沪0115诉前调{n}号"}
        case = intake.accept(world.actor("court_system"), personas.referral(**changes))
    Walk(world, case).work()


@pytest.fixture
def three(world, shipped):
    """Three tasks of the coordinators, by number."""
    for n in (1, 2, 3):
        refer(world, n)
    with transaction(write=False):
        return list(db.session.scalars(select(UserTask.id).where(UserTask.element == "accept_referral").order_by(UserTask.id)))


def claims(world, who, task_id):
    with transaction():
        tasks.claim(world.actor(who), task_id)


@pytest.fixture(params=["this process rings", "another process rings through Redis", "nobody rings"])
def news(request, monkeypatch, settings):
    """How the web learns what a colleague did."""
    if request.param == "nobody rings":
        monkeypatch.setattr("webapp.inbox.live.MOST_STREAMS", 0)
    elif "Redis" in request.param:
        config.use(dataclasses.replace(settings, redis_url=request.getfixturevalue("redis_url")))
        until = time.monotonic() + 10
        while not bell.is_listening():
            assert time.monotonic() < until
            time.sleep(0.05)
        monkeypatch.setattr(bell, "tasks_changed", lambda body: jobs.ask(lambda server: server.publish(bell.CHANNEL, body)))
    yield
    config.use(settings)


def test_a_colleagues_claim_shows_within_two_seconds_and_nothing_moves(sit_down, world, three, news):
    page = sit_down("coordinator")
    page.goto("/inbox/?view=available")
    expect(page.locator('[data-island="live"][data-island-state="ready"]')).to_be_attached()
    page.wait_for_timeout(500)
    row = page.locator(f'[data-task="{three[1]}"]')
    button, before = row.get_by_role("button", name="领取"), [each.bounding_box() for each in page.locator("[data-task]").all()]
    button.focus()

    claims(world, "other_coordinator", three[1])

    expect(row).to_contain_text(f"{world.other_coordinator.name} 已领取", timeout=SOON)
    expect(page.locator("[data-said]")).to_contain_text("已领取")
    assert [each.bounding_box() for each in page.locator("[data-task]").all()] == before
    expect(button).to_be_focused()
    page.keyboard.press("Enter")  # on what is no longer to be had
    assert page.url.endswith("view=available")


def test_new_tasks_wait_until_they_are_asked_for(sit_down, world, three):
    page = sit_down("coordinator")
    page.goto("/inbox/?view=available")
    expect(page.locator('[data-island="live"][data-island-state="ready"]')).to_be_attached()
    refer(world, 9)

    more = page.get_by_role("button", name="1 项新任务 · 点击显示")
    expect(more).to_be_visible(timeout=SOON)
    expect(page.locator("[data-task]")).to_have_count(3)
    more.click()
    expect(page.locator("[data-task]")).to_have_count(4)
    expect(page.locator(".row-title").first).to_be_focused()
    page.goto("/inbox/?view=available&type=large")  # nothing is pushed out of sight
    edge = page.locator(".tasks").evaluate("each => each.parentElement.getBoundingClientRect().right")
    assert all(each.bounding_box()["x"] + each.bounding_box()["width"] <= edge for each in page.locator(".row-turn .btn").all())


def test_keys_choose_give_back_and_lead_to_other_pages(sit_down, world, three):
    claims(world, "coordinator", three[0])
    page = sit_down("coordinator")
    page.goto("/inbox/?view=team")
    keys = Hands(page)
    keys.press("j", "x", "j", "j", "X")
    expect(page.locator("[name=task]:checked")).to_have_count(3)
    keys.press("k", "k", "r")
    expect(page.get_by_role("status").first).to_contain_text("退回")
    page.wait_for_load_state()
    keys.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("退回本组")
    keys.press("c", "Escape", "g", "c")
    page.wait_for_url("**/cases/")
    keys.press("g", "i")
    page.wait_for_url("**/inbox/")
    keys.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    with transaction(write=False):
        assert db.session.get(UserTask, three[0]).assignee_id is None


def test_keys_are_letters_while_somebody_writes_and_for_whoever_switched_them_off(sit_down, world, three):
    page = sit_down("coordinator")
    page.goto("/inbox/?view=available")
    composing = "new KeyboardEvent('keydown', {key: 'c', isComposing: true, bubbles: true})"
    page.keyboard.press("j")
    page.evaluate(f"document.activeElement.dispatchEvent({composing})")
    page.keyboard.press("/")
    page.keyboard.type("cj?")
    expect(page.get_by_role("searchbox")).to_have_value("cj?")
    assert "view=available" in page.url

    page.goto("/account/")
    page.get_by_role("button", name="关闭单键快捷键").click()
    page.goto("/inbox/?view=available")
    for key in ("j", "c", "?"):
        page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert "view=available" in page.url
    with transaction(write=False):
        assert {db.session.get(UserTask, each).assignee_id for each in three} == {None}


def test_keys_can_be_put_elsewhere_and_lead_through_a_list(sit_down, world, three):
    page = sit_down("coordinator")
    page.goto("/account/")
    page.get_by_label("领取", exact=True).fill("r")
    page.get_by_role("button", name="保存快捷键").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)  # what has it already, too
    page.get_by_label("领取", exact=True).fill("q")
    page.get_by_role("button", name="保存快捷键").click()
    expect(page.get_by_role("status").first).to_contain_text("已按您的设置保存")

    page.goto("/inbox/?view=available")
    keys = Hands(page)
    keys.press("j", "c", "?")  # c is nothing now
    expect(page.get_by_role("dialog").locator("kbd", has_text="q")).to_have_text(["q", "Shift q"])
    keys.press("Escape", ".")
    expect(page.get_by_role("dialog").get_by_role("button", name="领取 q")).to_have_count(1)
    keys.press("Escape", "q")
    page.wait_for_url("**/inbox/tasks/*")
    with transaction(write=False):
        assert [db.session.get(UserTask, each).assignee_id for each in three].count(None) == 2

    page.goto("/inbox/?view=team")
    page.locator(".row-title").first.click()
    there = page.locator("summary[aria-keyshortcuts=t]")  # keys act once the page's program has run
    expect(there).to_be_visible()
    first = page.url
    keys.press("]")
    page.wait_for_url(lambda url: url != first)
    expect(there).to_be_visible()
    keys.press("[")
    page.wait_for_url(first)
    expect(there).to_be_visible()
    keys.press("t")
    page.keyboard.type("月底")
    page.keyboard.press("Enter")
    expect(page.locator("summary", has_text="月底")).to_be_visible()
    page.goto("/inbox/?view=team&label=月底")
    expect(page.locator("[data-task]")).to_have_count(1)
