"""After a failed delegated mediation the court has seven days to docket the suit or to refuse it (CPL 126): the clock, its
reminder, its end, what the parties see, and that the closed case holds nobody up."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.policy import visible
from engine.cases import messages
from engine.cases.models import Case
from engine.courts import applications
from engine.db import db, transaction
from engine.deadlines import reckoning
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.errors import Forbidden
from engine.inbox.asking import acts
from engine.inbox.workspace import desk
from engine.notices.models import Notice
from engine.oversight import clocks
from engine.workflow import starts, versions
from engine.workflow.models import Instance, UserTask, Version

pytestmark = pytest.mark.db


def failed(refer, **options):
    """A referral whose mediation fails and whose case is closed."""
    walk = refer(**options)
    with transaction():
        starts.renew(versions.latest("docketing"))
    walk.do("accept_referral", decision="refuse", refusal_reason="out_of_scope", reason="不属于章程范围")
    walk.to_the_end()
    walk.work()
    assert walk.case.is_closed
    return walk


def docketing(walk):
    db.session.expire_all()
    return applications.latest(walk.case_id, "docketing")


def clock_of(walk) -> Deadline:
    db.session.expire_all()
    return db.session.scalar(select(Deadline).where(Deadline.case_id == walk.case_id, Deadline.term == "T01").order_by(
        Deadline.id.desc()).limit(1))


def told(walk) -> set[str]:
    return set(db.session.scalars(select(Notice.template).where(Notice.case_id == walk.case_id)))


def applicant(walk) -> tuple:
    person = next(one for one in walk.case.participants if one.side == "applicant" and one.role == "party")
    return person, Actor.of_party(walk.link(person.id), person)


def state(walk) -> str:
    return db.session.scalar(select(Instance.status).join(Version, Version.id == Instance.version_id).where(
        Instance.case_id == walk.case_id, Version.process_key == "docketing"))


def test_the_court_dockets_the_suit_within_seven_days(refer):
    walk = failed(refer)
    running = clock_of(walk)
    assert walk.open() == ["examine_complaint"] and docketing(walk).status == "filed"
    assert running.status == "running" and "第7日" in running.explanation["zh"]
    person, _actor = applicant(walk)
    assert running in desk.clocks_of(walk.case, [], person), "the parties see the court's clock"

    walk.do("examine_complaint", suit="docketed")
    done = docketing(walk)
    assert done.status == "docketed" and done.number.endswith("民初1号") and clock_of(walk).status == "met"
    notice = db.session.scalar(select(Document).where(Document.kind == "docketing_notice"))
    assert notice.number == done.number and [one.kind for one in notice.signatures] == ["court"]
    assert "suit_docketed" in told(walk) and state(walk) == "completed" and walk.case.is_closed


def test_nothing_decided_in_seven_days_goes_to_the_president_and_the_applicant_is_told(refer):
    walk = failed(refer)
    president = walk.world.actor("president")
    assert db.session.scalar(select(Case.id).where(visible(president, Case))) is None
    clock.move(timedelta(days=5))
    with transaction():
        assert clocks.remind(clock_of(walk).id)
    walk.pass_time(days=8)
    assert walk.open() == ["examine_complaint", "supervise_docketing"] and "docketing_overdue" in told(walk)
    assert db.session.scalar(select(Case.id).where(visible(president, Case))) == walk.case_id
    walk.do("supervise_docketing", supervision="三日内审查完毕")
    walk.do("examine_complaint", suit="not_accepted", court_reason="应当申请仲裁")
    walk.do("judge_suit", suit="not_accepted", court_reason="双方订有有效的仲裁协议")

    ruling = db.session.scalar(select(Document).where(Document.kind == "procedure_ruling"))
    assert ruling.number == docketing(walk).number and docketing(walk).status == "not_accepted"
    assert ruling.told["ground"] == "双方订有有效的仲裁协议" and state(walk) == "completed"


def test_a_supplement_begins_the_seven_days_anew(refer):
    walk = failed(refer)
    first = clock_of(walk).id
    walk.do("examine_complaint", suit="supplement", missing_text="授权委托书原件",
            missing_by=(clock.today() + timedelta(days=4)).isoformat())
    task = db.session.scalar(select(UserTask).where(UserTask.element == "supply_complaint"))
    assert task.participant_id == applicant(walk)[0].id and clock_of(walk).status == "met"
    assert reckoning.last_day(task.due_at) == clock.today() + timedelta(days=4), "by the day that the court set"
    assert db.session.scalar(select(Document.audience).where(Document.kind == "docketing_notice")) == "side:applicant"
    walk.do("supply_complaint", supplied="yes", statement="已补正")
    again = clock_of(walk)
    assert again.id != first and again.status == "running" and walk.open() == ["examine_complaint"]


def test_the_applicant_may_drop_the_suit(refer):
    walk = failed(refer)
    person, actor = applicant(walk)
    other = next(one for one in walk.case.participants if one.side == "respondent" and one.role == "party")
    assert "suit_dropped" in acts.offered(actor, walk.case)
    stranger = walk.world.actor("handler") if other.body_id else Actor.of_party(walk.link(other.id), other)
    assert "suit_dropped" not in acts.offered(stranger, walk.case)
    with transaction():
        acts.tell(actor, walk.case, "suit_dropped", {"suit_dropped_reason": "已与对方谈妥"})
    walk.work()
    assert docketing(walk).status == "dropped" and docketing(walk).number == "" and walk.open() == []
    assert clock_of(walk).status == "met" and "suit_dropped" in told(walk)


def test_a_court_with_its_own_system_says_what_it_decided(refer):
    walk = failed(refer, decides_here=False)
    assert walk.open() == [] and clock_of(walk).status == "running"
    with transaction(), pytest.raises(Forbidden):
        messages.hear(walk.world.actor("handler"), walk.case, "docketing_decided", {"decision": "docketed"}, "x-1")
    walk.pass_time(days=13)
    assert "docketing_overdue" in told(walk)
    with transaction():
        messages.hear(walk.world.actor("court_system"), walk.case, "docketing_decided",
                      {"decision": "docketed", "number": "（2026）闽0102民初88号"}, "court-1")
    walk.work()
    assert docketing(walk).status == "docketed" and docketing(walk).number == "（2026）闽0102民初88号"
    assert state(walk) == "completed" and not db.session.scalar(select(Document.id).where(Document.kind == "docketing_notice"))


def decided_by_system(walk, key: str, decision: str = "docketed") -> str:
    said = {"decision": decision, "number": "（2026）闽0102民初88号", "reason": ""}
    with transaction():
        message, _is_new = messages.hear(walk.world.actor("court_system"), walk.case, "docketing_decided", said, key)
        return message.result


def test_a_courts_decision_that_comes_before_its_process_has_begun_is_kept_for_it(refer, monkeypatch):
    walk = refer(decides_here=False)
    with transaction():
        starts.renew(versions.latest("docketing"))
    with monkeypatch.context() as nobody_carries_on:
        nobody_carries_on.setattr("workers.post.carry", lambda: False)
        walk.do("accept_referral", decision="refuse", refusal_reason="out_of_scope", reason="不属于章程范围")
    assert walk.case.is_closed and docketing(walk) is None, "the material has gone back, nobody has taken it up"

    assert decided_by_system(walk, "early") == "kept"
    walk.work()
    assert docketing(walk).status == "docketed" and docketing(walk).number == "（2026）闽0102民初88号"
    assert state(walk) == "completed" and decided_by_system(walk, "again") == "too_late"


def test_a_decision_after_the_process_gave_up_waiting_is_on_record(refer):
    walk = failed(refer, decides_here=False)
    walk.pass_time(days=190)
    assert state(walk) == "completed" and docketing(walk).status == "filed"

    assert decided_by_system(walk, "late") == "delivered" and docketing(walk).status == "docketed"
