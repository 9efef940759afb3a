"""Is the claimant a consumer, a business or an institution (DOMAIN X11)?"""

from datetime import date

import pytest

from engine.cases import claimants, intake
from engine.db import db, transaction
from engine.inbox.asking import apply_forms
from engine.mediation.models import OrganisationProfile
from engine.operations.assign_organisation import candidates
from engine.tracks import commitments
from tests import personas

PERSON, FIRM, BANK = ({"side": "applicant", "kind": "natural"}, {"side": "applicant", "kind": "legal"},
                      {"side": "applicant", "kind": "legal", "body": "JHYH"})


@pytest.mark.parametrize(("party", "told", "kind"), [
    (PERSON, "", "consumer"), (PERSON, "business", "business"), (FIRM, "consumer", "business"), (BANK, "", "institution"),
    (PERSON, "institution", "consumer")])
def test_who_claims_decides_and_only_of_a_person_may_the_sender_say_otherwise(party, told, kind):
    assert claimants.decide([party, {"side": "respondent", "kind": "legal", "body": "JHYH"}], told) == kind


def test_consumer_disputes_are_outside_the_commercial_mediation_regulation_and_it_holds_from_may_2026():
    kinds = claimants.every()
    assert not kinds["consumer"].is_commercial_on(date(2027, 1, 1))
    assert not kinds["business"].is_commercial_on(date(2026, 4, 30)) and kinds["business"].is_commercial_on(date(2026, 5, 1))


def test_a_commercial_organisation_takes_no_consumers_dispute(world, shipped):
    with transaction():
        db.session.get(OrganisationProfile, world.organisation.id).kind = "commercial"
        court = world.actor("court_system")
        consumers, merchants = (intake.accept(court, personas.referral(f"R-{told}", claimant=told)) for told in claimants.TOLD)
        offered = [{one["id"] for one in candidates(case, "", "", [])} for case in (consumers, merchants)]
        question = next(each for each in apply_forms.form("against", {}).questions if each.key == "organisation")
        asked = {one.value for one in question.values}
    assert [world.organisation.code in one for one in (*offered, asked)] == [False, True, False]


def test_a_merchants_case_is_no_consumers_and_takes_no_fast_track(world, shipped):
    with transaction():
        court = world.actor("court_system")
        cases = [intake.accept(court, personas.referral(f"R-{told}", claimant=told)) for told in claimants.TOLD]
        assert [case.claimant for case in cases] == list(claimants.TOLD)
        assert commitments.sides(cases[0])[0] is not None and commitments.sides(cases[1]) == (None, None)
