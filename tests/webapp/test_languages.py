"""Chinese unless English is asked for."""

import pytest
from sqlalchemy import select

from engine.access.models import User
from engine.db import db, transaction
from engine.workflow.models import UserTask


def test_the_front_door_is_chinese(stranger):
    page = stranger.text("/")

    assert '<html lang="zh-CN">' in page and "登录" in page and "Sign in" not in page


def test_english_is_kept_once_chosen(stranger):
    assert "Sign in" in stranger.text("/?lang=en")
    assert "Sign in" in stranger.text("/login")
    assert "登录" in stranger.text("/?lang=zh")


def test_an_unknown_language_is_no_language(stranger):
    assert "登录" in stranger.text("/?lang=xx")


def test_a_user_reads_their_own_language(browser, world):
    with transaction():
        db.session.get(User, world.clerk.id).language = "en"

    assert "My team's" in browser("clerk").text("/inbox/")


def test_a_translated_page_switches_itself(browser):
    page = browser("clerk").text("/inbox/?view=team")

    assert "/inbox/?view=team&lang=en" in page


@pytest.mark.parametrize("asked", [
    "endpoint=x", "_scheme=javascript&_external=1", "_method=NONE", "_anchor=x", "%ff=%ff", "q=a&q=b"])
def test_no_question_breaks_the_way_to_the_other_language(browser, asked):
    page = browser("clerk").text(f"/inbox/?{asked}")

    assert 'href="/inbox/?' in page and 'lang="en">English' in page


def test_a_refused_form_leads_to_its_page_in_the_other_language(browser, refer):
    refer().work()
    form = f"/inbox/tasks/{db.session.scalar(select(UserTask.id))}"

    answer = browser("coordinator").post(f"{form}/complete", decision="maybe", headers={"Referer": f"http://localhost{form}"})

    assert answer.status_code == 422 and f'href="{form}?lang=en"' in answer.text
