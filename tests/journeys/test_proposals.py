"""A no-objection proposal: silence counts only after prior consent, proven service and a whole term of one's own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant
from engine.cases import parties
from engine.courts import messages
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.inbox import tasks
from engine.inbox.asking import objections
from engine.mediation.models import Agreement
from engine.notices.models import Notice
from engine.tracks.models import Proposal, ProposalAnswer
from engine.workflow.models import UserTask
from tests.journeys.walking import leg
from workers import conditions


@pytest.fixture
def considered(refer):
    """A case whose mediator thinks of a proposal."""
    walk = refer()
    walk.to_mediation()
    walk.to_result("no_objection")
    return walk


@leg
def propose(walk, assistance=()):
    """Both sides agree to the mechanism, and the proposal is on the table."""
    walk.do("weigh_proposal", facts_agreed="yes", assistance=list(assistance))
    walk.do("consent_mechanism", agrees="yes")
    walk.do("consent_mechanism", agrees="yes")
    applicant, respondent = (str(person.id) for person in walk.case.participants if person.role == "party")
    term = {"kind": "payment", "debtor": respondent, "creditor": applicant, "amount": "6000.00",
            "due_on": (clock.today() + timedelta(days=60)).isoformat(), "method": "转账", "account": "", "text": ""}
    walk.do("write_proposal", terms=[term], facts="双方对借款本金无争议。", proposal_reasons="参照同类纠纷。")


def serve(walk, days_ago=0):
    at = max(clock.now() - timedelta(days=days_ago), rows(walk, Proposal)[-1].created_at)
    walk.do("record_service", channel="in_person", served_on=at.isoformat(), proof="当面交付，送达回证已签收")


def rows(walk, model):
    db.session.expire_all()
    return list(db.session.scalars(select(model).where(model.case_id == walk.case_id).order_by(model.id)))


def answers(walk):
    return list(db.session.scalars(select(ProposalAnswer).execution_options(populate_existing=True).order_by(ProposalAnswer.id)))


def of_side(walk, side) -> Participant:
    return next(one for one in walk.case.participants if one.side == side and one.role == "party")


def test_a_proposal_nobody_objects_to_becomes_the_agreement_without_any_signature(considered):
    walk = considered
    propose(walk)
    serve(walk)
    serve(walk)
    assert walk.open() == ["answer_proposal", "answer_proposal"]
    walk.pass_time(days=11)

    made = rows(walk, Agreement)[-1]
    assert (walk.case.outcome, made.status, made.effective_at) == ("O03", "effective", max(row.until for row in answers(walk)))
    assert {row.answer for row in answers(walk)} == {"silent"} and str(walk.case.settled_amount) == "6000.00"
    paper = db.session.get(Document, made.document_id)
    assert (paper.kind, paper.audience, [one.kind for one in paper.signatures]) == (
        "deemed_agreement", "filing", ["organisation"])
    assert "join_application" in walk.open()
    walk.to_the_end()
    assert walk.case.is_closed
    sent = [paper["kind"] for paper in messages.outcome(walk.case)["documents"]]
    assert "deemed_agreement" in sent and "proposal" not in sent


def test_who_joins_during_the_seven_days_never_agreed_to_them_so_the_mediation_goes_on(considered):
    walk = considered
    propose(walk)
    serve(walk)
    serve(walk)
    with transaction():
        third = parties.invite_third(walk.case, {"name": "张担保", "kind": "natural", "phone": "16600009999"})
        parties.admit(walk.case, third.id)
    walk.pass_time(days=11)

    assert rows(walk, Agreement) == [] and walk.case.outcome == ""
    assert walk.open() == ["plan_session"]


def test_each_partys_seven_days_run_from_its_own_service(considered):
    walk = considered
    propose(walk)
    serve(walk)
    walk.pass_time(days=2)
    serve(walk, days_ago=1)
    first, second = answers(walk)
    assert 23 <= (second.served_at - first.served_at).total_seconds() / 3600 <= 25
    terms = list(db.session.scalars(select(Deadline).where(Deadline.term == "T11").order_by(Deadline.id)))
    assert [row.due_at for row in terms] == [first.until, second.until]
    assert [row.participant_id for row in terms] == [first.participant_id, second.participant_id], "nobody else is reminded of it"
    asked = list(db.session.scalars(select(UserTask).where(UserTask.element == "answer_proposal").order_by(UserTask.id)))
    assert {task.due_at for task in asked} == {first.until, second.until}


def test_an_objection_in_writing_ends_the_mediation_and_the_proposal_stays_confidential(considered):
    walk = considered
    propose(walk)
    serve(walk)
    walk.do("answer_proposal", objection_answer="object", objection="利率不能接受")
    walk.nobody_objects()
    assert (walk.case.outcome, rows(walk, Proposal)[-1].status, rows(walk, Agreement)) == ("O11", "refused", [])
    walk.to_the_end()
    assert [paper for paper in rows(walk, Document) if paper.kind == "proposal"][0].audience == "mediation"
    assert "proposal" not in {paper["kind"] for paper in messages.outcome(walk.case)["documents"]}


def test_an_objection_that_comes_on_paper_counts_like_any_other(considered):
    walk = considered
    propose(walk)
    serve(walk)
    actor, party = walk.world.actor("mediator"), of_side(walk, "applicant")
    with transaction():
        asked = objections.awaited(actor, walk.case)
        objections.register(actor, walk.case, {"party": str(asked[0].id), "received_on": clock.today().isoformat(),
                                               "objection": "来信表示不接受"})
    walk.work()
    walk.nobody_objects()
    assert asked == [party] and walk.case.outcome == "O11"


def test_only_staff_who_draft_register_objections_and_only_while_somebody_may_object(considered):
    walk = considered
    assert objections.awaited(walk.world.actor("mediator"), walk.case) == []
    propose(walk)
    serve(walk)
    assert objections.awaited(walk.world.actor("handler"), walk.case) == []
    with transaction(), pytest.raises(objections.NotAskedNow):
        db.session.execute(UserTask.__table__.update().values(status="done"))
        objections.register(walk.world.actor("mediator"), walk.case, {})


def test_one_refusal_of_the_mechanism_and_mediation_goes_on(considered):
    walk = considered
    walk.do("weigh_proposal", facts_agreed="yes")
    walk.do("consent_mechanism", agrees="no")
    assert walk.open() == ["plan_session"] and rows(walk, Proposal) == []
    planning = rows(walk, UserTask)[-1]
    first = tasks.form_of(planning).shown({}, planning.data)[0]
    assert first.told(planning.data) == "各方未一致书面同意适用无异议方案机制", "the mediator reads why, before planning"


def test_silence_about_the_mechanism_itself_is_no_consent(considered):
    walk = considered
    walk.do("weigh_proposal", facts_agreed="yes")
    walk.do("consent_mechanism", agrees="yes")
    walk.pass_time(days=5)
    assert walk.open() == ["plan_session"] and rows(walk, Proposal) == []


@pytest.mark.parametrize(("confirmed", "goes_to"), [(False, "plan_session"), (True, "consent_mechanism")])
def test_who_needs_help_is_left_out_unless_a_helper_confirmed(considered, confirmed, goes_to):
    walk = considered
    party = of_side(walk, "applicant")
    walk.do("weigh_proposal", facts_agreed="yes",
            assistance=[{"party": str(party.id), "need": "elderly", "helper": "女儿王某", "confirmed": confirmed}])
    assert goes_to in walk.open()
    assert of_side(walk, "applicant").needs == ["elderly"]


def test_electronic_arrival_serves_only_who_agreed_to_electronic_service(considered):
    walk = considered
    propose(walk)
    person = of_side(walk, "applicant")
    with transaction():
        notice = db.session.scalars(select(Notice).where(
            Notice.participant_id == person.id, Notice.template == "no_objection_proposal")).one()
        notice.status, notice.delivered_at = "delivered", clock.now()
    conditions.look()
    walk.work()
    assert [(row.channel, row.participant_id) for row in answers(walk)] == [("electronic", person.id)]
    assert walk.open() == ["answer_proposal", "record_service"]


def test_a_party_reads_the_proposal_and_the_court_does_not(considered, app):
    from engine.access.policy import sees
    walk = considered
    propose(walk)
    paper = next(one for one in rows(walk, Document) if one.kind == "proposal")
    person = of_side(walk, "applicant")
    assert sees(Actor.of_party(walk.link(person.id), person), paper)
    assert not sees(walk.world.actor("court_system"), paper) and not sees(walk.world.actor("coordinator"), paper)


def test_when_the_term_is_over_first_nothing_is_on_the_table_any_more(considered):
    walk = considered
    propose(walk)
    walk.pass_time(days=32)
    assert (walk.case.outcome, rows(walk, Proposal)[-1].status) == ("O12", "void")
