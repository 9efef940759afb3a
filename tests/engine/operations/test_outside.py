"""Conformance: whatever the receiver does, the effect happens once under its key, and no worker is held for long."""

import json
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from engine.courts import guard
from engine.courts.models import CourtProfile
from engine.db import db, transaction
from engine.notices import links
from engine.notices.models import Notice
from engine.operations import OPERATIONS
from engine.operations.court_callback import PAUSES, pause_after
from engine.operations.operation import Rejected, TryAgain

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SETBACKS = ["drop", "error", "garbage", "huge", "early", "busy"]


@pytest.fixture
def court(mediated, rogue):
    with transaction():
        profile = db.session.get(CourtProfile, mediated.world.court.id)
        profile.callback_url, profile.callback_secret = rogue.url, SECRET
    return mediated


@pytest.fixture
def gateway(mediated, rogue, with_settings):
    with_settings(sms_url=rogue.url, sms_key="gateway-key")
    return mediated


def persist(bench, name, ready, most=5):
    """What workers do: the same call again until it goes through."""
    for attempt in range(1, most + 1):
        try:
            return bench.run(name, ready)
        except TryAgain as pause:
            assert pause.why and attempt < most
    raise AssertionError("never went through")


@pytest.mark.parametrize("setback", SETBACKS)
def test_the_court_takes_a_message_once_whatever_goes_wrong(court, rogue, setback):
    ready = court.prepare("courts.report_progress", event="accepted")
    rogue.behave(setback)

    result = persist(court, "courts.report_progress", ready)

    assert rogue.effects == {ready.key: 1}
    assert result["receipt"] in (f"R-{ready.key}", ready.key)
    assert len({one["body"] for one in rogue.tries}) == 1  # every attempt sent the same bytes


def test_the_courts_message_is_signed_and_names_the_case(court, rogue):
    ready = court.prepare("courts.report_progress", event="accepted")
    court.run("courts.report_progress", ready)

    sent = rogue.tries[0]
    told = Webhook(SECRET).verify(sent["body"], sent["headers"])
    assert sent["headers"]["webhook-id"] == ready.key
    assert (told["type"], told["case"], told["data"]["stage"]) == ("case.accepted", court.case.number, court.case.stage)


def test_a_court_that_moved_gets_at_its_new_address_what_failed_at_the_old_one(court, rogue):
    moved_to = rogue.url
    with transaction():
        db.session.get(CourtProfile, court.world.court.id).callback_url = "http://127.0.0.1:1/gone"
    first = court.prepare("courts.report_progress", event="accepted")
    with pytest.raises(TryAgain):
        court.run("courts.report_progress", first)

    with transaction():
        db.session.get(CourtProfile, court.world.court.id).callback_url = moved_to
        again = first.equipped(OPERATIONS["courts.report_progress"].read_anew(first))
    court.run("courts.report_progress", again)
    assert rogue.effects == {first.key: 1}


def test_a_court_without_an_address_any_more_is_for_a_person_to_look_at(court):
    first = court.prepare("courts.report_progress", event="accepted")
    with transaction():
        db.session.get(CourtProfile, court.world.court.id).callback_url = ""
        again = first.equipped(OPERATIONS["courts.report_progress"].read_anew(first))
    with pytest.raises(Rejected, match="no address"):
        court.run("courts.report_progress", again)


def test_a_secret_is_kept_neither_with_the_call_nor_in_its_text(court):
    ready = court.prepare("courts.report_progress", event="accepted")

    assert SECRET not in json.dumps(ready.snapshot) and SECRET not in repr(ready)


@pytest.mark.parametrize("setback", ["refuse", "redirect"])
def test_what_the_court_will_never_take_is_not_sent_again(court, rogue, setback):
    ready = court.prepare("courts.report_progress", event="accepted")
    rogue.behave(setback)

    with pytest.raises(Rejected) as refusal:
        court.run("courts.report_progress", ready)

    assert refusal.value.code == "court_refused" and len(rogue.tries) == 1


def test_the_court_is_asked_again_when_it_said(court, rogue):
    rogue.behave("busy")

    with pytest.raises(TryAgain) as pause:
        court.run("courts.report_progress", court.prepare("courts.report_progress", event="accepted"))

    assert pause.value.seconds == 7


def test_a_court_that_drips_its_answer_holds_no_worker(court, rogue, monkeypatch):
    monkeypatch.setattr(guard.post, "__defaults__", (2,))
    rogue.behave("drip")
    began = time.monotonic()

    with pytest.raises(TryAgain, match="TimeoutError|Connection|IncompleteRead|Protocol"):
        court.run("courts.report_progress", court.prepare("courts.report_progress", event="accepted"))

    assert time.monotonic() - began < 6


def test_a_court_that_is_down_gets_ten_attempts_over_a_day():
    assert len(PAUSES) + 1 == 10 and 20 * 3600 < sum(PAUSES) <= 26 * 3600
    assert pause_after(1) == 5 and pause_after(99) == PAUSES[-1]


def test_a_callback_does_not_go_inside_the_house(court, rogue, with_settings):
    with_settings(callback_networks="public")

    with pytest.raises(Rejected) as refusal:
        court.run("courts.report_progress", court.prepare("courts.report_progress", event="accepted"))

    assert "127.0.0.1" in refusal.value.why and rogue.tries == []


def test_a_court_without_a_system_is_told_nothing(mediated):
    assert mediated.call("courts.report_progress", event="accepted") == {"receipt": ""}


@pytest.mark.parametrize("setback", SETBACKS)
def test_each_party_gets_one_message_whatever_goes_wrong(gateway, rogue, setback):
    ready = gateway.prepare("notices.send", template="sign", to="parties")
    rogue.behave("good", setback)

    made = gateway.record("notices.send", persist(gateway, "notices.send", ready), ready)

    assert made == {"sent": 2, "unreached": []}
    assert set(rogue.effects.values()) == {1} and len(rogue.effects) == 2
    assert len({one["body"] for one in rogue.tries}) == 2


def test_the_message_has_a_link_that_opens_and_nobody_can_read_in_the_database(gateway, rogue, parties):
    ready = gateway.prepare("notices.send", template="sign", to="applicant")
    gateway.record("notices.send", gateway.run("notices.send", ready), ready)

    text = json.loads(rogue.tries[0]["body"])["text"]
    token = text.partition("/p/")[2].split()[0]
    link, person = links.find(token)
    assert person.id == parties["applicant"].id and link.check_code in text
    notice = db.session.query(Notice).one()
    assert notice.status == "sent" and notice.provider_id and token not in notice.text and token not in json.dumps(ready.snapshot)


def test_a_link_works_before_its_message_arrives(gateway):
    ready = gateway.prepare("notices.send", template="sign", to="applicant")

    token = links.token(ready.private["envelopes"][0]["key"])
    assert links.find(token)[0].case_id == gateway.case_id


def test_who_has_no_telephone_is_on_record_and_the_others_are_told(gateway, rogue, parties):
    with transaction():
        db.session.merge(parties["applicant"]).phone = ""

    made = gateway.call("notices.send", template="sign", to="parties")

    assert made == {"sent": 1, "unreached": [parties["applicant"].id]} and len(rogue.effects) == 1


def test_a_number_the_gateway_refuses_is_on_record(gateway, rogue, parties):
    rogue.behave("refuse")

    assert gateway.call("notices.send", template="sign", to="applicant") == {"sent": 0, "unreached": [parties["applicant"].id]}
    assert "422" in db.session.query(Notice).one().error


def test_without_a_gateway_the_process_goes_on_and_the_record_says_why(mediated):
    assert mediated.call("notices.send", template="sign", to="parties")["sent"] == 0
    assert {one.error for one in db.session.query(Notice)} == {"no SMS gateway is set"}


def test_a_message_carries_the_time_it_leaves(court, rogue):
    ready = court.prepare("courts.report_progress", event="accepted")
    court.run("courts.report_progress", ready)

    stamp = int(rogue.tries[0]["headers"]["webhook-timestamp"])
    assert abs(stamp - datetime.now(UTC).timestamp()) < 30
