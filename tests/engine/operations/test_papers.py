"""Operations that print: every paper of a case's way, made from the register."""

import subprocess

import pytest

from engine import clock, storage
from engine.cases import outcomes
from engine.cases.models import Case, Referral
from engine.db import db, transaction
from engine.documents import shelf, verify
from engine.documents.models import Document
from engine.mediation import agreement, sessions
from engine.mediation.models import MediationSession
from engine.operations.operation import Rejected
from engine.workflow.models import UserTask, WaitStatus

TERM = {"kind": "payment", "debtor": "京华银行股份有限公司", "creditor": "王小明", "amount": "8000.00", "due_on": "2030-03-31",
        "method": "银行转账", "account": "尾号6789"}


def paper(made) -> Document:
    return db.session.get(Document, made["document_id"], populate_existing=True)


@pytest.mark.parametrize("template", ["referral_receipt", "acceptance_notice", "mediation_notice", "rights_notice"])
def test_the_papers_of_the_beginning_are_made_from_the_register(mediated, template):
    document = paper(mediated.call("documents.generate", template=template))

    assert storage.get(document.sha256).startswith(b"%PDF-") and document.pages >= 1
    assert document.kind == template and document.number.startswith("（") and len(document.check_code) == 9


def test_what_the_organisation_alone_issues_carries_its_seal_and_verifies(mediated):
    document = paper(mediated.call("documents.generate", template="referral_receipt"))

    found = verify.verify(storage.get(document.sha256), document.frozen_sha256)
    assert found.is_complete and found.signatures[0].name == "京华银行业保险业纠纷调解中心"
    assert [(one.kind, one.method) for one in document.signatures] == [("organisation", "standing_seal")]


def test_a_refused_referral_is_answered_with_the_reason(bench):
    with transaction():
        outcomes.conclude(db.session.get(Case, bench.case_id), "O16", "不属于受理范围", "协调员甲")

    assert paper(bench.call("documents.generate", template="referral_receipt", reason="不属于受理范围")).pages == 1


def test_the_minutes_say_who_was_there_and_what_was_said(mediated):
    made = mediated.call("mediation.plan_session", planned_at="2030-01-15T14:30")
    with transaction():
        session = sessions.of_case(mediated.case_id)[0]
        session.minutes = "王小明：手续费没有告知。\n双方同意继续协商。"

    document = paper(mediated.call("documents.generate", template="session_minutes", audience="mediation"))

    assert document.audience == "mediation" and made["session_id"] == session.id


def held(mediated, **session) -> MediationSession:
    """A session of the case that took place."""
    mediated.call("mediation.plan_session", **{"planned_at": "2030-01-15T14:30", "mode": "video"} | session)
    return sessions.of_case(mediated.case_id)[0]


def words_of(document: Document) -> str:
    told = subprocess.run(["pdftotext", "-raw", "-", "-"], input=storage.get(document.sha256), capture_output=True, check=True)
    return "".join(told.stdout.decode().split())


def test_the_mediators_own_note_never_comes_into_the_minutes(mediated):
    held(mediated)
    with transaction():
        db.session.add(UserTask(
            instance_id=mediated.instance_id, case_id=mediated.case_id, token="t-1", element="hold_session", title="主持调解会议",
            process_key="mediation", role="mediator", status=WaitStatus.DONE, closed_at=clock.now(), completed_by="李调解",
            data={}, answers={"result": "too_far_apart", "session_note": "银行私下说最多让到五千元"}))

    document = paper(mediated.call("documents.generate", template="session_minutes", audience="mediation"))

    assert "五千元" not in words_of(document)


def test_minutes_say_who_confirmed_them_on_line_and_have_no_empty_place_to_sign(mediated):
    seats = held(mediated).attendances
    with transaction():
        first = next(seat for seat in seats if seat.participant.side == "applicant")
        first.minutes_answer, first.minutes_answered_at = "confirmed", clock.now()

    document = paper(mediated.call("documents.generate", template="session_minutes", audience="mediation"))

    assert document.signature_fields == []
    assert "确认无误" in words_of(document) and "尚未在线核对" in words_of(document)


def test_minutes_of_a_meeting_in_person_are_signed_on_the_printed_sheet(mediated):
    held(mediated, mode="on_site", place="调解中心一号室")

    assert "请各方核对无误后签名" in words_of(paper(mediated.call("documents.generate", template="session_minutes")))


@pytest.mark.parametrize("outcome", ["O07", "O08", "O11", "O12"])
def test_a_failed_mediation_ends_with_a_notice_and_a_report(mediated, outcome):
    mediated.call("cases.conclude", outcome=outcome, reason="分歧较大")

    notice = paper(mediated.call("documents.generate", template="termination_notice", reason="分歧较大"))
    report = paper(mediated.call("documents.generate", template="court_report", audience="court"))

    assert notice.audience == "filing" and report.audience == "court" and len(report.signatures) == 1


def test_a_case_that_never_had_a_mediator_can_be_reported_too(bench):
    bench.call("cases.conclude", outcome="O17", reason="逾期未确认")

    assert paper(bench.call("documents.generate", template="court_report", audience="court")).signatures


def test_papers_of_a_kind_are_counted(mediated):
    first = paper(mediated.call("documents.generate", template="mediation_notice")).number
    second = paper(mediated.call("documents.generate", template="mediation_notice"))

    assert second.number == first.removesuffix("号") + "-2号"


def test_a_call_that_runs_twice_leaves_one_paper(mediated):
    ready = mediated.prepare("documents.generate", template="rights_notice")
    made = [mediated.run("documents.generate", ready) for _attempt in range(2)]

    kept = [mediated.record("documents.generate", each, ready)["document_id"] for each in made]
    assert kept[0] == kept[1] and db.session.query(Document).count() == 1


def test_an_agreement_is_frozen_with_the_hash_that_signers_see(mediated):
    made = mediated.call("mediation.freeze_agreement", terms=[TERM], facts="手续费争议。")

    document = paper(made)
    assert made["sha256"] == document.frozen_sha256 == document.sha256
    assert document.signature_fields == ["party_1", "party_2", "mediator", "organisation"]
    assert document.audience == "mediation"  # the court does not see what may still fail


def test_terms_that_nobody_could_enforce_are_rejected_before_anything_is_printed(mediated):
    with pytest.raises(Rejected) as refusal:
        mediated.call("mediation.freeze_agreement", terms=[TERM | {"amount": "", "debtor": "谁"}])

    assert refusal.value.code == "agreement_incomplete" and "amount" in refusal.value.why and "debtor" in refusal.value.why
    assert db.session.query(Document).count() == 0


def test_a_new_version_makes_the_earlier_one_void(mediated):
    first = mediated.call("mediation.freeze_agreement", terms=[TERM])
    second = mediated.call("mediation.freeze_agreement", terms=[TERM | {"amount": "9000.00"}])

    assert [(one.id, one.status) for one in agreement.versions(mediated.case_id)] == [
        (first["agreement_id"], "void"), (second["agreement_id"], "frozen")]


def test_a_referral_without_a_case_number_is_answered_under_the_courts_reference(mediated):
    with transaction():
        case = db.session.get(Case, mediated.case_id)
        case.court_number = ""
        db.session.add(
            Referral(case_id=case.id, sender_id=case.court_id, external_ref="R-77", channel="api", body={}, body_hash="")
        )

    assert paper(mediated.call("documents.generate", template="referral_receipt")).pages


def test_a_paper_is_found_on_the_shelf_by_the_code_printed_on_it(mediated):
    made = mediated.call("documents.generate", template="rights_notice")
    document = db.session.get(Document, made["document_id"])
    assert shelf.by_check_code(document.check_code.lower()).id == document.id
    assert shelf.find(mediated.case_id, "rights_notice").id == document.id
