"""What is said to whom: every name that shipped diagrams use has its text, and nobody is told the wrong thing."""

import re
from pathlib import Path

import pytest

from engine.cases import outcomes
from engine.cases.models import Case
from engine.db import db, transaction
from engine.errors import DomainError
from engine.mediation import consent, sessions
from engine.notices import send, templates, words

DIAGRAMS = Path(__file__).resolve().parents[3] / "bpmn"
USED = sorted({name for path in DIAGRAMS.glob("*/process.bpmn") for name in re.findall(
    r"serviceTaskOperator id=\"notices\.send(?:_mail)?\".*?id=\"template\" value='\"(\w+)\"'", path.read_text(), re.S)})

SOON = "2026-03-20T14:30:00+08:00"


def said(bench, name, side, **register):
    with transaction():
        case = db.session.get(Case, bench.case_id)
        for key, value in register.items():
            setattr(case, key, value)
        person = next(one for one in case.participants if one.side == side)
        found = words.template_for(name, case, person)
        return words.write(found, case, person, "1234").text if found else None


def test_diagrams_send_messages():
    assert {"invitation", "sign", "closed"} <= set(USED)


@pytest.mark.parametrize("name", USED)
@pytest.mark.parametrize("side", ["applicant", "respondent"])
def test_every_message_of_the_shipped_diagrams_can_be_written(mediated, name, side):
    said(mediated, name, side, confirmation="confirmed", outcome="O01")


@pytest.mark.parametrize("outcome", sorted(outcomes.OUTCOMES))
@pytest.mark.parametrize("side", ["applicant", "respondent"])
def test_every_outcome_can_be_told(mediated, outcome, side):
    text = said(mediated, "closed", side, outcome=outcome)

    assert text is None or "{" not in text


@pytest.mark.parametrize("decision", ["confirmed", "rejected", "not_accepted", "withdrawn"])
def test_every_ruling_can_be_told(mediated, decision):
    assert said(mediated, "ruling", "applicant", confirmation=decision)


def test_who_refused_is_not_told_that_the_other_side_did(mediated):
    assert "对方不参加" in said(mediated, "closed", "applicant", outcome="O08")
    assert "对方" not in said(mediated, "closed", "respondent", outcome="O08")


@pytest.mark.parametrize(("mode", "meant"), [("video", "视频调解"), ("on_site", "调解中心一号室"), ("telephone", "拨打您的电话")])
def test_a_meeting_is_announced_as_the_one_it_is(mediated, mode, meant):
    mediated.call("mediation.plan_session", planned_at="2030-01-15T14:30", mode=mode, place="调解中心一号室")

    assert meant in said(mediated, "session", "applicant")


def test_who_agreed_already_is_not_invited_again(mediated):
    with transaction():
        applicant = next(one for one in mediated.case.participants if one.side == "applicant")
        consent.record(applicant, "mediation", True, "", "court", "court")

    assert "已受理" in said(mediated, "invitation", "applicant")
    assert "请于" in said(mediated, "invitation", "respondent")


@pytest.mark.parametrize("side", ["applicant", "respondent"])
def test_an_agreement_not_yet_performed_is_said_to_stay_in_force(mediated, side):
    assert "协议继续有效" in said(mediated, "closed", side, outcome="O01")


def test_a_case_nobody_took_on_in_time_is_not_called_a_failed_mediation(bench):
    assert "退回" in said(bench, "closed", "applicant", outcome="O17")
    assert said(bench, "closed", "respondent", outcome="O17") is None


def test_both_sides_hear_who_withdrew(mediated):
    assert "申请人已撤回" in said(mediated, "closed", "respondent", outcome="O07")


def test_who_was_never_asked_hears_nothing_of_a_case_that_was_not_taken(bench):
    assert said(bench, "closed", "respondent", outcome="O16") is None
    assert "不在我们的调解范围" in said(bench, "closed", "applicant", outcome="O16")


def test_no_sum_and_no_opponent_is_in_any_message(mediated):
    for name in USED:
        text = said(mediated, name, "applicant", confirmation="confirmed", outcome="O11")
        assert not text or "京华银行股份有限公司" not in text and "1000" not in text and "12,000" not in text


@pytest.mark.parametrize("to", [["parties"], "nobody", 999999, [{"id": 5_000}]])
def test_recipients_are_people_of_the_case(bench, to):
    case = db.session.get(Case, bench.case_id)
    if to == ["parties"]:
        assert len(send.recipients(case, to)) == 2
        return
    with pytest.raises(DomainError):
        send.recipients(case, to)


def test_a_name_without_a_text_is_refused(bench):
    with pytest.raises(templates.UnknownNotice):
        said(bench, "love_letter", "applicant")


@pytest.mark.parametrize(("has_desk", "meant"), [(False, "invitation"), (True, "institution_new_case")])
def test_an_institution_without_a_desk_here_gets_a_link_to_answer_by(mediated, has_desk, meant):
    with transaction():
        case = db.session.get(Case, mediated.case_id)
        respondent = next(one for one in case.participants if one.side == "respondent")
        respondent.kind, respondent.body_id = "legal", case.organisation_id if has_desk else None

        assert words.template_for("invitation", case, respondent) == meant


@pytest.mark.parametrize("mode, meant", [("on_site", "地点：二号室"), ("telephone", "拨打您的电话"), ("video", "设备检测")])
def test_the_day_before_says_what_to_bring_to_the_meeting_as_it_is(mediated, mode, meant):
    mediated.call("mediation.plan_session", planned_at=SOON, mode=mode, place="二号室")

    assert meant in said(mediated, "session_tomorrow", "applicant")


def test_another_time_for_a_meeting_that_was_announced_says_both(mediated):
    mediated.call("mediation.plan_session", planned_at="2026-03-19T10:00:00+08:00", mode="video")
    assert "改至" not in said(mediated, "session", "applicant")

    mediated.call("mediation.plan_session", planned_at="2026-03-20T14:30:00+08:00", mode="on_site", place="二号室")

    assert "由3月19日10:00改至3月20日14:30" in said(mediated, "session", "applicant")


def test_only_who_has_not_come_to_the_open_room_is_called(mediated, parties):
    mediated.call("mediation.plan_session", planned_at=SOON, mode="video")
    with transaction():
        case = db.session.get(Case, mediated.case_id)
        assert send.recipients(case, "absent") == []  # the mediator is not there yet either
        meeting = sessions.of_case(case.id)[-1]
        meeting.status = "open"
        next(seat for seat in meeting.attendances if seat.participant_id == parties["applicant"].id).state = "waiting"
        db.session.flush()
        assert [person.side for person in send.recipients(case, "absent")] == ["respondent"]


def test_a_docketed_case_is_not_announced_as_no_lawsuit(mediated):
    assert "已立案" in said(mediated, "invitation", "applicant", regime="B")
