"""What must be there before silence counts (DOMAIN §12.3: no path where silence counts as consent except T11)."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from engine import clock
from engine.db import db, transaction
from engine.mediation import consent
from engine.mediation.models import Consent
from engine.notices.models import Notice
from engine.operations.operation import Rejected
from engine.tracks import proposals
from engine.tracks.models import Proposal

TERM = {"kind": "payment", "debtor": "京华银行股份有限公司", "creditor": "王小明", "amount": "8000.00", "due_on": "2030-03-31"}


@pytest.fixture
def table(mediated, parties):
    """A proposal to which everybody consented and which everybody was served with, ready to be taken apart."""
    with transaction():
        for person in parties.values():
            consent.record(person, "no_objection", True, "", "link", person.name)
    proposal = mediated.call("tracks.make_proposal", terms=[TERM], reasons="同类纠纷")["proposal_id"]
    for person in parties.values():
        serve(mediated, proposal, person)
    return mediated, proposal, parties


def serve(bench, proposal, person, **told):
    told = {"channel": "in_person", "on": clock.now().isoformat(), "proof": "送达回证", **told}
    return bench.call("tracks.serve_proposal", proposal_id=proposal, participant=person.id, **told)


def refused(bench, proposal) -> str:
    with pytest.raises(Rejected) as no:
        bench.prepare("tracks.deem_agreed", proposal_id=proposal)
    return no.value.why


def test_with_consent_service_and_the_whole_term_it_counts(table):
    bench, proposal, _parties = table
    clock.move(timedelta(days=12))
    bench.call("tracks.deem_agreed", proposal_id=proposal)
    assert db.session.get(Proposal, proposal).status == "agreed"


def test_it_does_not_count_before_every_term_has_run_out(table):
    bench, proposal, _parties = table
    clock.move(timedelta(days=6))
    assert "term" in refused(bench, proposal)


def test_a_consent_taken_back_does_not_count(table):
    bench, proposal, parties = table
    with transaction():
        taken_back = consent.record(parties["applicant"], "no_objection", False, "反悔", "link", "王小明")
        taken_back.at = db.session.get(Proposal, proposal).created_at  # not later than it: only that it was taken back tells
    clock.move(timedelta(days=12))
    assert "consent" in refused(bench, proposal)


def test_a_consent_given_after_the_proposal_is_not_prior(mediated, parties):
    proposal = mediated.call("tracks.make_proposal", terms=[TERM], reasons="同类纠纷")["proposal_id"]
    with transaction():
        for person in parties.values():
            consent.record(person, "no_objection", True, "", "link", person.name)
    for person in parties.values():
        serve(mediated, proposal, person)
    clock.move(timedelta(days=12))
    assert "consent" in refused(mediated, proposal)


def test_who_objected_did_not_agree(table):
    bench, proposal, parties = table
    bench.call("tracks.answer_proposal", proposal_id=proposal, participant=parties["respondent"].id, answer="object",
               text="不接受")
    clock.move(timedelta(days=12))
    assert "table" in refused(bench, proposal)


@pytest.mark.parametrize("told", [
    {"proof": " "}, {"on": ""}, {"channel": "electronic", "on": ""}, {"on": "2020-01-01T09:00"}, {"on": "2099-01-01T09:00"}])
def test_without_proof_of_a_possible_service_no_term_begins(mediated, parties, told):
    proposal = mediated.call("tracks.make_proposal", terms=[TERM], reasons="同类纠纷")["proposal_id"]
    with pytest.raises(Rejected, match="not_served"):
        serve(mediated, proposal, parties["applicant"], **told)
    assert db.session.get(Proposal, proposal).answers == []


@pytest.mark.parametrize("side", ["applicant", "respondent"])
@pytest.mark.parametrize(("agreed", "served"), [(None, False), (False, False), (True, True)])
def test_a_message_serves_only_who_has_agreed_to_electronic_service_a_bank_too(mediated, parties, side, agreed, served):
    """在线诉讼规则 29."""
    proposal = mediated.call("tracks.make_proposal", terms=[TERM], reasons="同类纠纷")["proposal_id"]
    person = parties[side]
    with transaction():
        db.session.execute(delete(Consent).where(Consent.subject == "e_service"))
        if agreed is not None:
            consent.record(person, "e_service", agreed, "", "staff", person.name)
        db.session.add(Notice(case_id=mediated.case_id, participant_id=person.id, template=proposals.NOTICE, channel="sms",
                              address=person.phone, call_key="sent", text="x", delivered_at=clock.now()))
    assert (str(person.id) in proposals.served_to(mediated.case_id)) is served
    assert proposal


def test_unclear_terms_make_no_proposal(mediated):
    with pytest.raises(Rejected, match="proposal_incomplete"):
        mediated.prepare("tracks.make_proposal", terms=[{**TERM, "amount": "0"}])


def test_the_days_of_a_term_that_does_not_run_are_plenty(mediated):
    assert proposals.days_left(mediated.case_id) == proposals.PLENTY_DAYS
