"""Neutral evaluation: asked for by a party, given by somebody without interest, confidential, binding nobody."""

import pytest
from sqlalchemy import select

from engine.access.policy import sees
from engine.cases.models import Case
from engine.courts import messages
from engine.db import db, transaction
from engine.documents.models import Document
from engine.errors import Forbidden
from engine.mediation import mediators
from engine.oversight import evaluators
from engine.tracks import evaluations
from engine.tracks.models import Evaluation
from tests.trodden import way

pytestmark = pytest.mark.db

OPINION = {"assumed": "投保单没有签名。", "range": "七成至全部",
           "issues": [{"issue": "提示说明义务", "opinion": "难以认定已经履行"}]}


@pytest.fixture
def considered(refer):
    """A case in which an evaluation is proposed; two mediators are on the roster, one of them mediates the case."""
    walk = refer()
    with way.step("evaluators"), transaction():
        for user in (walk.world.mediator, walk.world.other_mediator):
            evaluators.keep(walk.world.actor("admin"), user.id, "保险法")
    walk.to_mediation()
    walk.to_result("evaluation")
    return walk


def asked(walk, *wants):
    walk.do("choose_evaluator", evaluator=str(walk.world.other_mediator.id), questions="免责条款是否生效")
    for one in wants or ("yes", "neutral"):
        walk.do("request_evaluation", wants=one)


def row(walk) -> Evaluation:
    db.session.expire_all()
    return db.session.scalars(select(Evaluation).where(Evaluation.case_id == walk.case_id).order_by(Evaluation.id.desc())).first()


def test_the_opinion_reaches_the_parties_only_and_mediation_goes_on(considered):
    walk = considered
    asked(walk)
    walk.do("declare_evaluator", interest="no")
    walk.do("write_evaluation", **OPINION)
    paper = db.session.get(Document, row(walk).document_id)
    assert (row(walk).status, paper.audience) == ("given", "mediation")
    assert not sees(walk.world.actor("court_system"), paper)
    walk.do("answer_evaluation", view="basis")
    walk.do("answer_evaluation", view="no")
    assert walk.open() == ["plan_session"] and walk.case.outcome == ""
    walk.to_result("too_far_apart")
    walk.to_the_end()
    assert "evaluation" not in {paper["kind"] for paper in messages.outcome(walk.case)["documents"]}


def test_the_mediator_is_never_proposed_and_the_evaluator_cannot_become_mediator(considered):
    walk = considered
    assert [one["id"] for one in evaluations.candidates(walk.case)] == [walk.world.other_mediator.id]
    asked(walk)
    with pytest.raises(mediators.MediatorUnfit), transaction():
        mediators.appoint(db.session.get(Case, walk.case_id), walk.world.other_mediator.id)


def test_the_parties_are_asked_about_a_person_and_questions(considered):
    walk = considered
    walk.do("choose_evaluator", evaluator=str(walk.world.other_mediator.id), questions="免责条款是否生效")
    told = walk._open("request_evaluation")[0].data
    assert (told["evaluator_name"], told["questions"]) == (walk.world.other_mediator.name, "免责条款是否生效")


def test_a_declared_interest_ends_the_request_and_that_person_is_not_proposed_again(considered):
    walk = considered
    asked(walk)
    walk.do("declare_evaluator", interest="yes", disclosed="曾任顾问")
    assert (row(walk).status, evaluations.candidates(walk.case)) == ("conflicted", [])
    assert walk.open() == ["plan_session"]


def test_one_objection_is_enough_and_nobody_has_to_ask(considered):
    walk = considered
    asked(walk, "yes", "no")
    assert walk.open() == ["plan_session"] and row(walk) is None


def test_what_does_not_come_in_time_holds_nobody_up(considered):
    walk = considered
    asked(walk)
    walk.do("declare_evaluator", interest="no")
    walk.pass_time(days=20)
    assert row(walk).status == "lapsed" and walk.open() == ["plan_session"]


@pytest.mark.parametrize("who", ["mediator", "coordinator", "handler"])
def test_only_an_administrator_keeps_the_roster(considered, who):
    with pytest.raises(Forbidden):
        evaluators.listed(considered.world.actor(who))
