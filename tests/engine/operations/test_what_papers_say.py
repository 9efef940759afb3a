"""What the papers say is what the register knows: each field of the inventory (DOMAIN §6) that a process can fill is filled."""

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.models import Participant
from engine.cases.models import Case
from engine.db import db, transaction
from engine.documents import desk_facts
from engine.documents.models import Document
from engine.inbox.asking import agents
from engine.mediation import sessions
from engine.mediation.models import OrganisationProfile
from engine.notices import addresses
from engine.workflow.models import Message
from tests.engine.notices.test_serving import ADDRESS
from tests.engine.operations.test_papers import TERM, held, paper, words_of

POWER = {"name": "陈律师", "id_type": "other", "id_number": "L-1", "phone": "16600009999", "kind": "lawyer", "licence": "13101",
         "firm": "海上律师事务所（2026）函字第1号", "matter": "本案调解", "scope": "special", "matters": ["settle", "waive"],
         "signed": True}


def made(bench, template, **inputs) -> str:
    return words_of(paper(bench.call("documents.generate", template=template, **inputs)))


def test_the_notice_of_rights_says_until_when_what_it_costs_and_where_to_complain(mediated):
    with transaction():
        db.session.get(Case, mediated.case_id).organisation.phone = "021-66000000"
        db.session.get(OrganisationProfile, mediated.case.organisation_id).fee = "每件三百元"

    words = made(mediated, "rights_notice")

    assert "调解期限：30日，自" in words and "届满；各方当事人同意可以延长" in words
    assert "调解收费：每件三百元" in words and "不收取费用" not in words
    assert "投诉渠道：案件页面“投诉调解员”；调解组织电话021-66000000；" in words and mediated.case.court.name in words


def test_the_notice_of_mediation_says_what_to_bring_and_that_an_institution_may_not_just_stay_away(mediated):
    words = made(mediated, "mediation_notice")

    assert "请准备" in words and "营业执照副本" in words and "须写明特别授权" in words
    assert "无正当理由不得拒绝参加调解" in words


def test_the_minutes_say_how_people_were_known_what_they_were_told_and_what_follows(mediated):
    session = held(mediated)
    with transaction():
        for seat in sessions.of_case(mediated.case_id)[0].attendances:
            seat.admitted_at = clock.now()
        db.session.get(type(session), session.id).result = "another_session"

    words = made(mediated, "session_minutes", audience="mediation")

    assert "本人手机短信链接与验证码" in words and "平台账号登录" in words
    assert "没有人申请调解员回避或者更换" in words and "不申请回避" not in words
    assert "下一步：调解员约定下次调解的时间" in words and "记录人李调解" in words


def test_the_minutes_do_not_say_that_nobody_objected_when_somebody_did(mediated):
    held(mediated)
    with transaction():
        db.session.add(Message(source="test", message_key="1", name="mediator_challenged", kind="message",
                               case_id=mediated.case_id, payload={}, keys={}, starts="", body_hash="", received_at=clock.now(),
                               result="kept", expires_at=clock.now()))

    words = made(mediated, "session_minutes", audience="mediation")

    assert "本案曾有人对调解员提出异议" in words and "没有人申请" not in words


@pytest.fixture
def represented(mediated, parties):
    """The consumer has a lawyer with authority to settle and waive, and a relative without."""
    with transaction():
        actor = mediated.world.actor("coordinator")
        agents.appoint(actor, parties["applicant"].id, POWER | {"valid_from": clock.today().isoformat()})
        agents.appoint(actor, parties["applicant"].id, POWER | {
            "name": "王大明", "id_number": "R-1", "kind": "relative", "kinship": "兄弟，户口簿", "scope": "general",
            "valid_from": clock.today().isoformat()})
    return mediated


def test_a_party_is_named_with_each_agent_in_which_capacity_and_with_which_authority(represented):
    agreed = words_of(paper(represented.call("mediation.freeze_agreement", terms=[TERM])))

    assert "委托代理人：陈律师，海上律师事务所律师，代理权限：特别授权（放弃、进行和解、签署调解协议）。" in agreed
    assert "委托代理人：王大明，近亲属，代理权限：一般授权。" in agreed
    assert "附件：陈律师的授权委托书；王大明的授权委托书。" in agreed


def test_an_agreement_counts_its_copies(mediated):
    agreed = words_of(paper(mediated.call("mediation.freeze_agreement", terms=[TERM])))
    assert "本协议一式四份" in agreed  # two parties, the organisation, the court

    with transaction():
        case = db.session.get(Case, mediated.case_id)
        case.court_id, case.regime = None, "C"
    assert "本协议一式三份" in words_of(paper(mediated.call("mediation.freeze_agreement", terms=[TERM])))


def test_the_report_to_the_court_says_who_confirmed_an_address_for_service(mediated):
    with transaction():
        person = db.session.scalar(select(Participant).where(
            Participant.case_id == mediated.case_id, Participant.side == "applicant"))
        addresses.confirm(mediated.world.actor("coordinator"), person.id, ADDRESS)
    mediated.call("cases.conclude", outcome="O11", reason="分歧较大")

    words = made(mediated, "court_report", audience="court")

    assert "签署送达地址确认书，同意电子送达" in words and "被申请人京华银行股份有限公司：没有签署送达地址确认书" in words


def test_the_index_of_the_file_has_a_place_for_every_paper_and_counts_them(mediated):
    mediated.call("documents.generate", template="rights_notice")
    with transaction():
        for kind in ("performance_proof", "something_else"):
            db.session.add(Document(case_id=mediated.case_id, kind=kind, title=f"甲{kind}", sha256="0", size=1, pages=2,
                                    check_code=kind[:9], audience="filing"))
        case = db.session.get(Case, mediated.case_id)
        told = desk_facts.of("file_cover", case, {})

    there = {one["name"]: one for one in told["items"]}
    assert there["履行凭证"]["pages"] == "2" and "甲performance_proof" in there["履行凭证"]["titles"]
    assert there["其他材料"]["titles"] == "甲something_else" and there["权利义务告知书"]["there"] == "有"
    assert there["当事人身份证明"]["titles"] and there["调解笔录"]["there"] == ""
    pages = db.session.query(Document).filter_by(kind="rights_notice").one().pages
    assert (told["papers"], told["sheets"]) == ("3", str(4 + pages))
