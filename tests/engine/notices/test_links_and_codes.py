"""Links and one-time codes: one case, one person, for a time; few tries; nothing readable in the database."""

from datetime import timedelta

import pytest

from engine import clock
from engine.access.models import OneTimeCode, Participant
from engine.db import db, transaction
from engine.errors import NotFound
from engine.notices import codes, keys, links
from engine.notices.models import Notice


@pytest.fixture
def link(bench, parties):
    with transaction():
        return links.issue(db.session.get(Participant, parties["applicant"].id), "call-1-1")


@pytest.fixture
def sent(monkeypatch, with_settings):
    left = []
    with_settings(sms_url="http://127.0.0.1:9/sms")
    monkeypatch.setattr("engine.notices.sms.send", lambda key, to, text, sign: left.append(text) or "id")
    return left


def ask(link, purpose="enter", bound_to=""):
    with transaction():
        codes.ask(db.session.merge(link), purpose, bound_to)


def enter(link, code, purpose="enter", bound_to=""):
    with transaction():
        return codes.enter(link.id, purpose, code, bound_to)


def code_in(text):
    return text.partition("验证码")[2][:6]


def test_a_link_leads_to_its_participant_and_is_not_kept(link, parties):
    token = links.token("call-1-1")

    found, person = links.find(token)
    assert (found.id, person.id) == (link.id, parties["applicant"].id) and token not in link.token_hash


def test_issuing_again_for_the_same_message_is_the_same_link(link, parties):
    with transaction():
        again = links.issue(db.session.get(Participant, parties["applicant"].id), "call-1-1")

    assert (again.id, again.check_code) == (link.id, link.check_code)


@pytest.mark.parametrize("token", ["", "x", "A" * 22, "../../etc"])
def test_a_guessed_token_finds_nothing(link, token):
    with pytest.raises(NotFound):
        links.find(token)


def test_a_link_ends(link):
    clock.move(timedelta(days=91))

    with pytest.raises(links.LinkOver):
        links.find(links.token("call-1-1"))


def test_a_withdrawn_link_ends_at_once(link, parties):
    with transaction():
        assert links.revoke_all(parties["applicant"].id) == 1

    with pytest.raises(links.LinkOver):
        links.find(links.token("call-1-1"))


def test_a_check_code_shows_that_a_message_is_ours(link):
    assert [one.id for one in links.by_check_code(link.check_code, "1234")] == [link.id]
    assert links.by_check_code(link.check_code, "9999") == [] and links.by_check_code("", "1234") == []


def test_the_right_code_works_once(link, sent):
    ask(link)

    assert enter(link, code_in(sent[-1])) == "right"
    assert enter(link, code_in(sent[-1])) == "expired"


def test_wrong_tries_are_counted_and_end_the_code(link, sent):
    ask(link)
    wrong = "000000" if code_in(sent[-1]) != "000000" else "111111"

    assert [enter(link, wrong) for _try in range(5)] == ["wrong"] * 5
    assert enter(link, code_in(sent[-1])) == "expired"


def test_a_code_for_one_purpose_or_document_is_none_for_another(link, sent):
    ask(link, "sign", "a" * 64)

    assert enter(link, code_in(sent[-1]), "enter") == "expired"
    assert enter(link, code_in(sent[-1]), "sign", "b" * 64) == "wrong"


def test_a_code_ends_after_five_minutes_and_when_a_new_one_is_asked_for(link, sent):
    ask(link)
    ask(link)
    assert enter(link, code_in(sent[0])) in ("wrong", "expired") and code_in(sent[0]) != code_in(sent[1])

    clock.move(timedelta(minutes=6))
    assert enter(link, code_in(sent[1])) == "expired"


def test_codes_cannot_be_asked_for_without_end(link, sent):
    for _time in range(codes.PER_HOUR):
        ask(link)

    with pytest.raises(codes.TooManyCodes):
        ask(link)


def test_nobody_reads_a_code_in_the_database(link, sent):
    ask(link)

    code = code_in(sent[-1])
    assert code not in db.session.query(Notice).filter_by(template="code").one().text
    assert code not in db.session.query(OneTimeCode).one().code_hash


def test_a_proof_is_for_exactly_what_was_shown_and_for_a_short_time(link, sent):
    ask(link, "sign", "a" * 64)
    enter(link, code_in(sent[-1]), "sign", "a" * 64)

    assert codes.proof(link.id, "sign", "a" * 64)
    with pytest.raises(codes.NoCode):
        codes.proof(link.id, "sign", "b" * 64)
    clock.move(timedelta(minutes=11))
    with pytest.raises(codes.NoCode):
        codes.proof(link.id, "sign", "a" * 64)


def test_a_first_start_makes_one_key_and_keeps_it(with_settings, tmp_path):
    with_settings(secret_key="", data=tmp_path)

    first = keys.key("party link")
    assert keys.key("party link") == first != keys.key("one-time code")
    assert (tmp_path / "tokens.key").stat().st_mode & 0o077 == 0
