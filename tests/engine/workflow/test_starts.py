"""Processes that begin by a message, a signal or the clock: once for each, in the version in force, with what they were told."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine import clock
from engine.access.actor import SYSTEM
from engine.db import db, transaction
from engine.processes import publish as publishing
from engine.processes import starter
from engine.workflow import incidents, messages, runtime, stores
from engine.workflow.models import Incident, Instance, Message, UserTask
from engine.workflow.said import StartEvent
from tests.engine.workflow.spiff.drawing import catch, node, script, timer, told, user
from tests.engine.workflow.spiff.test_conditional import when
from tests.published import publish
from workers import post


def begins(definition, *parts, **more):
    return node("startEvent", "s", definition, **more), *(parts or (user("v"), "s > v > end"))


def say(key, name="appeal", payload=None, case_id=None, **more):
    with transaction():
        return messages.receive(case_id, name, payload or {}, "court", key, "court", **more).result


def throw(definition, **properties):
    publish(node("intermediateThrowEvent", "t", definition, properties=properties), "start > t > end", key="Q")
    with transaction():
        runtime.start("Q", None, {}, by="test")
    post.carry()


def instances():
    """(version number, data of the open task) of every instance that waits at `v`."""
    tasks = db.session.scalars(select(UserTask).filter_by(status="open", element="v").order_by(UserTask.id))
    return [(task.instance.version.number, task.data) for task in tasks]


def resolve_all():
    with transaction():
        for incident in db.session.scalars(select(Incident).where(Incident.resolved_at.is_(None))):
            incidents.resolve(incident, "Li", "repaired")


def test_a_message_for_a_case_begins_a_process_of_the_case(app, case):
    publish(*begins(told("message", "appeal")))
    assert say("m-1", payload={"reason": "x"}, case_id=case.id) == "delivered"
    assert instances() == [(1, {"reason": "x"})]
    assert db.session.scalar(select(Instance.case_id)) == case.id


def test_the_same_message_twice_begins_one_process(app):
    publish(*begins(told("message", "appeal")))
    assert [say("m-1"), say("m-1"), say("m-2")] == ["delivered"] * 3
    assert len(instances()) == 2


def test_who_waits_for_a_message_comes_before_who_begins_by_it(app):
    publish(*begins(told("message", "appeal")))
    publish(catch("m", told("message", "appeal")), user("w"), "start > m > w > end", key="Q")
    with transaction():
        runtime.start("Q", None, {}, by="test")
    assert [say("m-1"), len(instances()), say("m-2"), len(instances())] == ["delivered", 0, "delivered", 1]


def test_the_payload_may_be_kept_under_a_name(app):
    publish(*begins(told("message", "appeal"), properties={"variable": "asked"}))
    say("m-1", payload={"n": 1})
    assert instances() == [(1, {"asked": {"n": 1}})]


def test_a_thrown_message_begins_a_process(app):
    publish(*begins(told("message", "appeal")))
    throw(told("message", "appeal"), payload="{'n': 1}")
    post.carry(), post.look_again()
    assert instances() == [(1, {"n": 1})]


def test_a_signal_begins_every_process_that_begins_by_it_and_wakes_who_waits(app):
    publish(*begins(told("signal", "flood")))
    publish(*begins(told("signal", "flood")), key="R")
    publish(catch("c", told("signal", "flood")), user("v"), "start > c > v > end", key="W")
    with transaction():
        runtime.start("W", None, {}, by="test")
    throw(told("signal", "flood"), payload="{'n': 1}")
    post.carry(), post.look_again()
    assert sorted(task.process_key for task in db.session.scalars(select(UserTask))) == ["P", "R", "W"]
    assert {str(data) for _number, data in instances()} == {"{'n': 1}"}


def test_several_start_events_lead_their_own_ways(app):
    publish(node("startEvent", "start"), *(node("startEvent", name, told("message", name)) for name in "ab"),
            user("u"), user("x"), user("y"), "start > u > end", "a > x > end", "b > y > end")
    say("m-1", "b"), say("m-2", "a")
    with transaction():
        runtime.start("P", None, {}, by="test")
    assert list(db.session.scalars(select(UserTask.element).order_by(UserTask.id))) == ["y", "x", "u"]


def test_a_process_that_begins_only_by_an_event_is_not_begun_plainly(app):
    publish(*begins(told("message", "appeal")))
    with pytest.raises(incidents.ProcessFailed) as failure, transaction():
        runtime.start("P", None, {}, by="test")
    assert (failure.value.element, failure.value.reason) == ("s", "begins_by_event")


def test_only_the_version_in_force_is_begun(app):
    publish(*begins(told("message", "appeal")))
    publish(*begins(told("message", "appeal")), number=2)
    say("m-1")
    publish(*begins(told("message", "other")), number=3)
    assert (say("m-2"), say("m-3", "other")) == ("kept", "delivered")
    assert [number for number, _data in instances()] == [2, 3]


def test_what_was_said_before_anybody_could_begin_by_it_begins_nothing(app):
    assert say("m-1") == "kept"
    clock.move(timedelta(seconds=1))
    publish(*begins(told("message", "appeal")))
    post.look_again()
    assert instances() == []


def test_one_that_cannot_begin_is_told_and_begins_once_that_is_resolved(app):
    publish(*begins(told("message", "appeal"), script("x", "y = 3 / zero"), user("v"), "s > x > v > end"))
    assert say("m-1", payload={"zero": 0}) == "kept"
    assert db.session.scalar(select(Incident.kind)) == "start_failed"
    assert post.look_again() == 0
    with transaction():
        db.session.scalar(select(Message)).payload = {"zero": 1}
    resolve_all()
    assert post.look_again() == 1
    assert instances() == [(1, {"zero": 1, "y": "3"})]


def test_a_day_begins_a_process_once(app):
    day = (clock.now() + timedelta(days=2)).isoformat(timespec="seconds")
    publish(*begins(timer("timeDate", day)))
    assert (post.start_due(), instances()) == (0, [])
    clock.move(timedelta(days=3))
    assert (post.start_due(), post.start_due(), instances()) == (1, 0, [(1, {})])
    publish(*begins(timer("timeDate", day)), number=2)
    publish(*begins(timer("timeDate", day)), key="R")
    assert post.start_due() == 0


def test_a_cycle_begins_a_process_again_and_again_and_a_new_version_takes_it_over(app):
    publish(*begins(timer("timeCycle", "R3/P1D")))
    for number, found in ((2, 1), (3, 2), (4, 3), (5, 3)):
        clock.move(timedelta(days=1, seconds=1))
        post.start_due()
        assert len(instances()) == found
        publish(*begins(timer("timeCycle", "R3/P1D")), number=number)
    assert [number for number, _data in instances()] == [1, 2, 3]


def test_a_timer_start_that_fails_holds_up_no_other(app):
    publish(*begins(timer("timeCycle", "R/P1D"), script("x", "y = 3 / 0"), user("v"), "s > x > v > end"))
    publish(*begins(timer("timeCycle", "R/P1D")), key="R")
    clock.move(timedelta(days=1, seconds=1))
    assert (post.start_due(), post.start_due(), len(instances())) == (1, 0, 1)
    assert db.session.scalar(select(Incident.kind)) == "start_failed"
    resolve_all()
    assert post.start_due() == 0
    assert db.session.scalar(select(func.count(Incident.id)).where(Incident.resolved_at.is_(None))) == 1


def test_a_withdrawn_start_event_begins_nothing_more(app):
    publish(*begins(timer("timeCycle", "R/P1D")))
    publish(user("v"), "start > v > end", number=2)
    clock.move(timedelta(days=5))
    assert (post.start_due(), db.session.scalar(select(func.count(StartEvent.id)))) == (0, 0)


def test_publishing_puts_the_start_events_of_a_process_in_force(app, case):
    files = starter.folder("appeals", "上诉", "Appeals")
    drawn = files["process.bpmn"].replace(
        '<bpmn:startEvent id="begun" name="开始">', '<bpmn:startEvent id="begun" name="开始">' + told("message", "appeal"))
    drawn = drawn.replace("<bpmn:collaboration", '<bpmn:message id="message_appeal" name="appeal"/><bpmn:collaboration', 1)
    walked = {"scenarios/runs_through.toml": 'title = "从头到尾"\nstarts = "begun"\n[[step]]\nend = "ended"\n'}
    with transaction():
        publishing.publish(SYSTEM, {"appeals": {**files, "process.bpmn": drawn, **walked}})
    assert say("m-1", case_id=case.id) == "delivered"
    assert (db.session.scalar(select(Instance.status)), db.session.scalar(select(Instance.case_id))) == ("completed", case.id)
    with transaction():
        publishing.publish(SYSTEM, {"appeals": files})
    assert say("m-2", case_id=case.id) == "too_late"


def hold(value):
    with transaction():
        stores.keep(None, "rate", value)
    return post.start_true()


def test_a_condition_begins_a_process_each_time_it_becomes_true(app):
    publish(*begins(when("rate != None and rate > 4")))
    assert [hold(value) for value in (3, 5, 6, 4, 5)] == [0, 1, 0, 0, 1]
    assert instances() == [(1, {})] * 2


def test_what_is_true_already_when_it_is_published_begins_nothing_and_a_new_version_goes_on_from_there(app):
    hold(5)
    publish(*begins(when("rate != None and rate > 4")))
    assert (post.start_true(), hold(3), hold(5)) == (0, 0, 1)
    publish(*begins(when("rate != None and rate > 4")), number=2)
    assert (post.start_true(), hold(1), hold(9)) == (0, 0, 1)
    assert [number for number, _data in instances()] == [1, 2]


def test_a_condition_that_cannot_be_worked_out_is_told_once_and_looked_at_again_when_that_is_resolved(app):
    publish(*begins(when("rate > 4")))
    assert (post.start_true(), post.start_true()) == (0, 0)
    assert [(each.kind, each.element) for each in db.session.scalars(select(Incident))] == [("start_failed", "s")]
    hold(5)
    resolve_all()
    assert post.start_true() == 1
