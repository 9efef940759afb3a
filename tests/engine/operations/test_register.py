"""Operations that only write rows: organisation, register number, outcome, mediator, session, closing."""

import pytest

from engine.access.models import Participant
from engine.cases.models import Closing
from engine.db import db, transaction
from engine.mediation.models import MediationSession, MediatorProfile
from engine.operations.operation import Rejected
from tests import factories


def test_a_case_goes_to_the_organisation_of_the_code(bench):
    assert bench.call("cases.assign_organisation", organisation="HDBX") == {"organisation": "HDBX"}
    assert bench.case.organisation_id == bench.world.other_organisation.id


def test_a_code_of_nobody_is_rejected_for_the_diagram_to_decide(bench):
    with pytest.raises(Rejected) as refusal:
        bench.call("cases.assign_organisation", organisation="沪0115")

    assert refusal.value.code == "no_organisation"
    assert bench.case.organisation_id == bench.world.organisation.id


def test_accepting_gives_the_next_number_once(bench):
    first = bench.call("cases.accept")["organisation_number"]

    assert bench.call("cases.accept")["organisation_number"] == first
    assert first.endswith("BJJR调字第000001号") and bench.case.accepted_at


def test_a_later_outcome_replaces_the_earlier(bench):
    bench.call("cases.conclude", outcome="O01", reason="各方同意")
    bench.call("cases.conclude", outcome="O13", reason="一方拒签")

    closing = db.session.query(Closing).one()
    assert (bench.case.outcome, closing.outcome, closing.reason) == ("O13", "O13", "一方拒签")


def test_a_closed_case_says_when(bench):
    bench.call("cases.close")

    assert bench.case.is_closed and bench.case.stage == "closed"


def test_mediators_are_proposed_fittest_first(bench):
    with transaction():
        db.session.get(MediatorProfile, bench.world.mediator.id).former_employers = ["JHYH"]
        busy = factories.case(organisation_id=bench.world.organisation.id, mediator_id=bench.world.other_mediator.id)

    found = bench.call("mediation.propose_mediators")["candidates"]

    assert [one["name"] for one in found] == ["王调解", "李调解"]
    assert found[0]["load"] == 1 and found[0]["speciality_match"] and not found[0]["conflict"]
    assert found[1]["conflict"] and found[1]["conflict_with"] == "京华银行股份有限公司"
    assert busy.id


def test_whom_nobody_should_be_offered_is_left_out(bench):
    def names():
        return [one["name"] for one in bench.call("mediation.propose_mediators", only_fit=True)["candidates"]]
    one = bench.world.mediator.id
    assert len(names()) == 2
    for attribute, value in (("former_employers", ["JHYH"]), ("courts", ["京0102"]), ("load_limit", 0)):
        with transaction():
            profile = db.session.get(MediatorProfile, one)
            before = getattr(profile, attribute)
            setattr(profile, attribute, value)
        assert names() == ["王调解"], attribute
        with transaction():
            setattr(db.session.get(MediatorProfile, one), attribute, before)


def test_who_once_worked_for_a_party_is_not_appointed(bench):
    with transaction():
        db.session.get(MediatorProfile, bench.world.mediator.id).former_employers = ["JHYH"]

    with pytest.raises(Rejected) as refusal:
        bench.call("mediation.appoint", mediator=bench.world.mediator.id)

    assert refusal.value.code == "conflict_of_interest" and bench.case.mediator_id is None


def test_a_mediator_of_another_organisation_is_not_appointed(bench):
    with pytest.raises(Rejected) as refusal:
        bench.call("mediation.appoint", mediator=bench.world.outsider.id)

    assert refusal.value.code == "not_a_mediator"


def test_a_replaced_mediator_leaves_the_case(bench):
    bench.call("mediation.appoint", mediator=bench.world.mediator.id)
    bench.call("mediation.appoint", mediator=bench.world.other_mediator.id)

    seats = db.session.query(Participant).filter_by(case_id=bench.case_id, role="mediator").order_by(Participant.id).all()
    assert [(seat.name, seat.is_current) for seat in seats] == [("李调解", False), ("王调解", True)]


def test_a_session_expects_everybody_and_has_an_unguessable_room(mediated):
    made = mediated.call("mediation.plan_session", planned_at="2030-01-15T14:30", mode="video")

    session = db.session.get(MediationSession, made["session_id"])
    assert session.planned_at.isoformat() == "2030-01-15T06:30:00+00:00"  # a time without zone is Beijing's
    assert len(session.attendances) == 3 and len(session.room) >= 20


def test_planning_again_cancels_the_session_that_was_not_held(mediated):
    mediated.call("mediation.plan_session", planned_at="2030-01-15T14:30:00+08:00")
    mediated.call("mediation.plan_session", planned_at="2030-01-16T14:30:00+08:00", mode="on_site", place="滨江路1号")

    assert [one.status for one in db.session.query(MediationSession).order_by(MediationSession.id)] == ["cancelled", "planned"]
