"""Everybody's next step at their own desk, in a real browser: how many keys, clicks or taps it takes."""

# ruff: noqa: F811

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine.access.roster import TaskCap
from engine.db import db, transaction
from engine.workflow.models import UserTask
from tests.browser.people import Hands, address, chromium, sit_down  # noqa: F401
from tests.journeys.conftest import refer  # noqa: F401
from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser
MOST_STROKES = 6


def apart(act):
    """In a thread of its own: signing papers runs a loop, which the browser's thread has already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(copy_context().run, act).result()


@pytest.fixture
def referred(refer) -> Walk:
    def walked():
        walk = refer()
        walk.work()
        return walk
    return apart(walked)


@pytest.fixture
def applied_for(refer) -> Walk:
    """Both parties have asked the court to confirm their agreement."""
    def walked():
        walk = refer()
        walk.to_mediation()
        walk.to_result("agreement_full")
        walk.to_signing()
        walk.to_effect()
        for _party in range(2):
            walk.do("join_application", joins="yes", truthful=True)
        return walk
    return apart(walked)


def by_keys(page, walk: Walk, view: str, element: str, *keys: str) -> None:
    """Find the task in a list, take it where it is to be taken, answer with the first choice, hand it in."""
    page.goto(f"/inbox/?view={view}")
    hands = Hands(page)
    hands.press(*keys)
    page.wait_for_url("**/inbox/tasks/*#answer")
    expect(page.get_by_role("radio").first).to_be_focused()
    hands.press("Space", "Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("已完成")
    assert hands.strokes <= MOST_STROKES
    apart(walk.work)
    assert element not in walk.open()


def test_office_mediator_and_institution_do_their_next_step_with_few_strokes(sit_down, referred, world):
    coordinator = sit_down("coordinator")
    by_keys(coordinator, referred, "available", "accept_referral", "j", "c")
    with transaction(write=False):
        task = db.session.scalar(select(UserTask).where(UserTask.element == "accept_referral"))
        assert task.completed_by == world.coordinator.name
    if "choose_mediator" in referred.open():
        apart(lambda: referred.do("choose_mediator", choice="0"))

    coordinator.goto("/triage/")
    hands = Hands(coordinator)
    hands.click(coordinator.get_by_role("button", name="指派李调解"))
    expect(coordinator.get_by_role("status").first).to_be_visible()
    apart(referred.work)
    assert (hands.clicks, referred.open()) == (1, ["disclose_conflicts"])

    coordinator.goto("/roster/")
    hands = Hands(coordinator)
    hands.click(coordinator.locator(f"#tasks-{world.mediator.id}"))
    hands.press("9", "Enter")
    coordinator.wait_for_load_state()
    expect(coordinator.locator(f"#tasks-{world.mediator.id}")).to_have_value("9")
    with transaction(write=False):
        assert db.session.scalar(select(TaskCap.most)) == 9

    by_keys(sit_down("mediator"), referred, "mine", "disclose_conflicts", "j", "Enter")

    by_keys(sit_down("handler"), referred, "available", "answer_invitation", "j", "c")
    assert "plan_session" in referred.open()


def test_a_clerk_accepts_an_application_with_few_strokes(sit_down, applied_for):
    by_keys(sit_down("clerk"), applied_for, "available", "review_application_court", "j", "c")
