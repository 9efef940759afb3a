"""The list of tasks in a real browser: it keeps up with colleagues and stays where it is."""

# ruff: noqa: F811

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine.cases import intake
from engine.db import db, transaction
from engine.inbox import tasks
from engine.workflow.models import UserTask
from tests import personas
from tests.browser.people import address, chromium, sit_down  # noqa: F401
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


@pytest.mark.parametrize("has_bell", [True, False])
def test_a_colleagues_claim_shows_within_two_seconds_and_nothing_moves(sit_down, world, three, has_bell, monkeypatch):
    monkeypatch.setattr("webapp.inbox.live.MOST_STREAMS", 64 if has_bell else 0)
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
