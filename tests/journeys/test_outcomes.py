"""Every end a case may have here is reached, and leaves what the law asks for."""

import subprocess
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine import storage
from engine.access.actor import Actor
from engine.access.models import Body
from engine.cases.models import Closing
from engine.courts import messages
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.inbox.asking import acts
from engine.mediation.models import Agreement
from engine.notices.models import Notice, Serving
from engine.workflow import messages as told
from engine.workflow.models import CallStatus, OperationCall


def ended(walk) -> str:
    """The outcome on record; the case must be closed and its process over."""
    walk.to_the_end()
    assert walk.case.is_closed, walk.open()
    return db.session.scalar(select(Closing.outcome).where(Closing.case_id == walk.case_id))


def kinds(walk) -> set[str]:
    return set(db.session.scalars(select(Document.kind).where(Document.case_id == walk.case_id)))


def titles(walk) -> list[str]:
    return list(db.session.scalars(select(Document.title).where(Document.case_id == walk.case_id)))


def told_to_the_court(walk) -> dict:
    return messages.outcome(walk.case)


def end_it(walk, side: str) -> None:
    """A party says on its own page (or as staff of an institution) that it will not go on."""
    person = next(one for one in walk.case.participants if one.side == side and one.role == "party")
    actor = walk.world.actor("handler") if person.body_id else Actor.of_party(walk.link(person.id), person)
    with transaction():
        acts.tell(actor, walk.case, "withdrawal", {"reason": "不再调解"})
    walk.work()


def test_o16_the_organisation_does_not_accept(refer):
    walk = refer()
    walk.do("accept_referral", decision="refuse", refusal_reason="out_of_scope", reason="不属于章程范围")
    assert ended(walk) == "O16"
    assert kinds(walk) == {"referral_receipt", "handover_list"}
    assert {paper["kind"] for paper in told_to_the_court(walk)["documents"]} == {"referral_receipt", "handover_list"}


def test_o22_an_application_outside_the_scope_is_answered_with_a_notice_of_non_acceptance(apply):
    walk = apply()
    walk.do("review_application", decision="refuse", refusal_reason="out_of_scope", reason="不属于章程范围")
    assert ended(walk) == "O22"
    assert titles(walk) == ["不予受理通知书"]


def test_o17_the_organisation_does_not_answer_in_time(refer):
    walk = refer()
    walk.work()
    walk.pass_time(days=12)
    assert ended(walk) == "O17"
    assert kinds(walk) == {"no_answer_notice"}, "an organisation that never answered reports and seals nothing"
    notice = db.session.scalar(select(Document).where(Document.kind == "no_answer_notice"))
    assert not notice.signatures and [row["result"] for row in notice.told["asked"]] == ["逾期未确认"]
    assert [paper["kind"] for paper in told_to_the_court(walk)["documents"]] == ["no_answer_notice"]
    closing = db.session.scalar(select(Closing))
    assert closing.reason and closing.decided_by == "clock"


def test_o08_the_respondent_refuses(refer):
    walk = refer()
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    walk.do("answer_invitation", agrees="no", reason="已另行处理", reason_code="decided")
    assert ended(walk) == "O08"
    assert {"termination_notice", "court_report"} <= kinds(walk)


def test_o09_the_respondent_cannot_be_reached(refer):
    walk = refer()
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    walk.pass_time(days=8)
    walk.do("report_contact", contact="unreachable", contact_reason="三次电话、短信均无回应")
    assert ended(walk) == "O09"


@pytest.mark.parametrize("result, outcome, by", [
    ("performed", "O05", "parties"), ("too_far_apart", "O11", "李调解"), ("applicant_withdraws", "O07", "李调解"),
    ("respondent_unwilling", "O10", "李调解"),
])
def test_what_a_session_ends_with_ends_the_case_and_who_was_only_heard_did_not_decide(refer, result, outcome, by):
    walk = refer()
    walk.to_mediation()
    walk.to_result(result)
    assert ended(walk) == outcome
    closing = db.session.scalar(select(Closing).where(Closing.case_id == walk.case_id))
    assert closing.decided_by == told_to_the_court(walk)["data"]["decided_by"] == by and closing.reason
    report = db.session.scalar(select(Document).where(Document.kind == "court_report"))
    assert report.told["decided_by"] == {"parties": "各方当事人"}.get(by, by)


def served(walk, kind: str) -> int:
    """On how many people papers of this kind are served."""
    asked = select(Document.id).where(Document.case_id == walk.case_id, Document.kind == kind)
    return len(db.session.scalars(select(Serving.id).where(Serving.document_id.in_(asked))).all())


def test_o05_what_was_performed_on_the_spot_stands_in_a_paper_served_on_both(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("performed")
    assert ended(walk) == "O05"
    paper = db.session.scalar(select(Document).where(Document.kind == "performance_record"))
    assert (paper.told["amount"], paper.told["remark"]) == ("8,000.00", "被申请人当场转账八千元")
    assert served(walk, "performance_record") == 2
    assert "performance_record" in {one["kind"] for one in told_to_the_court(walk)["documents"]}


def test_the_hand_over_list_is_made_before_the_report_and_says_the_same_as_the_register(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("too_far_apart")
    assert ended(walk) == "O11"
    listed, told = db.session.scalar(select(Closing.handed_over)), told_to_the_court(walk)
    paper = db.session.scalar(select(Document).where(Document.kind == "handover_list"))
    assert [(one["name"], one["pages"]) for one in listed] == [(one["name"], one["pages"]) for one in paper.told["items"]]
    assert listed == told["data"]["handed_over"] and paper.sha256 in {one["sha256"] for one in told["documents"]}
    forms = {one["name"]: one["form"] for one in listed}
    assert (forms["起诉状"], forms["身份证明"], forms["调解情况报告"]) == ("original", "electronic", "e_original")
    sent = db.session.scalar(select(OperationCall).where(OperationCall.operation == "courts.report_outcome"))
    made = db.session.scalar(select(OperationCall).where(OperationCall.operation == "cases.hand_over"))
    assert made.id < sent.id


@pytest.mark.parametrize("result, words", [("applicant_withdraws", "撤回调解申请不等于放弃权利"), ("too_far_apart", "")])
def test_the_notice_of_the_end_says_what_this_end_means(refer, result, words):
    walk = refer()
    walk.to_mediation()
    walk.to_result(result)
    walk.to_the_end()
    notice = db.session.scalar(select(Document).where(Document.kind == "termination_notice"))
    assert words in notice.told.get("word", "") and notice.told["outcome"].startswith(walk.case.outcome)


def test_o07_the_court_withdraws_the_referral(refer):
    walk = refer()
    walk.to_mediation()
    with transaction():
        told.receive(walk.case_id, "withdrawal", {"reason": "原告撤回起诉"}, "court", "w-1", by="court")
    assert ended(walk) == "O07"


def test_o10_a_party_that_will_not_even_come_is_not_summoned_to_a_session_first(refer):
    walk = refer()
    walk.to_mediation()
    walk.do("plan_session", mode="no_session", result="respondent_unwilling", reason="电话中明确表示不再调解")
    assert ended(walk) == "O10"
    assert "session_minutes" not in kinds(walk)


def test_the_notice_of_mediation_says_when_and_where(refer):
    walk = refer()
    walk.to_mediation()
    walk.do("plan_session", planned_at="2030-01-15T14:30", mode="on_site", place="调解中心一号室")
    newest = db.session.scalar(select(Document).where(Document.kind == "mediation_notice").order_by(Document.id.desc()))
    text = subprocess.run(["pdftotext", "-", "-"], input=storage.get(newest.sha256), capture_output=True, check=True).stdout
    assert "2030年1月15日14:30" in "".join(text.decode().split())


def test_o12_the_term_runs_out(refer):
    walk = refer()
    walk.to_mediation()
    walk.pass_time(days=60)
    assert ended(walk) == "O12"


def test_o13_a_party_refuses_to_sign(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.do("sign_agreement", answer="refuse", reason="金额有误")
    assert ended(walk) == "O13"
    assert db.session.scalar(select(Closing.reason)).endswith("拒绝签署调解协议")


def test_o07_the_applicant_withdraws_after_agreeing_but_before_everybody_signed(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    end_it(walk, "applicant")
    assert ended(walk) == "O07"
    assert db.session.scalar(select(Agreement.status)) == "void"


def test_o07_the_applicant_withdraws_while_the_agreement_is_drafted(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    end_it(walk, "applicant")
    assert ended(walk) == "O07"


@pytest.mark.parametrize("until, outcome", [("consent", "O08"), ("planning", "O08"), ("session", "O10"), ("signing", "O10")])
def test_a_respondent_who_ends_the_mediation_refuses_it_before_the_first_session_and_does_not_go_on_afterwards(
        refer, until, outcome):
    walk = refer()
    if until == "consent":
        walk.do("accept_referral", decision="accept")
        walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
        walk.do("disclose_conflicts", conflict="none")
    else:
        walk.to_mediation()
    if until == "session":
        walk.to_result("another_session")
    if until == "signing":
        walk.to_result("agreement_full")
        walk.to_signing()
    end_it(walk, "respondent")
    assert ended(walk) == outcome


def test_every_ending_says_who_brought_it_about(refer):
    walk = refer()
    walk.to_mediation()
    end_it(walk, "applicant")
    assert ended(walk) == "O07"
    assert db.session.scalar(select(Closing.decided_by)) == "王小明"


def test_the_court_has_the_agreement_as_soon_as_it_is_in_force(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    assert "join_application" in walk.open()
    call = db.session.scalar(select(OperationCall).where(OperationCall.element == "file_agreement"))
    assert call.status == CallStatus.DONE


def test_without_a_competent_court_the_agreement_simply_stays_a_contract(apply):
    walk = apply()
    with transaction():
        for court in db.session.scalars(select(Body).where(Body.kind == "court")):
            court.is_active = False
    walk.do("review_application", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    while "answer_invitation" in walk.open():
        walk.do("answer_invitation", agrees="yes", e_service=True)
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    while "join_application" in walk.open():
        walk.do("join_application", joins="yes", truthful=True)
    assert walk.open() == ["note_performance"]


def test_o13_nobody_signs_in_time(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    clock_of_signing = db.session.scalar(select(Deadline).where(Deadline.case_id == walk.case_id, Deadline.term == "TSIGN"))
    assert clock_of_signing.status == "running"
    walk.pass_time(days=20)
    assert ended(walk) == "O13"


def test_o02_an_agreement_on_a_part(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_partial")
    walk.to_signing(remainder="违约金部分另行主张。")
    walk.to_effect()
    assert ended(walk) == "O02"
    closing = db.session.scalar(select(Closing))
    assert closing.decided_by == "parties" and closing.reason.startswith("各方就部分争议达成调解协议")


def test_an_application_to_the_organisation_runs_without_a_court(apply):
    walk = apply()
    walk.do("review_application", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    while "answer_invitation" in walk.open():
        walk.do("answer_invitation", agrees="yes", e_service=True)
    walk.to_result("too_far_apart")
    assert ended(walk) == "O11"
    assert walk.case.court_id is None


def test_a_term_that_everybody_agrees_to_extend_does_not_run_out(refer):
    walk = refer()
    walk.to_mediation()
    with transaction():
        told.receive(
            walk.case_id, "extension_requested", {"days": 30, "reason": "等待鉴定", "by": "李调解"}, "user:1", "x-1", by="李调解"
        )
    walk.work()
    while "consent_extension" in walk.open():
        walk.do("consent_extension", agrees="yes")
    with transaction(write=False):
        paper = db.session.scalar(select(Document).where(Document.kind == "extension_consent"))
        term = db.session.scalar(select(Deadline).where(Deadline.case_id == walk.case_id, Deadline.term == "T06"))
    assert paper.audience == "filing", "it goes to the court with the result"
    assert [one["name"] for one in paper.told["consents"]] == [one["name"] for one in term.extensions[-1]["consents"]]
    assert [(one["role"], one["way"][:4]) for one in paper.told["consents"]] == [("申请人", "本人短信"), ("被申请人", "平台账号")]
    assert (paper.told["asked_by"], paper.told["reason"], paper.told["days"]) == ("李调解", "等待鉴定", "30")
    assert date.fromisoformat(paper.told["new"]) - date.fromisoformat(paper.told["old"]) >= timedelta(days=30)
    assert {"extension", "term_extended"} <= set(db.session.scalars(select(Notice.template)))
    said = messages.progress(walk.case, "extended")
    assert said["data"]["term"]["extensions"] == [{"days": 30, "old": term.extensions[0]["old"], "new": term.due_at.isoformat(),
                                                   "reason": "等待鉴定"}]
    assert [one["kind"] for one in said["documents"]] == ["extension_consent"]
    walk.pass_time(days=45)
    assert "plan_session" in walk.open()


def test_another_organisation_is_asked_when_the_first_does_not_answer_and_the_court_named_none(refer):
    walk = refer(sector="insurance", category="insurance_claim", region="310115", organisation=None)
    walk.work()
    assert walk.case.organisation.code == "HDBX"

    walk.pass_time(days=12)
    assert walk.case.organisation.code == "BJJR"
    walk.do("accept_referral", decision="accept")
    assert "assign_mediator" in walk.open()


def test_o17_where_the_court_designated_the_organisation_only_the_court_may_designate_another(refer):
    walk = refer(sector="insurance", category="insurance_claim", region="310115", organisation="HDBX")
    walk.work()
    walk.pass_time(days=12)
    assert ended(walk) == "O17"


def test_a_mediator_with_something_to_disclose_does_not_go_on_unknown_to_the_parties(refer):
    walk = refer()
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="disclosed", disclosure="持有该行少量股票")
    assert walk.open() == ["answer_disclosure", "answer_disclosure"] and walk.case.mediator_id is None
    walk.do("answer_disclosure", stands="object")
    assert walk.open() == ["assign_mediator"] and walk.case.mediator_id is None
