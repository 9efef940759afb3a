"""The mediator's proposal in a real browser: every kind of field filled, kept, found again, handed in."""

# ruff: noqa: F811

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from engine import clock
from engine.access.models import Participant
from engine.db import db
from tests.browser.people import address, chromium, sit_down  # noqa: F401
from tests.journeys.conftest import refer  # noqa: F401

pytestmark = pytest.mark.browser


def made(refer) -> tuple[str, list[str]]:
    """The address of the task, and the parties."""
    walk = refer()
    walk.to_mediation()
    walk.to_result("no_objection")
    walk.do("weigh_proposal", facts_agreed="yes")
    for _side in "ab":
        walk.do("consent_mechanism", agrees="yes")
    parties = [str(key) for (key,) in db.session.query(Participant.id).filter_by(case_id=walk.case_id, role="party").order_by(
        Participant.side)]
    return f"/inbox/tasks/{walk._open('write_proposal')[0].id}", parties


def day(after: int) -> str:
    return (clock.today() + timedelta(days=after)).isoformat()


def test_a_proposal_is_written_with_formatting_and_instalments_kept_and_found_again(sit_down, refer):
    with ThreadPoolExecutor(1) as pool:  # signing papers runs a loop of its own, which the browser's thread has already
        task, (applicant, respondent) = pool.submit(copy_context().run, made, refer).result()
    page = sit_down("mediator")
    page.goto(task)
    page.fill("[name=facts]", "双方对借款本金无争议。")
    page.select_option("[name=terms-0-kind]", "payment")
    page.select_option("[name=terms-0-debtor]", respondent)
    page.select_option("[name=terms-0-creditor]", applicant)
    page.fill("[name=terms-0-amount]", "8000")
    page.fill("[name=terms-0-due_on]", day(90))
    editor = page.get_by_role("textbox", name="提出方案的理由")
    page.get_by_role("button", name="加粗").click()
    editor.press_sequentially("参照同类纠纷")

    page.locator("#f-instalments").get_by_role("button", name="增加一行").click()
    expect(editor.locator("b, strong")).to_have_text("参照同类纠纷")
    for at, amount in enumerate(("3000", "5000")):
        page.fill(f"[name=instalments-{at}-term]", "1")
        page.fill(f"[name=instalments-{at}-due_on]", day(30 * at + 30))
        page.fill(f"[name=instalments-{at}-amount]", amount)
    expect(page.locator("[data-draft-said]")).to_contain_text("草稿已保存")
    page.goto(task)
    page.get_by_role("link", name="恢复").click()

    expect(page.locator("[name=instalments-1-amount]")).to_have_value("5000")
    expect(editor.locator("b, strong")).to_have_text("参照同类纠纷")
    expect(page.locator("#f-instalments")).to_contain_text("第1条合计 8,000.00")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("已完成")
