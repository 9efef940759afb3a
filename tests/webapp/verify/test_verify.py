"""Anybody may ask whether a message or a document is ours, and learns no more than that."""

import secrets
from dataclasses import replace

import pytest
from sqlalchemy import select

from engine import config
from engine.access.models import Participant, PartyLink
from engine.db import db, transaction
from engine.documents.models import Document
from engine.notices import links
from tests.journeys.conftest import refer  # noqa: F401


@pytest.fixture
def walk(refer):  # noqa: F811
    walk = refer()
    walk.do("accept_referral", decision="accept")
    return walk


def test_a_document_is_known_by_the_code_printed_on_it(stranger, walk):
    document = db.session.scalar(select(Document).where(Document.case_id == walk.case_id))
    answer = stranger.post("/verify", code=document.check_code.lower())
    assert answer.status_code == 200 and document.sha256 in answer.text


def test_a_code_we_never_gave_is_not_ours(stranger, walk):
    assert stranger.post("/verify", code="AAAA-AAAA").status_code == 404
    assert stranger.post("/verify", code="").status_code == 404


def test_a_message_is_known_by_its_code_and_the_end_of_the_number_together(stranger, walk):
    with transaction():
        person = db.session.scalar(select(Participant).where(Participant.side == "applicant"))
        links.issue(person, "one")
        code = db.session.scalar(select(PartyLink.check_code).order_by(PartyLink.id.desc()))
    assert stranger.post("/verify", code=code, tail=person.phone[-4:]).status_code == 200
    wrong = f"{(int(code) + 1) % 10000:04d}"
    assert stranger.post("/verify", code=wrong, tail=person.phone[-4:]).status_code == 404
    assert "王小明" not in stranger.post("/verify", code=code, tail=person.phone[-4:]).text


def test_the_page_opens_with_the_code_of_the_printed_address(stranger):
    assert 'value="Q4NT-NRR5"' in stranger.text("/verify?c=Q4NT-NRR5")


def test_trying_codes_out_against_a_number_is_slowed_down(stranger, walk, redis_url, settings):
    config.use(replace(settings, redis_url=redis_url))
    tail = f"{secrets.randbelow(10_000):04d}"

    answers = [stranger.post("/verify", code="0000", tail=tail) for _turn in range(12)]

    assert [answer.status_code for answer in answers] == [404] * 10 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0 and "秒" in answers[-1].text
    assert stranger.post("/verify", code="0000", tail=f"{(int(tail) + 1) % 10_000:04d}").status_code == 404


@pytest.mark.parametrize("code, tail", [("%%%%", "____"), ("１２３４", "１２３４"), ("", "")])
def test_what_is_no_code_is_simply_not_ours(stranger, app, code, tail):
    assert stranger.post("/verify", code=code, tail=tail).status_code == 404
