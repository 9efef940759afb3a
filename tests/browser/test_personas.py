"""Everybody's next step at their own desk, in a real browser: how many keys, clicks or taps it takes."""

# ruff: noqa: F811

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine import clock
from engine.access.models import Participant
from engine.access.roster import TaskCap
from engine.db import db, transaction
from engine.notices import links
from engine.workflow.models import UserTask
from tests.browser.people import Hands, address, chromium, sit_down  # noqa: F401
from tests.journeys.conftest import refer  # noqa: F401
from tests.journeys.walking import VERIFIED, Walk

pytestmark = pytest.mark.browser
MOST_STROKES, MOST_CLICKS, MOST_TAPS = 6, 3, 5
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


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
def agreed(refer) -> Walk:
    """An agreement has taken effect: the parties may ask the court to confirm it."""
    def walked():
        walk = refer()
        walk.to_mediation()
        walk.to_result("agreement_full")
        walk.to_signing()
        walk.to_effect()
        return walk
    return apart(walked)


def by_keys(page, walk: Walk, view: str, element: str, *keys: str, choice: str = "") -> None:
    """Find the task in a list, take it where it is to be taken, answer with the first choice (or click one), hand it in."""
    page.goto(f"/inbox/?view={view}")
    hands = Hands(page)
    hands.press(*keys)
    page.wait_for_url("**/inbox/tasks/*#answer")
    if choice:
        hands.click(page.get_by_role("radio", name=choice))
    else:
        expect(page.get_by_role("radio").first).to_be_focused()
        hands.press("Space")
    hands.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("已完成")
    assert hands.strokes <= MOST_STROKES and hands.clicks <= MOST_CLICKS
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


def link_of(walk: Walk, side: str) -> str:
    """What a message to this party leads to."""
    with transaction():
        links.issue(db.session.scalar(select(Participant).where(
            Participant.case_id == walk.case_id, Participant.side == side, Participant.role == "party")), f"persona-{side}")
    return f"/p/{links.token(f'persona-{side}')}"


def test_party_clerk_and_judge_do_their_next_step_with_few_strokes(sit_down, chromium, address, agreed):
    phone = chromium.new_context(base_url=address, **PHONE)
    page = phone.new_page()
    page.goto(link_of(agreed, "applicant"))
    hands = Hands(page)
    hands.click(page.get_by_role("link", name="查看并答复"))
    hands.click(page.locator("[name=joins][value=yes]"))
    hands.click(page.get_by_role("button", name="提交"))  # what is asked of those who join comes then
    hands.click(page.locator("[name=truthful]"))
    hands.click(page.get_by_role("button", name="提交"))
    expect(page.get_by_role("status").first).to_be_visible()
    phone.close()
    assert hands.clicks <= MOST_TAPS and hands.strokes == 0
    apart(lambda: agreed.do("join_application", joins="yes", truthful=True))

    by_keys(sit_down("clerk"), agreed, "available", "review_application_court", "j", "c")
    apart(lambda: hear(agreed))
    by_keys(sit_down("judge"), agreed, "available", "decide_confirmation", "j", "c", choice="确认调解协议有效")
    assert agreed.case.confirmation == "confirmed"


def hear(walk: Walk) -> None:
    """The court asks both parties to come, and hears them."""
    walk.do("plan_verification", mode="on_site", held_at=(clock.now() + timedelta(days=3)).isoformat(), place="第一法庭")
    while "answer_inquiry" in walk.open():
        walk.do("answer_inquiry", agrees_mode="yes")
    walk.do("verify_together", **VERIFIED)
