"""What happens between acceptance and the end: the mediator is challenged, people come and go, mediation stops and goes on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.cases import parties, transfer
from engine.cases.models import Case, Closing
from engine.courts import messages as court_messages
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.errors import NotFound
from engine.inbox import tasks
from engine.inbox.asking import acts
from engine.inbox.sharing.rules import DutiesMustBeSeparate
from engine.inbox.workspace import desk
from engine.mediation import agreement
from engine.notices.models import Notice, Serving
from engine.workflow import messages
from engine.workflow.models import MessageWait, OperationCall, UserTask
from tests.journeys.test_outcomes import ended, kinds

PEOPLE = [("applicant", "王小明", "16600001234"), ("applicant", "王小红", "16600001235"), ("respondent", "张经理", "16600001236"),
          ("respondent", "李保人", "16600001237"), ("third", "孙车主", "16600001238")]


def served(walk, kind: str) -> int:
    """On how many parties the papers of a kind are being served, or have been."""
    db.session.expire_all()
    return len(db.session.scalars(select(Serving.id).join(Document, Document.id == Serving.document_id).where(
        Serving.case_id == walk.case_id, Document.kind == kind)).all())


def people() -> list[dict]:
    """Two applicants, two respondents and a third party, none with a desk here."""
    return [{"side": side, "kind": "natural", "name": name, "phone": phone, "id_type": "other", "id_number": f"X{phone}"}
            for side, name, phone in PEOPLE]


def does(walk, who, act: str, **answers) -> None:
    """Somebody tells the process something besides their tasks: a user by name, or a party."""
    actor = walk.world.actor(who) if isinstance(who, str) else Actor.of_party(walk.link(who.id), who)
    named = {key if act == "withdrawal" else f"{act}_{key}": value for key, value in answers.items()}
    with transaction():
        acts.tell(actor, walk.case, act, named)
    walk.work()


def party(walk, name: str):
    return next(person for person in walk.case.participants if person.name == name)


def term(walk, name="T06") -> Deadline:
    db.session.expire_all()
    return db.session.scalar(select(Deadline).where(Deadline.case_id == walk.case_id, Deadline.term == name))


SENT_TO = [{"kind": "court", "to": "新港区人民法院"}, {"kind": "clues", "to": "滨江市公安局"}]


def papers(walk, kind: str) -> list[Document]:
    db.session.expire_all()
    return list(db.session.scalars(select(Document).where(
        Document.case_id == walk.case_id, Document.kind == kind).order_by(Document.id)))


def services(walk) -> list[Serving]:
    return list(db.session.scalars(select(Serving).where(Serving.case_id == walk.case_id)))


def told_court(walk, event: str) -> dict:
    return court_messages.progress(walk.case, event)


def closing(walk) -> Closing:
    return db.session.scalar(select(Closing).where(Closing.case_id == walk.case_id))


def test_withdrawing_before_acceptance_takes_effect_at_once(refer):
    walk = refer()
    walk.work()
    with transaction():
        messages.receive(walk.case_id, "withdrawal", {"reason": "不再主张"}, "court", "w-1", by="court")
    walk.work()
    assert "accept_referral" not in walk.open()
    assert ended(walk) == "O07" and walk.case.accepted_at is None


def test_o06_the_parties_settle_it_themselves_and_the_applicant_withdraws(refer):
    walk = refer()
    walk.to_mediation()
    does(walk, party(walk, "王小明"), "withdrawal", reason="已经和解", settled=True)
    assert ended(walk) == "O06"
    assert closing(walk).decided_by == "王小明" and {"court_report", "termination_notice"} <= kinds(walk)
    assert not db.session.scalars(select(MessageWait).where(MessageWait.status == "open")).all(), "it listens to nothing any more"
    assert not db.session.scalars(select(Deadline).where(Deadline.status.in_(("running", "paused")))).all()


def test_o18_the_court_takes_its_referral_back(refer):
    walk = refer()
    walk.to_mediation()
    does(walk, "clerk", "return", reason="不适宜在线调解，请到诉讼服务大厅办理")
    assert ended(walk) == "O18"
    assert closing(walk).decided_by == "书记员甲"


def test_o18_before_anybody_accepted_nobody_reports_and_no_organisation_seals(refer):
    walk = refer()
    walk.work()
    does(walk, "clerk", "return", reason="所选调解组织不在名册")
    assert ended(walk) == "O18" and kinds(walk) == {"early_end_notice"}
    notice = db.session.scalar(select(Document).where(Document.kind == "early_end_notice"))
    assert not notice.signatures and notice.told["how"] == "returned" and notice.told["reason"] == "所选调解组织不在名册"
    assert [paper["kind"] for paper in court_messages.outcome(walk.case)["documents"]] == ["early_end_notice"]
    sent = db.session.scalar(select(Notice).where(Notice.template == "taken_back_by_court"))
    assert sent.text.startswith("【诉调对接平台】"), "the organisation that never accepted writes nothing"


def test_a_suspected_sham_stops_everything_and_the_term_until_it_is_cleared(refer):
    walk = refer()
    walk.to_mediation()
    due = term(walk).due_at
    does(walk, "coordinator", "suspicion", reason="双方陈述逐字相同")
    assert walk.open() == ["decide_suspension"], "no party can do anything"
    assert term(walk).status == "paused" and "suspension_report" in kinds(walk)
    told = db.session.scalar(select(OperationCall).where(OperationCall.element == "report_suspension"))
    assert told.status == "done" and told.inputs["event"] == "suspended"
    walk.pass_time(days=40)
    assert walk.open() == ["decide_suspension"], "a term that stands still does not run out"
    walk.do("decide_suspension", suspension="resume", decided_with="organisation", decision_reason="债权真实")
    assert walk.open() == ["plan_session"]
    assert term(walk).due_at - due >= timedelta(days=40)
    decision, = papers(walk, "suspension_decision")
    assert decision.title == "恢复调解决定书" and decision.id in {one.document_id for one in services(walk)}
    assert [one["kind"] for one in told_court(walk, "resumed")["documents"]] == ["suspension_decision"]


def test_o19_a_sham_ends_with_measures_unless_somebody_objects_in_time(refer):
    walk = refer()
    walk.to_mediation()
    does(walk, "mediator", "suspicion", reason="伪造凭证")
    walk.do("decide_suspension", suspension="terminate", decided_with="court", measures=SENT_TO, decision_reason="已移送")
    assert walk.open() == ["answer_closing", "answer_closing"]
    assert not {"suspension_decision", "suspicion_letter"} & kinds(walk), "nothing is decided before they were heard"
    walk.pass_time(days=5)
    assert ended(walk) == "O19"
    decision, = papers(walk, "suspension_decision")
    assert (decision.title, decision.audience, decision.told["basis"]) == ("终止调解决定书", "filing", "court")
    to_court, to_police = papers(walk, "suspicion_letter")
    assert (to_court.audience, to_police.audience) == ("court", "organisation")
    assert to_police.told["addressee"] == "滨江市公安局" and to_police.told["suspicion"] == "伪造凭证"
    sent = [one["kind"] for one in told_court(walk, "simulation_found")["documents"]]
    assert sent == ["suspension_decision", "suspicion_letter"]
    assert {one.document_id for one in services(walk)} >= {decision.id} and not {to_court.id, to_police.id} & {
        one.document_id for one in services(walk)}


def test_the_courts_own_answer_is_the_reason_in_the_decision_and_calls_for_no_letter(refer):
    walk = refer()
    walk.to_mediation()
    does(walk, "mediator", "suspicion", reason="伪造凭证")
    does(walk, "clerk", "suspended", suspension="terminate", reason="已由刑事侦查部门立案")
    walk.pass_time(days=5)
    assert ended(walk) == "O19" and closing(walk).reason == "已由刑事侦查部门立案"
    decision, = papers(walk, "suspension_decision")
    assert (decision.told["basis"], decision.told["reason"]) == ("court", "已由刑事侦查部门立案")
    assert "suspicion_letter" not in kinds(walk)


def test_an_appraisal_is_commissioned_only_by_all_and_its_time_does_not_count(refer):
    walk = refer()
    walk.to_mediation()
    does(walk, "mediator", "appraisal", subject="签名笔迹", appraiser="滨江司法鉴定中心", reason="申请人否认签名",
         until=(clock.today() + timedelta(days=40)).isoformat())
    walk.do("agree_appraisal", agrees="yes")
    assert "appraisal_commission" not in kinds(walk)
    walk.do("agree_appraisal", agrees="yes")
    assert "appraisal_commission" in kinds(walk) and term(walk).status == "paused"
    walk.pass_time(days=35)
    walk.do("record_appraisal", appraisal_result="report", report_on="2026-01-05", conclusion="系本人所签")
    assert term(walk).status == "running" and walk.open() == ["plan_session"]


def test_an_appraisal_without_a_report_on_the_agreed_day_lets_the_term_run_again(refer):
    walk = refer()
    walk.to_mediation()
    until = clock.today() + timedelta(days=20)
    does(walk, "mediator", "appraisal", subject="签名笔迹", appraiser="滨江司法鉴定中心", reason="申请人否认签名",
         until=until.isoformat())
    walk.do("agree_appraisal", agrees="yes")
    walk.do("agree_appraisal", agrees="yes")
    assert f"出具报告的日期{until.year}年{until.month}月{until.day}日" in walk.printed("appraisal_commission")
    assert term(walk).status == "paused"

    walk.pass_time(days=21)

    assert term(walk).status == "running" and walk.open() == ["appraisal_late"]
    walk.do("appraisal_late", late="extend", late_until=(clock.today() + timedelta(days=9)).isoformat(), late_reason="补充样本")
    walk.do("agree_appraisal", agrees="yes")
    walk.pass_time(days=6)  # the other side says nothing: silence is no consent
    assert walk.open() == ["plan_session"]


def test_a_recusal_is_decided_by_somebody_who_does_not_mediate_and_the_next_mediator_begins_anew(refer):
    walk = refer()
    walk.to_mediation()
    does(walk, party(walk, "王小明"), "recusal", ground="relation", reason="与对方经办人是同学")
    assert walk.open() == ["decide_recusal"], "until then the mediation rests"
    task = db.session.scalar(select(UserTask).where(UserTask.element == "decide_recusal"))
    with transaction(), pytest.raises((DutiesMustBeSeparate, NotFound)):
        tasks.complete(walk.world.actor("mediator"), task.id, {"recusal": "refused", "decision_reason": "无"})
    walk.do("decide_recusal", recusal="granted", decision_reason="可能影响公正")
    assert "recusal_decision" in kinds(walk) and walk.case.mediator_id is None
    assert served(walk, "recusal_decision") == 2
    walk.do("assign_mediator", mediator=str(walk.world.other_mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    assert walk.case.mediator_id == walk.world.other_mediator.id and walk.open() == ["plan_session"]


def test_a_mediator_whose_new_disclosure_one_party_objects_to_does_not_go_on(refer):
    walk = refer()
    walk.to_mediation()
    does(walk, "mediator", "disclosure", reason="配偶新近入职该行")
    assert "mediator_declaration" in kinds(walk) and served(walk, "mediator_declaration") == 2
    walk.do("answer_disclosure", stands="accept")
    walk.do("answer_disclosure", stands="object")
    assert walk.case.mediator_id is None


def test_o14_who_disagrees_after_a_change_and_refuses_to_choose_refuses_mediation(refer):
    walk = refer()
    walk.to_mediation()
    does(walk, party(walk, "王小明"), "change", reason="沟通不畅")
    walk.do("assign_mediator", mediator=str(walk.world.other_mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    does(walk, party(walk, "王小明"), "change", reason="仍不满意")
    walk.do("choose_again", choosing="refuse")
    assert ended(walk) == "O14"


def test_o15_a_designation_that_is_not_accepted(refer):
    walk = refer()
    walk.to_mediation()
    does(walk, party(walk, "王小明"), "designation", reason="要求由法官调解")
    assert ended(walk) == "O15"


def test_o20_a_case_goes_on_at_another_organisation(refer):
    walk = refer()
    walk.to_mediation()
    does(walk, "coordinator", "transfer", reason="当事人均在上海")
    walk.do("decide_transfer", move="transfer", to_organisation="HDBX", reason="由地区性组织办理")
    assert ended(walk) == "O20"
    (link, other_id, _number), = transfer.of_case(walk.case_id)
    other = db.session.get(Case, other_id)
    with transaction(write=False):
        (here,), (there,) = (desk.linked(walk.world.actor("coordinator"), one) for one in (walk.case, other))
    assert (here["word"], here["case"]) == ("transferred", None)
    assert (there["word"], there["case"]) == ("transferred_here", walk.case)
    listed = closing(walk).handed_over
    kept = db.session.scalars(select(Document).where(Document.case_id == walk.case_id))
    secret = {one.title for one in kept if one.audience not in ("filing", "court")}
    assert listed and all(one["form"] and one["pages"] and one["name"] not in secret for one in listed)
    notice, = papers(walk, "termination_notice")
    assert notice.told["moved_to"].startswith(other.organisation.name)
    assert link.kind == "transferred" and other.organisation.code == "HDBX" and other.outcome == ""
    assert [person.name for person in parties.current(other)] == ["王小明", "京华银行股份有限公司"]


def test_o21_an_impossibility_is_told_first_and_an_objection_goes_to_the_coordinator(refer):
    walk = refer()
    walk.to_mediation()
    does(walk, "mediator", "impossible", ground="criminal", reason="涉嫌诈骗，已立案侦查")
    walk.do("answer_closing", objects="yes", objection_text="只是报案，并未立案")
    walk.do("decide_objection", objection="upheld", decision_reason="尚未立案")
    assert walk.open() == ["plan_session"] and walk.case.outcome == ""
    does(walk, "mediator", "impossible", ground="criminal", reason="已经立案侦查")
    walk.pass_time(days=5)
    assert ended(walk) == "O21"
    assert closing(walk).reason == "已经立案侦查"


def test_two_applicants_two_respondents_and_a_third_party_one_of_whom_leaves_alone(refer):
    walk = refer(parties=people())
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    for _each in range(5):
        walk.do("answer_invitation", agrees="yes", e_service=True)
    does(walk, party(walk, "王小红"), "withdrawal", reason="另行起诉")
    assert not party(walk, "王小红").is_current and walk.open() == ["plan_session"]
    does(walk, party(walk, "孙车主"), "withdrawal", reason="与我无关")
    walk.to_result("agreement_full")
    draft_for(walk, "张经理", "王小明")
    for _each in range(3):
        walk.do("sign_agreement", answer="sign")
    walk.do("sign_as_mediator", confirmed=True)
    walk.do("seal_agreement", checked=True)
    assert len(db.session.scalar(select(Document).where(Document.kind == "agreement")).signature_fields) == 5
    assert closing(walk).outcome == "O01"


def test_a_text_that_names_somebody_who_left_while_it_was_signed_is_void_and_drafted_again(refer):
    walk = refer(parties=people())
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    for _each in range(5):
        walk.do("answer_invitation", agrees="yes", e_service=True)
    walk.to_result("agreement_full")
    draft_for(walk, "张经理", "王小明")
    does(walk, party(walk, "孙车主"), "withdrawal", reason="与我无关")
    assert walk.open() == ["draft_agreement"] and not agreement.is_fixed(walk.case_id)
    assert [made.status for made in agreement.versions(walk.case_id)] == ["void"]
    draft_for(walk, "张经理", "王小明")
    assert walk.open().count("sign_agreement") == 4 and agreement.is_fixed(walk.case_id)


def draft_for(walk, debtor: str, creditor: str) -> None:
    day = (walk.case.received_at + timedelta(days=60)).date().isoformat()
    duty = {"kind": "payment", "debtor": str(party(walk, debtor).id), "creditor": str(party(walk, creditor).id), "method": "转账",
            "amount": "8000.00", "due_on": day, "account": "", "text": ""}
    walk.do("draft_agreement", terms=[duty], facts="双方对事实无争议。", final_clause="一次性了结。")


def test_one_of_two_respondents_who_refuses_does_not_end_it_for_the_other(refer):
    walk = refer(parties=people()[:4])
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    for answer in ("yes", "yes", "no", "yes"):
        walk.do("answer_invitation", agrees=answer, reason="与我无关")
    assert walk.open() == ["plan_session"]
    assert [person.name for person in parties.current(walk.case, "respondent")] == ["李保人"]


def test_a_third_party_joins_when_it_says_yes_and_is_bound_by_nothing_before(refer):
    walk = refer()
    walk.to_mediation()
    does(walk, "mediator", "third", name="孙保证", kind="natural", phone="16600009999", reason="系保证人")
    assert len(parties.current(walk.case)) == 2 and walk.open() == ["answer_joining", "plan_session"]
    day = (walk.case.received_at + timedelta(days=4)).isoformat()
    walk.do("plan_session", planned_at=day, mode="on_site", place="调解中心一号室")  # others are told of it meanwhile
    walk.do("answer_joining", agrees="yes")
    assert [person.name for person in parties.current(walk.case, "third")] == ["孙保证"]
    walk.do("hold_session", result="agreement_full")
    draft_for(walk, "京华银行股份有限公司", "王小明")
    for _each in range(3):
        walk.do("sign_agreement", answer="sign")
    walk.do("sign_as_mediator", confirmed=True)
    walk.do("seal_agreement", checked=True)
    assert closing(walk).outcome == "O01"


def test_the_three_days_of_contact_run_from_acceptance_whatever_happens_meanwhile(refer):
    walk = refer()
    walk.do("accept_referral", decision="accept")
    due = term(walk, "T05").due_at
    walk.pass_time(days=1)
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    assert db.session.scalars(select(UserTask.due_at).where(UserTask.element == "answer_invitation")).all() == [due]
    assert len(db.session.scalars(select(Deadline).where(Deadline.term == "T05")).all()) == 1


def test_nobody_but_those_concerned_is_offered_an_act(refer):
    walk = refer()
    walk.to_mediation()
    everybody = ("mediator", "coordinator", "clerk", "handler")
    offered = {who: set(acts.offered(walk.world.actor(who), walk.case)) for who in everybody}
    assert offered["handler"] == {"withdrawal", "recusal", "change", "designation"}
    assert offered["coordinator"] == {"suspicion", "transfer", "unable", "co_wanted"}
    assert offered["mediator"] == {"extension", "withdrawal", "disclosure", "appraisal", "third", "impossible", "suspicion",
                                   "step_down"}
    assert offered["clerk"] == {"withdrawal", "return", "suspicion"}
    with transaction(), pytest.raises(acts.NotPossibleNow):
        acts.tell(walk.world.actor("clerk"), walk.case, "suspended", {"suspended_suspension": "resume", "suspended_reason": "x"})
