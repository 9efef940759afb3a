"""A referral becomes a case, or is refused with every reason."""

import pytest
from sqlalchemy import func, select

from engine.cases import facts, intake, regimes
from engine.cases.models import Case, Referral
from engine.cases.referral_rules import ReferralRefused
from engine.courts.models import CourtProfile
from engine.db import db, transaction
from engine.errors import Forbidden
from engine.mediation.models import Consent
from engine.workflow.models import UserTask
from tests import personas
from tests.engine.workflow.spiff.drawing import user
from tests.published import publish


@pytest.fixture
def ready(world):
    publish(user("accept_referral"), "start > accept_referral > end", key="court_mediation")
    publish(user("accept_referral"), "start > accept_referral > end", key="entrusted_mediation")
    publish(user("review_application"), "start > review_application > end", key="own_intake")
    return world


def accept(world, **changes):
    with transaction():
        return intake.accept(world.actor("court_system"), personas.referral(**changes))


def test_a_referral_becomes_a_case_with_its_parties_and_its_process(ready):
    case = accept(ready)
    assert (case.regime, case.court_id, case.institution_id) == ("A", ready.court.id, ready.bank.id)
    assert [(p.side, p.name) for p in case.participants] == [("applicant", "王小明"), ("respondent", "京华银行股份有限公司")]
    assert db.session.scalar(select(UserTask.case_id)) == case.id


def test_the_domicile_a_court_tells_of_is_kept_and_none_is_made_up(ready):
    referral = personas.referral()
    referral["parties"][0]["domicile"] = "310115"
    with transaction():
        case = intake.accept(ready.actor("court_system"), referral)
    assert [person.domicile for person in case.participants] == ["310115", ""]


def test_consents_that_the_court_recorded_come_along(ready):
    accept(ready)
    rows = list(db.session.scalars(select(Consent)))
    assert {(row.subject, row.is_given, row.channel) for row in rows} == {
        ("mediation", True, "court"),
        ("e_service", True, "court"),
    }


def test_the_same_reference_twice_names_the_case_it_became(ready):
    case = accept(ready)
    with pytest.raises(intake.ReferralAlreadyReceived, match=case.number):
        accept(ready)
    assert db.session.scalar(select(func.count(Case.id))) == 1


def test_every_fault_is_told_at_once_and_nothing_is_kept(ready):
    referral = personas.referral(amount="1.00", organisation="NOPE", court_number="（2024）京0102诉前调1号")
    referral["parties"][0]["id_number"] = "110105194912310021"
    referral["parties"][1]["domicile"] = "990101"
    with pytest.raises(ReferralRefused) as refusal, transaction():
        intake.accept(ready.actor("court_system"), referral)
    assert {p["pointer"] for p in refusal.value.problems} == {"/amount", "/organisation", "/court_number", "/parties/0/id_number",
                                                           "/parties/1/domicile"}
    assert db.session.scalar(select(func.count(Referral.id))) == 0


def test_a_civil_referral_filed_in_2025_is_refused_with_the_reason(ready):
    with pytest.raises(regimes.DocketingRequired, match="1 January 2025"):
        accept(ready, filed_on="2025-01-01", court_number=None)


def test_a_court_that_is_set_to_regime_a_may_still_refer_before_docketing(ready):
    with transaction():
        db.session.get(CourtProfile, ready.court.id).regime_setting = "A"
    assert accept(ready, filed_on="2025-03-01", court_number=None).regime == "A"
    numbered = accept(ready, external_ref="R-2", filed_on="2025-03-01", court_number="（2025）沪0115诉前调9号")
    assert (numbered.regime, numbered.court_number) == ("A", "（2025）沪0115诉前调9号")


def test_a_number_of_a_series_that_ended_is_taken_only_of_a_court_that_goes_on_with_it(ready):
    with pytest.raises(ReferralRefused) as refused, transaction():
        intake.accept(ready.actor("court_system"), personas.docketed(court_number="（2025）沪0115诉前调9号"))
    assert ("/court_number", "series-not-in-force") in [(one["pointer"], one["code"]) for one in refused.value.problems]


def test_an_institution_may_apply_to_the_organisation_itself(ready):
    with transaction():
        case = intake.apply(ready.actor("handler"), personas.application())
    assert (case.regime, case.court_id, case.channel) == ("C", None, "institution")
    with transaction(write=False):
        said = [(row.subject, row.channel, row.participant_id) for row in db.session.query(Consent)]
    bank = next(one for one in case.participants if one.body_id)
    assert said == [("mediation", "staff", bank.id), ("e_service", "staff", bank.id)]
    assert [one["id"] for one in facts.of(case.id)["parties_to_ask"]] == [one.id for one in case.participants if not one.body_id]


def test_what_a_person_agrees_to_on_the_public_page_came_by_their_own_link(ready):
    with transaction():
        case = intake.apply(personas.consumer(), personas.referral(court_number=None))
    with transaction(write=False):
        assert {row.channel for row in db.session.query(Consent)} == {"link"} and case.channel == "party"


def told_of_application(ready, parties) -> dict:
    with pytest.raises(ReferralRefused) as refused, transaction():
        intake.apply(ready.actor("handler"), personas.application() | {"parties": parties})
    return {fault["pointer"]: fault["code"] for fault in refused.value.problems}


def test_an_institution_says_nothing_for_the_other_side(ready):
    bank, customer = personas.application()["parties"]
    agent = {"name": "钱代理", "id_type": "resident_id", "id_number": "", "authority": "special"}
    own = [bank | {"agents": [agent]}, customer | {"consents": {"mediation": True, "e_service": None}, "agents": [agent]}]
    assert told_of_application(ready, own) == {
        "/parties/1/consents/mediation": "consent-of-another", "/parties/1/agents": "agent-of-another"}


def test_an_institution_that_is_no_party_cannot_apply(ready):
    bank, customer = personas.application()["parties"]
    assert told_of_application(ready, [bank | {"body": "AXBX", "consents": {}}, customer]) == {"/parties": "sender-no-party"}


def test_an_institution_does_not_make_its_customer_part_of_itself(ready):
    bank, customer = personas.application()["parties"]
    told = told_of_application(ready, [bank, customer | {"body": "JHYH", "consents": {"mediation": True}}])
    assert told == {"/parties/1/body": "person-no-institution", "/parties/1/consents/mediation": "consent-of-another"}
    both = [bank, customer | {"body": "JHYH", "kind": "legal"}]
    assert told_of_application(ready, both) == {"/parties": "sender-on-both-sides"}


def test_who_has_no_right_to_it_creates_no_case(ready):
    with pytest.raises(Forbidden), transaction():
        intake.accept(ready.actor("designer"), personas.referral(), court=ready.court)


def entrust(world, **changes):
    with transaction():
        return intake.accept(world.actor("court_system"), personas.docketed(**changes))


def test_a_docketed_case_is_taken_under_regime_b_with_its_docket(ready):
    case = entrust(ready)
    assert (case.regime, case.procedure, case.court_judge) == ("B", "ordinary", "沈秋白")
    assert case.court_number == "（2025）沪0115民初816号"
    assert case.docketed_on.isoformat() == "2025-03-03" and not case.during_trial


def docket(**changes) -> dict:
    return {"docketed_on": "2025-03-03", "procedure": "ordinary", "judge": "", "during_trial": False} | changes


@pytest.mark.parametrize("pointer, code, changes", [
    ("/court_number", "number-missing", {"court_number": None}),
    ("/court_number", "other-series", {"court_number": "（2024）沪0115诉前调9号", "docket": docket(docketed_on="2024-12-02"),
                                       "filed_on": "2024-11-30"}),
    ("/court_number", "other-year", {"court_number": "（2024）沪0115民初9号"}),
    ("/docket/docketed_on", "before-filing", {"docket": docket(docketed_on="2025-02-01")}),
    ("/docket/docketed_on", "in-the-future", {"docket": docket(docketed_on="2999-02-01")}),
])
def test_what_does_not_hold_of_a_docketed_case_is_told(ready, pointer, code, changes):
    with pytest.raises(ReferralRefused) as refusal:
        entrust(ready, **changes)
    assert (pointer, code) in {(fault["pointer"], fault["code"]) for fault in refusal.value.problems}
    assert db.session.scalar(select(func.count(Case.id))) == 0


def test_a_docketed_case_needs_the_recorded_consent_of_both_sides(ready):
    referral = personas.docketed()
    referral["parties"][1]["consents"] = {"mediation": None, "e_service": None}
    with pytest.raises(ReferralRefused) as refusal, transaction():
        intake.accept(ready.actor("court_system"), referral)
    assert [fault["pointer"] for fault in refusal.value.problems] == ["/parties/1/consents/mediation"]


def test_a_court_set_to_regime_a_entrusts_no_docketed_cases(ready):
    with transaction():
        db.session.get(CourtProfile, ready.court.id).regime_setting = "A"
    with pytest.raises(regimes.DocketedNotTaken):
        entrust(ready)


def test_the_causes_of_a_docketed_case_are_those_of_the_day_of_docketing(ready):
    cause = {"code": "115.2", "name": "信用卡纠纷", "list": "2026"}
    number = "（2026）沪0115民初816号"
    case = entrust(ready, cause=cause, filed_on="2025-12-30", court_number=number, docket=docket(docketed_on="2026-01-04"))
    assert case.cause_list == "2026"
    with pytest.raises(ReferralRefused):
        entrust(ready, external_ref="B-2", filed_on="2025-12-30", court_number=number, docket=docket(docketed_on="2026-01-04"))
