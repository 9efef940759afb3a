"""Model case and group: waiting by consent with the term standing still, an offer for each case, nobody's consent presumed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant
from engine.cases import outcomes
from engine.cases.models import Case
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.inbox.asking import acts, groups
from engine.mediation import consent
from engine.tracks import groups as kept
from engine.tracks.models import CaseGroup, Proposal

pytestmark = pytest.mark.db

OFFER = {"result": "法院认定该产品的手续费应当退还百分之四十。", "debtor": "respondent", "percent": "40", "due_days": "30"}


@pytest.fixture
def pair(refer):
    """A model case and another one, in a group of the organisation."""
    model, other = refer(), refer(external_ref="R-2", court_number="（2024）沪0115诉前调777号")
    for walk in (model, other):
        walk.to_mediation()
    with transaction():
        actor = model.world.actor("coordinator")
        group = groups.create(actor, {"name": "某产品手续费", "issues": "手续费是否明示"})
        became = groups.add(actor, group.id, f"{model.case.number}\n{other.case.number}")
        groups.choose_model(actor, group.id, model.case_id)
    return model, other, group.id, became


def waits(pair):
    _model, other, _group, _became = pair
    other.to_result("group_wait")
    other.do("consent_wait", agrees="yes")
    other.do("consent_wait", agrees="yes")
    return other


def result(pair):
    model, _other, group_id, _became = pair
    with transaction():
        outcomes.conclude(db.session.get(Case, model.case_id), "O11", "判决", "法院")
        groups.set_offer(model.world.actor("coordinator"), group_id, OFFER)
    with transaction():
        told = groups.contact(model.world.actor("coordinator"), group_id)
    model.work()
    return told


def state(walk) -> str:
    db.session.expire_all()
    return kept.member_of(walk.case_id).state


def test_a_parallel_case_waits_with_its_term_standing_still_until_the_model_has_its_result(pair):
    other = waits(pair)
    assert (state(other), other.open()) == ("waiting", [])
    row = db.session.scalar(select(Deadline).where(Deadline.case_id == other.case_id, Deadline.term == "T06"))
    assert row.status == "paused"
    other.pass_time(days=60)
    assert other.case.outcome == "" and result(pair) == 1
    assert (state(other), other.open()) == ("offered", ["answer_group_offer", "answer_group_offer"])


def test_the_offer_is_worked_out_from_the_cases_own_sum_and_each_party_accepts_for_itself(pair):
    other = waits(pair)
    result(pair)
    made = db.session.scalar(select(Proposal).where(Proposal.case_id == other.case_id))
    assert Decimal(made.terms[0]["amount"]) == (other.case.amount * 40 / 100).quantize(Decimal("0.01"))
    other.do("answer_group_offer", accepts="yes")
    assert state(other) == "offered" and other.case.outcome == ""
    other.do("answer_group_offer", accepts="yes")
    assert state(other) == "agreed" and other.open() == ["draft_agreement"]


@pytest.mark.parametrize("silent", [False, True])
def test_refusal_or_silence_binds_nobody_and_mediation_goes_on(pair, silent):
    other = waits(pair)
    result(pair)
    if silent:
        other.pass_time(days=14)
    else:
        other.do("answer_group_offer", accepts="no")
    assert (state(other), other.open()) == ("refused", ["plan_session"])


def test_one_party_that_does_not_agree_to_wait_is_enough_not_to(pair):
    _model, other, _group, _became = pair
    other.to_result("group_wait")
    other.do("consent_wait", agrees="no")
    assert (state(other), other.open()) == ("unwilling", ["plan_session"])
    assert db.session.scalar(select(Deadline.status).where(
        Deadline.case_id == other.case_id, Deadline.term == "T06")) == "running"


def test_a_waiting_party_takes_its_consent_back_and_the_term_goes_on(pair):
    other = waits(pair)
    clock.move(timedelta(days=10))
    person = next(one for one in other.case.participants if one.role == "party" and one.side == "applicant")
    party = Actor.of_party(other.link(person.id), person)
    assert "stop_waiting" in acts.offered(party, other.case)
    assert "stop_waiting" not in acts.offered(other.world.actor("mediator"), other.case)
    with transaction():
        acts.tell(party, other.case, "stop_waiting", {"stop_waiting_reason": "等得太久"})
    other.work()
    assert (state(other), other.open()) == ("unwilling", ["plan_session"])
    said = consent.latest(other.case_id, "suspension")[person.id]
    assert (said.is_given, said.reason) == (False, "等得太久")
    row = db.session.scalar(select(Deadline).where(Deadline.case_id == other.case_id, Deadline.term == "T06"))
    assert row.status == "running" and len(row.pauses) == 1 and row.pauses[0]["to"]
    with pytest.raises(acts.NotPossibleNow), transaction():
        acts.tell(party, other.case, "stop_waiting", {"stop_waiting_reason": "等得太久"})


def test_each_number_says_what_became_of_it_and_a_case_brought_twice_is_noticed(pair):
    model, other, group_id, became = pair
    assert [one["became"] for one in became] == ["added", "added"]
    assert became[0]["duplicates"] == [other.case.number]
    with transaction():
        again = groups.add(model.world.actor("coordinator"), group_id, f"ST1 {model.case.number}")
    assert [one["became"] for one in again] == ["unknown", "in_a_group"]


def test_there_is_no_offer_before_the_model_is_concluded(pair):
    model, _other, group_id, _became = pair
    with pytest.raises(groups.NoModelResult), transaction():
        groups.set_offer(model.world.actor("coordinator"), group_id, OFFER)


def test_cases_are_told_at_a_measured_pace(pair, monkeypatch):
    waits(pair)
    model, _other, group_id, _became = pair
    monkeypatch.setattr(groups, "AN_HOUR", 1)
    assert result(pair) == 1
    with pytest.raises(groups.TooManyContacts), transaction():
        groups.contact(model.world.actor("coordinator"), group_id)
    clock.move(timedelta(hours=2))
    with transaction():
        assert groups.contact(model.world.actor("coordinator"), group_id) == 0


@pytest.mark.parametrize("who", ["mediator", "handler", "clerk", "admin"])
def test_only_a_coordinator_of_the_organisation_keeps_groups(pair, who):
    from engine.errors import Forbidden
    with pytest.raises(Forbidden):
        groups.listed(pair[0].world.actor(who))
    assert db.session.scalar(select(CaseGroup.id)) and db.session.scalar(select(Participant.id))
