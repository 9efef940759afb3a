"""What one may do in a room, by one's seat."""

import pytest

from engine.db import db, transaction
from engine.workflow.models import TraceEntry
from tests import factories


def test_everybody_waits_until_the_mediator_lets_them_in(meeting):
    mediator, party = meeting.let_in("applicant")

    assert meeting.row.status == "open"
    assert {side: meeting.seat(side).state for side in ("neutral", "applicant", "respondent")} == {
        "neutral": "admitted", "applicant": "admitted", "respondent": "expected"}
    assert mediator.get("inside").status_code == party.get("inside").status_code == 200


@pytest.mark.parametrize("act", ["seats/{seat}/admit", "seats/{seat}/refuse", "end", "minutes", "minutes/freeze"])
def test_only_the_mediator_leads(meeting, act):
    party = meeting.party("applicant")
    party.post("enter")

    assert party.post(act.format(seat=party.seat)).status_code == 403
    assert meeting.row.status == "planned" and meeting.seat("applicant").state == "waiting"


@pytest.mark.parametrize("act", [
    "enter", "leave", "pulse", "signals", "end", "minutes", "minutes/freeze", "minutes/answer", "seats/1/admit"])
def test_strangers_do_nothing_in_a_room(meeting, act):
    assert meeting.staff("outsider").post(act).status_code in (403, 404)
    assert meeting.web.test_client().post(f"/room/{meeting.room}/{act}").status_code == 404
    assert meeting.row.status == "planned"


def test_nobody_is_let_in_before_the_room_is_open(meeting):
    party = meeting.party("applicant")
    party.post("enter")
    answer = meeting.staff("mediator").post(f"seats/{party.seat}/admit")

    assert answer.status_code == 409 and answer.json["message"]


@pytest.mark.parametrize("seat", [0, 999999, 2**70])
def test_a_seat_that_does_not_exist_is_not_let_in(meeting, seat):
    mediator, = meeting.let_in()

    assert mediator.post(f"seats/{seat}/admit").status_code in (404, 422)


def test_a_fifth_is_told_that_the_room_is_full(meeting):
    with transaction():
        from engine.mediation.models import Attendance

        for number in range(2):
            person = factories.participant(meeting.bench.case, "third", f"第三人{number}")
            factories.added(Attendance(session_id=meeting.id, participant_id=person.id, state="waiting"))
    mediator, *_parties = meeting.let_in("applicant", "respondent")
    third, fourth = [seat.id for seat in meeting.row.attendances if seat.participant.side == "third"]

    assert mediator.post(f"seats/{third}/admit").status_code == 204
    full = mediator.post(f"seats/{fourth}/admit")
    assert full.status_code == 409 and "三" in full.json["message"]


def test_the_mediators_own_place_is_kept_in_a_full_room(meeting):
    with transaction():
        from engine.mediation.models import Attendance

        person = factories.participant(meeting.bench.case, "third", "第三人")
        seat = factories.added(Attendance(session_id=meeting.id, participant_id=person.id, state="waiting")).id
    mediator, *_parties = meeting.let_in("applicant", "respondent")
    mediator.post(f"seats/{seat}/admit")
    mediator.post("leave")
    mediator.post("enter")

    assert meeting.seat("neutral").state == "admitted"


def test_who_was_sent_out_does_not_come_back_by_knocking(meeting):
    mediator, party = meeting.let_in("applicant")
    mediator.post(f"seats/{party.seat}/refuse")
    party.post("enter")

    assert meeting.seat("applicant").state == "refused"


def test_the_trace_shows_when_somebody_was_away(meeting):
    _mediator, party = meeting.let_in("applicant")
    party.post("leave")
    party.post("enter")

    with transaction(write=False):
        events = [entry.event for entry in db.session.query(TraceEntry).order_by(TraceEntry.id)]
    assert events[-2:] == ["participant_left", "participant_returned"]


def test_an_ended_meeting_lets_nobody_in_and_keeps_its_minutes(meeting):
    mediator, party = meeting.let_in("applicant")
    assert mediator.post("end").status_code == 204

    assert party.post("enter").status_code == 409
    assert "会议已结束" in party.get("inside").text
    assert mediator.post("minutes", {"minutes": "双方同意。"}).status_code == 204


def test_the_mediator_writes_closes_and_each_side_answers(meeting):
    mediator, first, second = meeting.let_in("applicant", "respondent")
    assert first.post("minutes/answer", {"answer": "confirmed"}).status_code == 409
    assert mediator.post("minutes", {"minutes": "王小明：退八千元即可。\r\n银行：同意。"}).status_code == 204
    assert mediator.post("minutes/freeze").status_code == 204
    assert mediator.post("minutes", {"minutes": "别的"}).status_code == 409
    assert first.post("minutes/answer", {"answer": "confirmed"}).status_code == 204
    assert second.post("minutes/answer", {"answer": "objected", "remark": "是六千元"}).status_code == 204

    answers = {seat.participant.side: (seat.minutes_answer, seat.minutes_remark) for seat in meeting.row.attendances}
    assert meeting.row.minutes == "王小明：退八千元即可。\n银行：同意。"
    assert answers["applicant"] == ("confirmed", "") and answers["respondent"] == ("objected", "是六千元")


@pytest.mark.parametrize("values", [
    {}, {"answer": ""}, {"answer": "maybe"}, {"answer": "objected"}, {"answer": "objected", "remark": "  "}])
def test_an_answer_to_the_minutes_is_yes_or_names_the_words(meeting, values):
    mediator, party = meeting.let_in("applicant")
    mediator.post("minutes", {"minutes": "双方同意。"})
    mediator.post("minutes/freeze")

    assert party.post("minutes/answer", values).status_code == 422
    assert meeting.seat("applicant").minutes_answer == ""


def test_empty_and_endless_minutes_are_refused_with_a_sentence(meeting):
    mediator, = meeting.let_in()

    assert mediator.post("minutes/freeze").status_code == 422
    assert "20000" in mediator.post("minutes", {"minutes": "长" * 20_001}).json["message"]


def test_at_separate_times_a_side_reads_the_minutes_only_once_they_are_closed(meeting):
    with transaction():
        meeting.row.mode = "separate"
    mediator, first = meeting.let_in("applicant")
    mediator.post("minutes", {"minutes": "王小明：退八千元即可。"})
    assert "退八千元" not in first.get("inside").text and "退八千元" in mediator.get("inside").text

    mediator.post("minutes/freeze")
    assert "退八千元" in first.get("inside").text
