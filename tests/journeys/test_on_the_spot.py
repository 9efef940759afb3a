"""What was performed on the spot ends a case once everybody says so: in time, on paper, never by the mediator's word alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.errors import Invalid
from engine.mediation import sessions
from tests.journeys.test_outcomes import ended


@pytest.mark.db
@pytest.mark.parametrize("last, outcome", [("yes", "O05"), ("no", "O12"), ("", "O12")])
def test_what_was_performed_on_the_last_day_of_the_term_is_not_lost_with_it(refer, last, outcome):
    walk = refer()
    walk.to_mediation()
    day = (clock.now() + timedelta(days=3)).isoformat()
    walk.do("plan_session", planned_at=day, mode="on_site", place="调解中心一号室")
    ends = db.session.scalar(select(Deadline.due_at).where(Deadline.case_id == walk.case_id, Deadline.term == "T06"))
    clock.move(ends - clock.now() - timedelta(hours=2))
    walk.do("hold_session", result="performed", spot_what="被申请人当场转账八千元", spot_amount="8000.00")
    walk.do("confirm_spot", spot="yes")
    first = walk.case.participants[0].name
    walk.pass_time(days=1)

    assert (walk.case.outcome, walk.open()) == ("", ["confirm_spot"]), "only who has not answered yet is asked"
    walk.do("confirm_spot", spot=last, spot_remark="只收到一半") if last else walk.pass_time(days=4)

    assert walk.case.outcome == outcome
    if outcome == "O05":
        told = db.session.scalar(select(Document).where(Document.kind == "performance_record")).told
        assert first in told["told_by"] and "逐一在线确认" in told["told_by"] and told["channel"] == "当场履行"


@pytest.mark.db
def test_a_signed_record_of_performance_needs_a_meeting_on_site_and_its_scan(refer):
    walk = refer()
    walk.to_mediation()
    day = (clock.now() + timedelta(days=3)).isoformat()
    walk.do("plan_session", planned_at=day, mode="on_site", place="调解中心一号室")
    said = {"result": "performed", "spot_what": "被申请人当场转账八千元", "spot_amount": "8000.00", "spot_signed": True}
    with pytest.raises(Invalid) as refused:
        walk.do("hold_session", **said)
    assert [fault["pointer"] for fault in refused.value.problems] == ["/spot_scan"]
    scan = {"name": "签名笔录.pdf", "media_type": "application/pdf", "size": 9, "sha256": "c5e8a4b1"}
    walk.do("hold_session", **said, spot_scan=[scan])

    assert ended(walk) == "O05"
    told = db.session.scalar(select(Document).where(Document.kind == "performance_record")).told
    assert told["told_by"] == "各方在第1次调解的纸质笔录上签名确认，扫描件附卷"


def test_what_the_mediator_alone_says_was_performed_or_withdrawn_ends_nothing(refer):
    walk = refer()
    walk.to_mediation()
    day = (clock.now() + timedelta(days=3)).isoformat()
    walk.do("plan_session", planned_at=day, mode="on_site", place="调解中心一号室")
    walk.do("hold_session", result="performed", spot_what="被申请人当场转账八千元", spot_amount="8000.00")
    walk.do("confirm_spot", spot="yes")
    walk.do("confirm_spot", spot="no", spot_remark="只收到一半")
    assert (walk.case.outcome, walk.open()) == ("", ["plan_session"])

    walk.to_result("applicant_withdraws")
    assert walk.open() == ["answer_closing", "answer_closing"], "the applicant is asked whether that is so"


@pytest.mark.db
def test_the_minutes_of_a_meeting_by_telephone_say_who_came_and_who_did_not(refer):
    walk = refer()
    walk.to_mediation()
    walk.do("plan_session", planned_at=(clock.now() + timedelta(days=3)).isoformat(), mode="telephone")
    bank, consumer = (str(person.id) for person in walk.case.participants if person.role == "party")
    there, away = {"person": bank, "came": "present", "identity": "phone"}, {"person": consumer, "came": "absent"}
    for told, pointers in (([], ["/attendance"]), ([there, there], ["/attendance/1/person", "/attendance"])):
        with pytest.raises(Invalid) as refused:
            walk.do("hold_session", result="another_session", attendance=told)
        assert [fault["pointer"] for fault in refused.value.problems] == pointers
    helper = {"name": "赵志愿", "role": "助老志愿者", "identity": "id_card"}
    walk.do("hold_session", result="another_session", attendance=[there, away], others=[helper])

    names = {str(person.id): person.name for person in walk.case.participants}
    printed = walk.printed("session_minutes")
    assert f"通知后未到场：{names[consumer]}" in printed and "赵志愿助老志愿者核对身份证件原件" in printed
    seats = {str(seat.participant_id): seat for seat in sessions.of_case(walk.case_id)[0].attendances}
    assert [(seats[key].came, seats[key].identity) for key in (bank, consumer)] == [("present", "phone"), ("absent", "")]
    assert names[consumer] not in printed.partition("核对与确认")[2], "who was not there has nothing to confirm"
