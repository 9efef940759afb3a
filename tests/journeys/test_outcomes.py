"""Every end a case may have here is reached, and leaves what the law asks for."""

import pytest
from sqlalchemy import select

from engine.cases.models import Closing
from engine.db import db, transaction
from engine.documents.models import Document
from engine.workflow import runtime


def ended(walk) -> str:
    """The outcome on record; the case must be closed and its process over."""
    walk.to_the_end()
    assert walk.case.is_closed, walk.open()
    return db.session.scalar(select(Closing.outcome).where(Closing.case_id == walk.case_id))


def kinds(walk) -> set[str]:
    return set(db.session.scalars(select(Document.kind).where(Document.case_id == walk.case_id)))


def test_o16_the_organisation_does_not_accept(refer):
    walk = refer()
    walk.do("accept_referral", decision="refuse", refusal_reason="out_of_scope", reason="不属于章程范围")
    assert ended(walk) == "O16"


def test_o17_the_organisation_does_not_answer_in_time(refer):
    walk = refer()
    walk.work()
    walk.pass_time(days=12)
    assert ended(walk) == "O17"


def test_o08_the_respondent_refuses(refer):
    walk = refer()
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    walk.do("answer_invitation", agrees="no", reason="已另行处理")
    assert ended(walk) == "O08"
    assert {"termination_notice", "court_report"} <= kinds(walk)


def test_o09_the_respondent_cannot_be_reached(refer):
    walk = refer()
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    walk.pass_time(days=8)
    walk.do("report_contact", contact="unreachable", reason="三次电话、短信均无回应")
    assert ended(walk) == "O09"


@pytest.mark.parametrize("result, outcome", [
    ("performed", "O05"), ("too_far_apart", "O11"), ("applicant_withdraws", "O07"), ("respondent_unwilling", "O10"),
])
def test_what_a_session_ends_with_ends_the_case(refer, result, outcome):
    walk = refer()
    walk.to_mediation()
    walk.to_result(result)
    assert ended(walk) == outcome


def test_o07_the_court_withdraws_the_referral(refer):
    walk = refer()
    walk.to_mediation()
    with transaction():
        runtime.receive_message(walk.case_id, "withdrawal", {"reason": "原告撤回起诉"}, "court", "w-1", by="court")
    assert ended(walk) == "O07"


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


def test_o13_nobody_signs_in_time(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.pass_time(days=20)
    assert ended(walk) == "O13"


def test_o02_an_agreement_on_a_part(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_partial")
    walk.to_signing(remainder="违约金部分另行主张。")
    walk.to_effect()
    assert ended(walk) == "O02"


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
        runtime.receive_message(
            walk.case_id, "extension_requested", {"days": 30, "reason": "等待鉴定"}, "user:1", "x-1", by="李调解"
        )
    walk.work()
    while "consent_extension" in walk.open():
        walk.do("consent_extension", agrees="yes")
    walk.pass_time(days=45)
    assert "plan_session" in walk.open()
