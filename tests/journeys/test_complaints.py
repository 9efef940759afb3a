"""A party complains about the mediator: the inviting court decides, in an own case the organisation; never the mediator."""

import pytest
from sqlalchemy import select

from engine.access import policy
from engine.access.actor import Actor
from engine.access.models import Participant
from engine.cases import messages as heard
from engine.courts import client, messages
from engine.courts.models import CourtProfile
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.inbox.asking import acts, wishes
from engine.inbox.workspace import desk, shown, waiting
from engine.mediation import mediators, striking
from engine.mediation.models import MediatorProfile
from engine.workflow import starts, versions
from engine.workflow.models import UserTask
from workers import conditions

pytestmark = pytest.mark.db
FOUND = {"heard": "调解员称只是说明风险", "findings": "录音显示语气不当，没有强迫", "ground": "ethics",
         "decision": "已要求调解员改正。"}
RECORDING = {"sha256": "a" * 64, "name": "通话截图.png", "media_type": "image/png", "size": 9}


def complain(walk) -> Participant:
    """The consumer complains on its own page."""
    with transaction():
        starts.renew(versions.latest("mediator_complaint"))
    person = next(one for one in walk.case.participants if one.side == "applicant" and one.role == "party")
    actor = Actor.of_party(walk.link(person.id), person)
    assert "mediator_complaint" in [wish.message for wish in wishes.offered(actor, walk.case)]
    with transaction():
        wishes.tell(actor, walk.case, "mediator_complaint", {"reason": "调解员多次要求我接受对方方案"}, [RECORDING])
    walk.work()
    return person


def made(walk, kind) -> Document:
    return db.session.scalar(select(Document).where(Document.case_id == walk.case_id, Document.kind == kind))


def answer(walk) -> Document:
    return made(walk, "complaint_answer")


def test_a_complaint_goes_to_the_court_that_invited_and_the_mediation_goes_on(refer):
    walk = refer()
    walk.to_mediation()
    person = complain(walk)
    assert sorted(walk.open()) == ["decide_complaint", "plan_session"]
    paper, handed_in = made(walk, "complaint"), made(walk, "complaint_evidence")
    assert paper.audience == handed_in.audience == "court", "not the mediator's, nor the organisation's"
    assert "调投" in paper.number and paper.told["attachments"] == [handed_in.filename]
    assert db.session.scalar(select(Deadline.status).where(Deadline.term == "TCOMPLAINT")) == "running"

    walk.do("decide_complaint", by="clerk", measure="warning", **FOUND)

    paper = answer(walk)
    assert (paper.audience, paper.told["issuer"], [one.kind for one in paper.signatures]) == (
        "alone:applicant", walk.case.court.name, ["court"])
    assert not any(policy.reads(walk.world.actor(name), walk.case_id, paper.audience) for name in ("mediator", "handler"))
    assert policy.reads(Actor.of_party(walk.link(person.id), person), walk.case_id, paper.audience)
    assert paper.told["about"] == f"调解员{walk.case.mediator.name}" and paper.told["decision"] == "予以警告。已要求调解员改正。"
    assert walk.open() == ["plan_session"]


def test_nobody_else_of_the_case_learns_of_it(refer):
    walk = refer()
    walk.to_mediation()
    complain(walk)

    bank = walk.world.actor("handler")
    assert [one.element for one in waiting.of_case(walk.case)] == ["plan_session"]
    told = desk.file(bank, walk.case).timeline
    assert "mediator_complaint" not in [entry.detail.get("name") for entry in told]
    assert [wish.message for wish in wishes.offered(bank, walk.case)] == ["mediator_complaint"], "it may have one of its own"


def test_in_an_own_case_the_organisation_answers_in_its_own_name(apply):
    walk = apply()
    walk.do("review_application", decision="accept")
    walk.to_mediation_once_accepted()
    complain(walk)
    assert made(walk, "complaint").audience == made(walk, "complaint_evidence").audience == "organisation"
    walk.do("answer_complaint", **FOUND | {"ground": "none"})

    paper = answer(walk)
    assert "issuer" not in paper.told and [one.kind for one in paper.signatures] == ["organisation"]
    assert paper.told["decision"] == "没有发现违反规定的行为。已要求调解员改正。"


def test_whom_the_court_strikes_off_mediates_none_of_its_cases_any_more(refer):
    walk = refer()
    walk.to_mediation()
    struck = walk.case.mediator_id
    complain(walk)
    walk.do("decide_complaint", by="clerk", measure="removal", **FOUND)

    assert db.session.get(MediatorProfile, struck).struck_off == [walk.case.court.code]
    assert walk.case.mediator_id is None and "plan_session" not in walk.open(), "this case gets another one, too"
    assert struck not in {each["id"] for each in mediators.candidates(walk.case)}
    with pytest.raises(mediators.StruckOff):
        mediators.appoint(walk.case, struck)


def test_while_it_is_decided_whether_the_mediator_goes_on_nobody_removes_them_a_second_time(refer):
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    complain(walk)
    with transaction():
        acts.tell(walk.world.actor("handler"), walk.case, "recusal", {"recusal_reason": "认识对方", "recusal_ground": "relation"})

    with pytest.raises(striking.ReplacementRests):
        walk.do("decide_complaint", by="clerk", measure="removal", **FOUND)
    walk.do("decide_recusal", recusal="granted", decision_reason="与对方经办人是近亲属")
    walk.do("assign_mediator", mediator=str(walk.world.other_mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    walk.do("decide_complaint", by="clerk", measure="removal", **FOUND)

    assert walk.case.mediator_id == walk.world.other_mediator.id and "draft_agreement" in walk.open(), "who took over stays"


def test_of_two_decisions_to_remove_one_mediator_only_the_first_replaces_them(refer):
    walk = refer()
    walk.to_mediation()
    struck = walk.case.mediator_id
    with transaction():
        assert [striking.strike_off(walk.case, struck, measure) for measure in ("removal", "dismissed")] == [True, False]
        mediators.release(walk.case, "")
        walk.case.mediator_id = struck
        db.session.flush()
        assert striking.strike_off(walk.case, struck, "removal"), "they had come back"


def test_a_court_with_a_system_of_its_own_gets_the_complaint_and_decides(refer, monkeypatch):
    monkeypatch.setattr(client, "send", lambda *_told: "its receipt")
    walk = refer()
    walk.to_mediation()
    with transaction():
        profile = db.session.get(CourtProfile, walk.case.court_id)
        profile.decides_here, profile.callback_url = False, "http://127.0.0.1:9/none"
    complain(walk)
    paper = made(walk, "complaint")
    assert walk.open() == ["plan_session"] and paper.audience == made(walk, "complaint_evidence").audience == "court"
    asked = messages.progress(walk.case, "complaint_made", "强迫", paper.id)
    assert (asked["type"], asked["data"]["paper"], len(asked["documents"])) == ("case.complaint_made", paper.id, 2)

    said = {"paper": paper.id, "measure": "warning", "findings": "语气不当。", "decision": "已要求改正。"}
    with transaction(), pytest.raises(heard.MessageRefused):
        heard.hear(walk.world.actor("court_system"), walk.case, "complaint_decided",
                   said | {"paper": paper.id + 999}, "c-0")
    with transaction():
        heard.hear(walk.world.actor("court_system"), walk.case, "complaint_decided", said, "c-1")
    walk.work()

    assert answer(walk).told["decision"].endswith("处理结果由其系统告知：予以警告。已要求改正。")
    assert walk.open() == ["plan_session"]


def test_a_removal_the_courts_system_decides_while_a_recusal_is_pending_waits_for_it(refer, monkeypatch):
    monkeypatch.setattr(client, "send", lambda *_told: "its receipt")
    walk = refer()
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    struck = walk.case.mediator_id
    with transaction():
        profile = db.session.get(CourtProfile, walk.case.court_id)
        profile.decides_here, profile.callback_url = False, "http://127.0.0.1:9/none"
    complain(walk)
    with transaction():
        acts.tell(walk.world.actor("handler"), walk.case, "recusal", {"recusal_reason": "认识对方", "recusal_ground": "relation"})
    said = {"paper": made(walk, "complaint").id, "measure": "removal", "findings": "语气不当。", "decision": "予以除名。"}
    with transaction():
        heard.hear(walk.world.actor("court_system"), walk.case, "complaint_decided", said, "c-1")
    walk.work()
    conditions.look()
    assert walk.case.mediator_id == struck and "decide_recusal" in walk.open() and "assign_mediator" not in walk.open()

    walk.do("decide_recusal", recusal="granted", decision_reason="与对方经办人是近亲属")
    walk.do("assign_mediator", mediator=str(walk.world.other_mediator.id))
    walk.do("disclose_conflicts", conflict="none")
    conditions.look()
    walk.work()
    assert walk.case.mediator_id == walk.world.other_mediator.id and "draft_agreement" in walk.open(), "who took over stays"
    assert "assign_mediator" not in walk.open() and made(walk, "complaint_answer") is not None


def test_the_office_that_answers_for_a_silent_court_reads_complaint_and_files(refer, monkeypatch):
    monkeypatch.setattr(client, "send", lambda *_told: "its receipt")
    walk = refer()
    walk.to_mediation()
    with transaction():
        profile = db.session.get(CourtProfile, walk.case.court_id)
        profile.decides_here, profile.callback_url = False, "http://127.0.0.1:9/none"
    complain(walk)
    office, mediator = walk.world.actor("coordinator"), walk.world.actor("mediator")
    papers = [made(walk, "complaint"), made(walk, "complaint_evidence")]
    assert not any(policy.sees(office, paper) for paper in papers), "the court was asked, nobody else"

    walk.pass_time(days=16)

    task = db.session.scalar(select(UserTask).where(UserTask.element == "answer_complaint"))
    assert [paper.id for paper in shown.papers(office, task)] == [paper.id for paper in papers]
    assert all(policy.sees(walk.world.actor("court_system"), paper) for paper in papers), "it may still answer"
    assert not any(policy.sees(mediator, paper) for paper in papers), "never whom it is about"
    walk.do("answer_complaint", **FOUND | {"ground": "none"})
    assert answer(walk).told["decision"].startswith("没有发现违反规定的行为")
