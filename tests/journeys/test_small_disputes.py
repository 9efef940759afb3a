"""The fast track: an institution's promise, a mediator's opinion, the consumer's free choice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.courts import messages
from engine.db import db, transaction
from engine.documents import shelf
from engine.documents.models import Document
from engine.mediation.models import Agreement
from engine.oversight import commitments as promises
from engine.tracks.models import Commitment, Proposal
from tests.journeys.walking import leg
from tests.trodden import way


@pytest.fixture
def unsettled(refer):
    """A small dispute that a session did not settle, with a bank that promised to accept opinions up to a limit."""
    walk = refer()
    with way.step("a promise"), transaction():
        case = walk.case
        case.category, case.amount = "credit_card", 3000
        promises.add(walk.world.actor("admin"), {
            "institution": str(walk.world.bank.id), "limit": "5000", "categories": ["credit_card"], "valid_from": "2024-01-01",
            "signatory": "行长张三", "reference": "小额快速机制备忘录"})
    walk.to_mediation()
    walk.to_result("small_dispute")
    return walk


@leg
def opinion(walk, amount="2600.00"):
    applicant, respondent = (str(person.id) for person in walk.case.participants if person.role == "party")
    term = {"kind": "payment", "debtor": respondent, "creditor": applicant, "amount": amount, "method": "转账",
            "due_on": (clock.today() + timedelta(days=20)).isoformat(), "account": "", "text": ""}
    walk.do("weigh_small", documentable="yes", counterclaim="no")
    walk.do("write_opinion", terms=[term], facts="分期手续费未明示。", opinion_reasons="依照信息披露的规定。")


def last(walk, model):
    db.session.expire_all()
    return db.session.scalars(select(model).where(model.case_id == walk.case_id).order_by(model.id.desc())).first()


def test_acceptance_makes_the_agreement_with_the_institutions_seal_by_standing_authority(unsettled):
    walk = unsettled
    opinion(walk)
    assert walk.open() == ["answer_opinion"]
    walk.do("answer_opinion", answer="sign")
    walk.do("sign_small_as_mediator", confirmed=True)
    walk.do("seal_small", checked=True)
    made, offered = last(walk, Agreement), last(walk, Proposal)
    paper = db.session.get(Document, made.document_id)
    methods = {one.signer: one.method for one in paper.signatures if one.kind == "party"}
    assert (walk.case.outcome, made.status, offered.status, offered.agreement_id) == ("O04", "effective", "agreed", made.id)
    assert sorted(methods.values()) == ["sms_code", "standing_seal"] and shelf.check(paper).is_complete
    walk.to_the_end()
    assert walk.case.is_closed


@pytest.mark.parametrize("silent", [False, True])
def test_without_acceptance_the_opinion_binds_nobody_and_stays_confidential(unsettled, silent):
    walk = unsettled
    opinion(walk)
    if silent:
        walk.pass_time(days=14)
    else:
        walk.do("answer_opinion", answer="refuse")
    walk.nobody_objects()
    assert (walk.case.outcome, last(walk, Proposal).status, last(walk, Agreement).status) == ("O11", "refused", "void")
    walk.to_the_end()
    sent = {paper["kind"] for paper in messages.outcome(walk.case)["documents"]}
    assert not sent & {"small_opinion", "agreement"}
    papers = db.session.scalars(select(Document).where(Document.case_id == walk.case_id))
    assert {one.audience for one in papers if one.kind in ("small_opinion", "agreement")} == {"mediation"}


def test_terms_beyond_the_promise_go_back_to_the_mediator(unsettled):
    opinion(unsettled, amount="5000.01")
    assert unsettled.open() == ["write_opinion"] and last(unsettled, Proposal) is None


@pytest.mark.parametrize("change", [
    {"amount": 6000}, {"category": "mortgage"}])
def test_what_the_promise_does_not_cover_goes_back_to_mediation(refer, change):
    walk = refer()
    with transaction():
        case = walk.case
        case.category, case.amount = change.get("category", "credit_card"), change.get("amount", 3000)
        promises.add(walk.world.actor("admin"), {
            "institution": str(walk.world.bank.id), "limit": "5000", "categories": ["credit_card"], "valid_from": "2024-01-01",
            "signatory": "行长张三", "reference": "备忘录"})
    walk.to_mediation()
    walk.to_result("small_dispute")
    walk.do("weigh_small", documentable="yes", counterclaim="no")
    assert walk.open() == ["plan_session"]


def test_no_promise_no_fast_track(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("small_dispute")
    walk.do("weigh_small", documentable="yes", counterclaim="no")
    assert walk.open() == ["plan_session"] and db.session.scalar(select(Commitment)) is None
