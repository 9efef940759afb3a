"""A power of attorney on the pages: the party appoints by its link, staff register paper, both see what holds."""

import io

import pytest
from sqlalchemy import select

from engine.access.models import Participant
from engine.cases import powers
from engine.db import db, transaction
from engine.documents.models import Document
from engine.notices import links
from tests.journeys.test_agents import POWER

SENT = POWER | {"signed": "true"}


@pytest.fixture
def walk(refer):
    walk = refer()
    walk.work()
    return walk


def applicant(walk) -> Participant:
    return db.session.scalar(select(Participant).where(
        Participant.case_id == walk.case_id, Participant.side == "applicant"))


def door(walk) -> str:
    with transaction():
        person = applicant(walk)
        links.issue(person, "a-test")
        return f"/p/{links.token('a-test')}"


def test_a_party_appoints_an_agent_with_the_signed_paper_and_ends_the_power(walk, browser, stranger):
    path = door(walk)
    missing = stranger.post(f"{path}/agents", **SENT)
    assert missing.status_code == 422 and "签名（盖章）的授权委托书" in missing.text
    done = stranger.post(f"{path}/agents", **SENT, files=(io.BytesIO(b"%PDF-1.7\n1 0 obj\n%%EOF"), "委托书.pdf"))
    assert done.status_code == 303, done.text
    page = stranger.text(path)
    assert "周律师" in page and "特别授权：代为和解、签署" in page and "律师" in page
    agent = db.session.scalar(select(Participant).where(Participant.case_id == walk.case_id, Participant.role == "agent"))
    assert db.session.get(Document, powers.in_force(agent).papers[0]).kind == "signed_power"
    assert "特别授权：代为和解、签署" in browser("coordinator").text(f"/cases/{walk.case.number}")
    assert stranger.post(f"{path}/agents/{agent.id}/end", reason="解除委托").status_code == 303
    assert "周律师" not in stranger.text(path).partition('id="agents"')[2]


def test_staff_register_paper_and_the_court_only_reads(walk, browser):
    path = door(walk)
    person = applicant(walk)
    assert path and browser("clerk").get(f"/cases/agents/for/{person.id}").status_code in (403, 404)
    coordinator = browser("coordinator")
    assert "民事诉讼法第六十一条" in coordinator.text(f"/cases/agents/for/{person.id}")
    assert coordinator.post(f"/cases/agents/for/{person.id}", **(SENT | {"licence": ""})).status_code == 422
    assert coordinator.post(f"/cases/agents/for/{person.id}", **SENT).status_code == 303
    assert "登记了授权委托书：周律师" in coordinator.text(f"/cases/{walk.case.number}")
