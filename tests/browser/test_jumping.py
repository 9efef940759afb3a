"""One box that jumps, and the keys that complete and let a clock stand still."""

# ruff: noqa: F811

import pytest
from playwright.sync_api import expect

from engine.db import db, transaction
from engine.exports import asking
from engine.workflow.models import UserTask
from tests import factories
from tests.browser.people import Hands, address, chromium, sit_down  # noqa: F401
from tests.browser.test_inbox import claims, three  # noqa: F401
from workers import exports

pytestmark = pytest.mark.browser


def test_ctrl_k_jumps_to_a_page_a_number_or_a_name(sit_down, world, three):
    page = sit_down("coordinator")
    page.goto("/inbox/?view=available")
    keys, box = Hands(page), page.locator("#jump-q")
    keys.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.type("aj")
    expect(page.locator("#jump-enter")).to_contain_text("案件")
    keys.press("Enter")
    page.wait_for_url("**/cases/")
    keys.press("Control+k")
    page.keyboard.type("诉前调2号")
    expect(page.locator("#jump-found .row-title")).to_have_count(1)
    keys.press("Enter")
    page.wait_for_url("**/cases/ST*")
    keys.press("Control+k", "Escape")
    expect(box).to_be_hidden()
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'k', ctrlKey: true, isComposing: true}))")
    expect(box).to_be_hidden()


def test_e_goes_to_the_questions_and_completes_nothing_by_itself(sit_down, world, three):
    claims(world, "coordinator", three[0])
    claims(world, "coordinator", three[1])
    page = sit_down("coordinator")
    page.goto("/inbox/?view=mine")
    keys = Hands(page)
    keys.press("j", "e")
    page.wait_for_url("**/inbox/tasks/*")
    page.goto(f"/inbox/tasks/{three[0]}")
    keys.press("e")
    expect(page.locator("form[data-keys=submit] .btn-primary")).to_be_focused()
    page.goto("/inbox/?view=mine")
    keys.press("j", "x", "j", "x", "e")
    page.wait_for_url("**/inbox/tasks/many/preview")
    with transaction(write=False):
        assert all(db.session.get(UserTask, each).is_open for each in three)


def test_a_long_file_shows_its_progress_and_every_page_tells_when_it_is_ready(sit_down, world, monkeypatch):
    monkeypatch.setattr(asking, "AT_ONCE", 1)
    with transaction():
        for _place in range(3):
            case = factories.case(institution_id=world.bank.id)
            factories.participant(case, side="respondent", name=world.bank.name, body_id=world.bank.id, kind="legal")
    page = sit_down("handler")
    page.goto("/portfolio/")
    page.get_by_role("button", name="导出").click()
    page.wait_for_url("**/exports/*")
    expect(page.locator("#export")).to_contain_text("已生成 0 / 3 行")
    other = page.context.new_page()
    other.goto("/portfolio/")
    exports.look()
    expect(page.locator("#export")).to_contain_text("已生成 3 / 3 行")
    expect(other.locator("#files-made")).to_contain_text("已生成", timeout=8000)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载").click()
    assert download.value.suggested_filename == "portfolio.csv"
