"""What parties and staff read of a term that stands still."""

import json
import re

import pytest
from sqlalchemy import select

from engine.access.models import Participant
from engine.db import db, transaction
from engine.notices import links
from engine.workflow import runtime
from tests.engine.workflow.spiff.drawing import user
from tests.published import publish


@pytest.fixture
def walk(refer):
    """A case in its mediation term that stands still for an appraisal."""
    walk = refer()
    walk.to_mediation()
    english = {"locale/en.json": '{"appraise": "Waiting for the appraisal"}'}
    waiting = user("appraise", properties={"pauses": "mediation"}, name="等待鉴定意见")
    publish(waiting, "start > appraise > end", key="Q", **english)
    with transaction():
        runtime.start("Q", walk.case_id, {}, by="clerk")
    return walk


def party_page(walk):
    with transaction():
        links.issue(db.session.scalar(select(Participant).where(Participant.case_id == walk.case_id)), "clocks")
        return f"/p/{links.token('clocks')}"


def test_everybody_reads_since_when_and_why_the_term_stands_still(walk, browser, stranger):
    staff = browser("mediator")
    page = staff.text(f"/cases/{walk.case.number}")
    assert "暂停计时，事由：等待鉴定意见" in page and "期限暂停计算：诉前调解期限" in page
    assert "事由：等待鉴定意见" in stranger.text(party_page(walk))
    assert "because of: Waiting for the appraisal" in staff.text(f"/cases/{walk.case.number}?lang=en")


def test_a_clock_explains_itself_to_staff_and_parties(walk, browser, stranger):
    for page in (browser("mediator").text(f"/cases/{walk.case.number}"), stranger.text(party_page(walk))):
        clock = page[page.index('data-term="T06"'):]
        for words in ("次日起算，第30日为", "平台确认接受", "在线调解规则》第二十四条", "终结调解", "各方当事人同意可以延长"):
            assert words in clock[:clock.index("</details>")]


def test_the_diagram_of_a_case_shows_the_length_and_article_of_its_terms(walk, browser):
    page = browser("mediator").text(f"/cases/{walk.case.number}")
    drawn = [json.loads(props)["terms"] for props in re.findall(r"data-props='([^']+)'", page) if '"terms"' in props]
    badges = {each["text"]: each["title"] for each in sum(drawn, [])}
    assert badges["T04 3个工作日"] == "调解组织确认接受 · 《人民法院在线调解规则》第十二条" and "T06 30日" in badges
