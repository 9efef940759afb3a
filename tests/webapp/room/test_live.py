"""Signals between seats, the stream of news, and who is here."""

import base64
import hashlib
import hmac
import json
import threading
import time
from datetime import timedelta

import pytest

from engine import clock
from engine.config import Settings
from engine.db import db, transaction
from engine.mediation import signals
from engine.mediation.models import Attendance, RoomSignal
from webapp.room import bell, live, turn

HELLO = {"kind": "hello", "to": None, "body": {"visit": "v1"}}


def rows():
    with transaction(write=False):
        return db.session.query(RoomSignal).order_by(RoomSignal.id).all()


def state_in(news: str) -> dict:
    return json.loads(news.partition("event: state\ndata: ")[2].partition("\n")[0])


def test_a_signal_carries_the_seat_of_whoever_sent_it(meeting):
    _mediator, first, second = meeting.let_in("applicant", "respondent")
    told = {**HELLO, "from": second.seat, "sender": second.seat}

    assert first.tell(told, {"kind": "media", "to": second.seat, "body": {"camera": True}}).status_code == 204
    assert [(row.sender, row.recipient, row.kind) for row in rows()] == [
        (first.seat, None, "hello"), (first.seat, second.seat, "media")]


def test_who_waits_neither_sends_nor_gets_signals(meeting):
    mediator, first = meeting.let_in("applicant")
    second = meeting.party("respondent")
    second.post("enter")

    assert second.tell(HELLO).status_code == 403
    first.tell(HELLO)
    with transaction(write=False):
        assert signals.after(meeting.id, db.session.get(Attendance, second.seat), 0) == []
    assert mediator.tell({**HELLO, "to": second.seat}).status_code == 204 and len(rows()) == 1


def test_a_seat_gets_what_is_for_it_and_no_more(meeting):
    mediator, first, second = meeting.let_in("applicant", "respondent")
    first.tell({"kind": "media", "to": second.seat, "body": {"n": 1}})
    first.tell({"kind": "media", "to": None, "body": {"n": 2}})
    mediator_seat = meeting.seat("neutral")

    with transaction(write=False):
        seats = {seat.id: seat for seat in meeting.row.attendances}
        heard = {name: [row.body["n"] for row in signals.after(meeting.id, seats[seat], 0)] for name, seat in
                 {"mediator": mediator_seat.id, "first": first.seat, "second": second.seat}.items()}
    assert heard == {"mediator": [2], "first": [], "second": [1, 2]}


@pytest.mark.parametrize("told", [
    None, [], {}, {"signals": []}, {"signals": [1]}, {"signals": [{}]}, {"signals": [HELLO] * 51}, {"signals": "x"},
    {"signals": [{**HELLO, "kind": "shout"}]}, {"signals": [{**HELLO, "to": "1"}]}, {"signals": [{**HELLO, "to": True}]},
    {"signals": [{**HELLO, "body": None}]}, {"signals": [{**HELLO, "body": {"visit": "v" * 300}}]},
    {"signals": [{**HELLO, "body": {"visit": "\u0000"}}]}, {"signals": [{**HELLO, "kind": ["hello"]}]},
    {"signals": [HELLO, {**HELLO, "kind": "candidate", "body": {"candidate": "c" * 5000}}]},
])
def test_nonsense_is_refused_and_leaves_nothing(meeting, told):
    mediator, = meeting.let_in()
    answer = mediator.client.post(mediator.path("signals"), json=told, headers={"Accept": "application/json"})

    assert answer.status_code == 422 and rows() == []


def test_a_body_that_is_no_json_is_refused(meeting):
    mediator, = meeting.let_in()

    assert mediator.post("signals", b"\xff{").status_code == 422


def test_the_stream_tells_the_state_and_what_came_since(meeting):
    mediator, first = meeting.let_in("applicant")
    first.tell(HELLO)
    news = mediator.news(headers={"Last-Event-ID": "0"})

    state = state_in(news)
    assert state["me"]["state"] == "admitted" and [seat["state"] for seat in state["seats"]].count("admitted") == 2
    assert "event: signals" in news and '"visit": "v1"' in news and f'"from": {first.seat}' in news


def test_a_new_page_does_not_hear_old_signals(meeting):
    mediator, first = meeting.let_in("applicant")
    first.tell(HELLO)

    assert "event: signals" not in mediator.news()


@pytest.mark.parametrize("last", ["nonsense", "-1", "9" * 40, ""])
def test_a_strange_last_event_does_not_break_the_stream(meeting, last):
    mediator, = meeting.let_in()

    assert "event: state" in mediator.news(headers={"Last-Event-ID": last})


def test_a_stream_holds_no_connection_while_it_waits(meeting):
    mediator, = meeting.let_in()
    db.session.remove()
    answer = mediator.client.get(mediator.path("events"), buffered=False)
    [next(answer.response) for _part in range(2)]

    assert "Current Checked out connections: 0" in db.engine.pool.status()
    answer.close()


def test_a_stream_ends_when_its_visitor_no_longer_belongs_here(meeting):
    from engine.notices import links

    party = meeting.let_in("applicant")[1]
    answer = party.client.get(party.path("events"), buffered=False)
    [next(answer.response) for _part in range(2)]
    with transaction():
        links.revoke_all(meeting.people["applicant"].id)
        meeting.row.attendances[0].minutes_remark = "something changed"

    assert "event: over" in "".join(part if isinstance(part, str) else part.decode() for part in answer.response)


def test_the_bell_wakes_a_stream_at_once():
    heard, began = bell.heard(7), time.monotonic()
    threading.Timer(0.05, bell.ring, [7]).start()
    bell.wait(7, heard, 5)

    assert time.monotonic() - began < 2


def test_whoever_falls_silent_has_left_and_comes_back_with_the_next_pulse(meeting):
    mediator, party = meeting.let_in("applicant")
    clock.move(timedelta(seconds=21))
    assert mediator.post("pulse").json == {"was_away": False}
    assert meeting.seat("applicant").state == "left"

    assert party.post("pulse").json == {"was_away": True}
    assert meeting.seat("applicant").state == "admitted"


def test_a_short_silence_keeps_the_seat(meeting):
    mediator, _party = meeting.let_in("applicant")
    clock.move(timedelta(seconds=15))
    mediator.post("pulse")

    assert meeting.seat("applicant").state == "admitted"


def test_a_goodbye_and_a_reload_keep_the_seat(meeting):
    _mediator, party = meeting.let_in("applicant")
    party.client.post(party.path("leave"), data={"csrf_token": "as sendBeacon sends it"})
    assert meeting.seat("applicant").state == "left"

    assert party.get("inside").status_code == 200
    assert party.post("pulse").json == {"was_away": True} and meeting.seat("applicant").state == "admitted"


def test_old_signals_are_swept_and_numbers_never_come_again(meeting):
    mediator, = meeting.let_in()
    for _time in range(3):
        mediator.tell(HELLO)
    last = rows()[-1].id
    clock.move(timedelta(seconds=61))
    mediator.post("pulse")
    mediator.tell(HELLO)

    assert [row.id for row in rows()] == [last, last + 1]


def test_the_room_is_rebuilt_from_the_database_by_another_web_server(meeting, settings):
    from webapp import create_app

    mediator, first = meeting.let_in("applicant")
    first.tell(HELLO)
    other = create_app(settings)
    other.config.update(WTF_CSRF_ENABLED=False)
    meeting.web = other
    news = meeting.staff("mediator").news(headers={"Last-Event-ID": "0"})

    assert state_in(news)["me"]["state"] == "admitted" and '"visit": "v1"' in news


def test_turn_credentials_are_what_coturn_computes_and_lapse():
    settings = Settings(turn_url="turn:turn.example:3478", turn_secret="secret")
    server, = turn.ice_servers(settings, 7)
    expiry, _, seat = server["username"].partition(":")
    expected = base64.b64encode(hmac.new(b"secret", server["username"].encode(), hashlib.sha1).digest()).decode()

    assert server["credential"] == expected and seat == "7"
    assert 0 < int(expiry) - clock.now().timestamp() <= 12 * 3600
    assert server["urls"][0] == "turn:turn.example:3478?transport=udp"


def test_without_a_turn_server_browsers_connect_directly():
    assert turn.ice_servers(Settings(), 7) == []


def test_one_visitor_cannot_hold_all_threads_of_the_server(meeting):
    _mediator, party = meeting.let_in("applicant")
    answers = [party.get("events", buffered=False) for _window in range(live.MOST_WINDOWS + 1)]
    streams = [iter(answer.response) for answer in answers]
    for stream in streams:
        next(stream)

    assert b"event: over" in next(streams[0]) + next(streams[0], b"")
    assert b"event: state" in next(streams[-1])
    for answer in answers:
        answer.close()
    assert live._open == []
