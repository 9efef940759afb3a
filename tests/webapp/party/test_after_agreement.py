"""After the agreement: applying together, performing, the court's page, and what may still be asked for."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant
from engine.courts.models import CourtProfile
from engine.db import db, transaction
from engine.deadlines import due_at
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.inbox import tasks
from engine.inbox.asking import wishes
from engine.mediation.models import Agreement, Obligation
from engine.notices import serving
from engine.workflow import starts, versions
from engine.workflow.models import Instance, UserTask, Version
from tests.trodden import way
from tests.webapp.party.test_party import link_of

VERIFIED = {"verified_by": "on_site", "identities_checked": True, "warned": True, "attendance": "both",
            "statements": "双方均称自愿。"}
PNG = (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
       b"\x00\x00\x00\x00IEND\xaeB`\x82")


@pytest.fixture
def agreed(refer):
    """The agreement is in effect; the parties are asked whether they apply for confirmation."""
    walk = refer()
    with way.step("ruling_objection", "notarised_deed"), transaction():
        db.session.get(CourtProfile, walk.world.court.id).decides_here = True
        for key in ("ruling_objection", "notarised_deed"):
            starts.renew(versions.latest(key))
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    return walk


@pytest.fixture
def performing(agreed):
    """Nobody applies; the sums are due."""
    agreed.do("join_application", joins="no")
    agreed.pass_time(minutes=1)
    return agreed


def task(walk, element) -> UserTask:
    return db.session.scalar(select(UserTask).where(
        UserTask.case_id == walk.case_id, UserTask.element == element, UserTask.status == "open"))


def own(walk, element, side) -> UserTask:
    return db.session.scalar(select(UserTask).join(Participant, Participant.id == UserTask.participant_id).where(
        UserTask.case_id == walk.case_id, UserTask.element == element, UserTask.status == "open", Participant.side == side))


def test_whoever_is_asked_second_reads_that_the_other_has_applied_and_until_when(stranger, agreed):
    address = f"/p/{link_of(agreed)}/tasks/{own(agreed, 'join_application', 'applicant').id}"
    before = stranger.text(address)
    with transaction():
        tasks.complete(agreed.world.actor("handler"), own(agreed, "join_application", "respondent").id,
                       {"joins": "yes", "truthful": True})

    page = stranger.text(address)
    assert "不申请会怎样" in page and "24:00 截止" in page
    assert "您同意即为共同申请" in page and "您同意即为共同申请" not in before


def test_the_courts_page_lays_the_points_beside_the_agreement(agreed, browser):
    agreed.do("join_application", joins="yes", truthful=True)
    agreed.do("join_application", joins="yes", truthful=True)
    agreed.do("review_application_court", decision="accepted", both_present=True)
    agreed.do("verify_together", **VERIFIED)

    page = browser("judge").text(f"/inbox/tasks/{task(agreed, 'decide_confirmation').id}")

    assert "违反法律强制性规定" in page and "审查的调解协议" in page
    assert "应向王小明支付人民币8,000.00元（大写：人民币捌仟元整）" in page and "双方对事实无争议" in page
    assert 'data-item="agreement" class="is-there"' in page


def test_both_sides_see_what_is_due_and_how_far_it_is(stranger, performing):
    page = stranger.text(f"/p/{link_of(performing)}")

    assert "履行约定和进展" in page and "¥8,000.00" in page and 'data-status="pending"' in page


def test_the_creditors_word_ends_it(performing):
    performing.do("confirm_receipt", received="fully", received_on=clock.today().isoformat())

    assert performing.case.is_closed
    assert db.session.scalar(select(Obligation.status)) == "performed"


def test_a_debtor_reports_with_proof_that_both_sides_may_read(performing, browser):
    asked = own(performing, "report_performance", "respondent")
    answers = {"reported_amount": "8000.00", "reported_on": clock.today().isoformat(), "files": (io.BytesIO(PNG), "回单.png")}

    answer = browser("handler").post(f"/inbox/tasks/{asked.id}/complete", **answers)

    assert answer.status_code == 303
    document = db.session.scalar(select(Document).where(Document.kind == "performance_proof"))
    assert (document.audience, document.side, document.filename) == ("filing", "respondent", "回单.png")


def test_a_file_that_is_none_of_ours_changes_nothing(performing, browser):
    asked = own(performing, "report_performance", "respondent")
    answers = {"reported_amount": "8000.00", "reported_on": clock.today().isoformat(), "files": (io.BytesIO(b"MZ"), "a.exe")}

    answer = browser("handler").post(f"/inbox/tasks/{asked.id}/complete", **answers)

    assert answer.status_code == 422 and db.session.get(UserTask, asked.id).status == "open"


def test_a_party_asks_for_a_notarys_deed_and_everybody_is_asked(stranger, performing):
    token = link_of(performing)
    assert "办理赋强公证" in stranger.text(f"/p/{token}")

    assert stranger.post(f"/p/{token}/wishes/deed_wanted", reason="分期较长").status_code == 303
    performing.work()

    assert performing.open().count("accept_deed") == 2
    assert "wishes/deed_wanted" not in stranger.text(f"/p/{token}")


def test_a_ruling_can_be_objected_to_until_the_fifteenth_day(stranger, agreed):
    agreed.do("join_application", joins="yes", truthful=True)
    agreed.do("join_application", joins="yes", truthful=True)
    agreed.do("review_application_court", decision="accepted", both_present=True)
    agreed.do("verify_together", **VERIFIED)
    agreed.do("decide_confirmation", decision="confirmed")
    token = link_of(agreed)
    assert "对法院裁定提出异议" in stranger.text(f"/p/{token}")

    stranger.post(f"/p/{token}/wishes/ruling_objection", reason="协议处分了他人财产")
    agreed.work()
    agreed.do("receive_objection", timeliness="counted")
    agreed.do("decide_objection", objection_result="objection_upheld", court_reason="处分了他人财产")

    assert agreed.case.confirmation == "set_aside"
    assert db.session.scalar(select(Document.number).where(Document.kind == "procedure_ruling")).startswith("（")


def test_the_thirty_days_count_from_the_effect_of_the_agreement(agreed):
    made = db.session.scalar(select(Agreement).where(Agreement.case_id == agreed.case_id, Agreement.effective_at.is_not(None)))
    term = db.session.scalar(select(Deadline).where(Deadline.case_id == agreed.case_id, Deadline.term == "T14"))

    assert term.starts_at == made.effective_at
    assert term.due_at == due_at("T14", made.effective_at) == task(agreed, "join_application").due_at


def test_a_party_objects_within_fifteen_days_of_its_own_receipt(agreed):
    agreed.do("join_application", joins="yes", truthful=True)
    agreed.do("join_application", joins="yes", truthful=True)
    agreed.do("review_application_court", decision="accepted", both_present=True)
    agreed.do("verify_together", **VERIFIED)
    agreed.do("decide_confirmation", decision="confirmed")
    person = next(one for one in agreed.case.participants if one.side == "applicant" and one.role == "party")
    actor = Actor.of_party(agreed.link(person.id), person)

    def ends(served_at):
        with transaction():
            serving.newest(person.id, "ruling").served_at = served_at
        return {wish.message: wish.ends for wish in wishes.offered(actor, agreed.case)}

    received = clock.now() - timedelta(days=3)
    assert ends(None)["ruling_objection"] is None
    assert ends(received)["ruling_objection"] == due_at("T18", received)
    assert "ruling_objection" not in ends(clock.now() - timedelta(days=40))


def test_after_the_fifteenth_day_there_is_no_objection_any_more(stranger, agreed):
    agreed.do("join_application", joins="yes", truthful=True)
    agreed.do("join_application", joins="yes", truthful=True)
    agreed.do("review_application_court", decision="accepted", both_present=True)
    agreed.do("verify_together", **VERIFIED)
    agreed.do("decide_confirmation", decision="confirmed")
    with transaction():
        for row in serving.of_case(agreed.case_id):
            row.served_at = clock.now() - timedelta(days=20)
    token = link_of(agreed)

    assert "对法院裁定提出异议" not in stranger.text(f"/p/{token}")
    assert stranger.post(f"/p/{token}/wishes/ruling_objection", reason="太晚").status_code == 409
    assert db.session.scalar(select(Instance.id).join(Version).where(Version.process_key == "ruling_objection")) is None


def test_an_application_is_taken_back_before_the_ruling(stranger, agreed):
    agreed.do("join_application", joins="yes", truthful=True)
    agreed.do("join_application", joins="yes", truthful=True)
    agreed.do("review_application_court", decision="accepted", both_present=True)
    stranger.post(f"/p/{link_of(agreed)}/application/withdraw", reason="双方另行协商")
    agreed.work()

    agreed.do("decide_withdrawal", withdrawal_decision="allowed")

    assert agreed.case.confirmation == "withdrawn" and "verify_together" not in agreed.open()


@pytest.mark.parametrize("late", [False, True], ids=["in two years", "later"])
def test_a_default_under_a_confirmed_agreement_leads_to_enforcement_with_its_papers(agreed, late):
    agreed.do("join_application", joins="yes", truthful=True)
    agreed.do("join_application", joins="yes", truthful=True)
    agreed.do("review_application_court", decision="accepted", both_present=True)
    agreed.do("verify_together", **VERIFIED)
    agreed.do("decide_confirmation", decision="confirmed")
    agreed.pass_time(days=40)
    agreed.do("handle_default", default_result="default", default_remark="电话联系，明确表示不付")

    with transaction():
        asked = task(agreed, "ask_enforcement")
    assert Decimal(asked.data["owed"]) == Decimal("8000.00") and asked.data["enforceable_by"] == "ruling"
    term = db.session.scalar(select(Deadline).where(Deadline.case_id == agreed.case_id, Deadline.term == "T19"))
    last = db.session.scalar(select(Obligation.due_on))
    assert term.due_at == asked.due_at and term.starts_at.astimezone(clock.SHANGHAI).date() == last
    if late:
        agreed.pass_time(days=800)
        assert "ask_enforcement" not in agreed.open(), "offered on, with a warning: lateness is the debtor's to raise (T19)"
    asks = "ask_enforcement_late" if late else "ask_enforcement"
    agreed.do(asks, enforce="yes", principal="8000.00", interest=True, court="沪0115")
    kinds = set(db.session.scalars(select(Document.kind).where(Document.case_id == agreed.case_id)))
    assert {"performance_history", "enforcement_application"} <= kinds

    agreed.do("register_enforcement", decision="accepted")
    assert agreed.case.is_closed or "write_report" in agreed.open() or "note_performance" not in agreed.open()


def test_an_institution_asks_at_its_desk(performing, browser):
    page = browser("handler").text(f"/cases/{performing.case.number}")
    assert "办理赋强公证" in page

    answer = browser("handler").post(f"/cases/{performing.case.number}/wishes/deed_wanted", reason="客户要求")
    performing.work()

    assert answer.status_code == 303 and performing.open().count("accept_deed") == 2


def test_after_the_thirty_days_it_is_told_what_remains_possible(stranger, agreed):
    agreed.pass_time(days=32)
    assert agreed.case.confirmation == "lapsed"

    page = stranger.text(f"/p/{link_of(agreed)}")
    assert 'data-confirmation="lapsed"' in page and "支付令" in page
    assert "join_application" not in agreed.open()
