"""What an instance throws reaches the others exactly once: messages one of them, signals everybody who waits."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine import clock
from engine.db import db, transaction
from engine.workflow import incidents, messages, runtime
from engine.workflow.models import Incident, Instance, Message, UserTask
from engine.workflow.said import Thrown
from tests.engine.workflow.spiff.drawing import boundary, catch, node, script, told, user
from tests.published import publish
from workers import post


def throw(id_, definition, tag="intermediateThrowEvent", **more):
    return node(tag, id_, definition, **more)


def start(key="P", case_id=None, **data):
    with transaction():
        return runtime.start(key, case_id, data, by="test").id


def tasks():
    """Open tasks as (instance, element), in order."""
    rows = db.session.scalars(select(UserTask).filter_by(status="open").order_by(UserTask.instance_id, UserTask.element))
    return [(row.instance_id, row.element) for row in rows]


def complete(instance_id, element):
    with transaction():
        task = db.session.scalar(select(UserTask).filter_by(instance_id=instance_id, element=element, status="open"))
        runtime.complete_user_task(task, {}, by="Li")


KEYS = {"correlation": "{'order': order}"}
PAYS = {"payload": "{'order': order, 'sum': 9}"}
HEARS = (catch("m", told("message", "paid"), properties=KEYS), user("v"), "start > m > v > end")


@pytest.mark.parametrize("thrower", [
    (throw("t", told("message", "paid"), properties=PAYS), "start > t > end"),
    (throw("end", told("message", "paid"), tag="endEvent", properties=PAYS), "start > end"),
    (node("sendTask", "t", properties=PAYS, messageRef="message_paid"), "start > t > end"),
], ids=["throw", "end", "send task"])
def test_a_thrown_message_reaches_the_instance_with_the_key(app, thrower):
    publish(*HEARS)
    publish(*thrower, key="Q", number=1)
    first, second = start(order=1), start(order=2)
    start("Q", order=2)
    assert tasks() == []
    assert post.carry() == 1
    assert tasks() == [(second, "v")]
    assert db.session.get(Instance, first).position == [["P", "m"]]
    assert db.session.scalar(select(UserTask)).data == {"order": 2, "sum": 9}


def test_it_is_passed_on_exactly_once(app):
    publish(*HEARS)
    publish(throw("t", told("message", "paid"), properties=PAYS), "start > t > end", key="Q")
    keys = [start(order=1), start(order=1)]
    start("Q", order=1)
    assert (post.carry(), post.carry()) == (1, 0)
    with transaction():
        assert messages.hand_over(db.session.scalar(select(Thrown.id))) == []
    assert (tasks(), db.session.scalar(select(func.count(Message.id)))) == ([(keys[0], "v")], 1)


def test_a_thrown_message_nobody_hears_waits_as_long_as_the_drawing_says(app):
    publish(*HEARS)
    publish(throw("t", told("message", "paid"), properties={**PAYS, "ttl": "PT1H"}), "start > t > end", key="Q")
    start("Q", order=1), start("Q", order=2)
    post.carry()
    soon = start(order=1)
    clock.move(timedelta(hours=2))
    start(order=2)
    assert tasks() == [(soon, "v")]


def test_one_that_is_heard_inside_the_instance_goes_nowhere_else(app):
    publish(throw("t", told("message", "paid")), user("v"), user("w"), node("parallelGateway", "fork"),
            catch("m", told("message", "paid")), "start > fork > m > v > end", "fork > w > t > end")
    first, second = start(), start()
    complete(first, "w")
    assert (post.carry(), tasks()) == (0, [(first, "v"), (second, "w")])


def test_inside_an_instance_too_the_key_decides_who_hears_it(app):
    publish(throw("t", told("message", "paid"), properties={"payload": "{'order': 2}"}), user("w"),
            node("parallelGateway", "fork"), user("one"), user("two"),
            catch("a", told("message", "paid"), properties={"correlation": "{'order': 1}"}),
            catch("b", told("message", "paid"), properties={"correlation": "{'order': 2}"}),
            "start > fork > a > one > end", "fork > b > two > end", "fork > w > t > end")
    key = start()
    complete(key, "w")
    assert tasks() == [(key, "two")]


SIGNAL = told("signal", "stop")
LISTENS = (catch("s", SIGNAL), user("v"), "start > s > v > end")


def test_a_signal_reaches_everybody_who_waited_when_it_was_thrown(app, case):
    publish(*LISTENS)
    publish(throw("t", SIGNAL), "start > t > end", key="Q")
    before = [start(), start(case_id=case.id), start()]
    start("Q")
    clock.move(timedelta(seconds=1))
    late = start()
    post.carry()
    assert tasks() == [(key, "v") for key in before]
    assert db.session.get(Instance, late).position == [["P", "s"]]
    post.look_again()
    assert db.session.get(Instance, late).position == [["P", "s"]]


def test_a_signal_nobody_waits_for_is_gone(app):
    publish(*LISTENS)
    publish(throw("t", SIGNAL), "start > t > end", key="Q")
    start("Q")
    post.carry()
    assert db.session.scalar(select(func.count(Message.id))) == 0


def test_a_message_is_not_heard_by_who_waits_for_a_signal_of_the_same_name(app):
    publish(*LISTENS)
    publish(throw("t", told("message", "stop")), "start > t > end", key="Q")
    start()
    start("Q")
    post.carry()
    assert tasks() == []


def test_a_signal_at_a_boundary_that_does_not_interrupt_comes_every_time(app):
    publish(user("u"), boundary("b", "u", SIGNAL, interrupting=False), user("v"), "start > u > end", "b > v > end")
    publish(throw("t", SIGNAL), "start > t > end", key="Q")
    key = start()
    for _round in range(2):
        start("Q")
        post.carry()
        clock.move(timedelta(seconds=1))
    assert tasks() == [(key, "u"), (key, "v"), (key, "v")]


def test_one_who_cannot_take_a_signal_holds_up_no_other_and_loses_nothing(app):
    publish(catch("s", SIGNAL), script("x", "y = 3 / zero"), user("v"), "start > s > x > v > end")
    publish(throw("t", SIGNAL), "start > t > end", key="Q")
    bad, good = start(zero=0), start(zero=1)
    start("Q")
    post.carry()
    assert tasks() == [(good, "v")]
    waiting = db.session.scalar(select(Message).filter_by(result="kept"))
    with transaction():
        with runtime.advancing(bad, "operator") as run:
            run.change({"zero": 1})
        assert messages.deliver(waiting.id) is True
    assert tasks() == [(bad, "v"), (good, "v")]


def test_one_who_moved_on_in_between_is_too_late_for_a_signal(app):
    publish(node("eventBasedGateway", "g"), catch("s", SIGNAL), catch("m", told("message", "go")), user("v"), user("w"),
            "start > g > s > v > end", "g > m > w > end")
    publish(throw("t", SIGNAL), "start > t > end", key="Q")
    key = start()
    start("Q")
    with transaction():
        told_ids = messages.hand_over(db.session.scalar(select(Thrown.id)))
    with transaction():
        messages.receive(None, "go", {}, "test", "m-1", "test")
    with transaction():
        assert messages.deliver(told_ids[0]) is False
    post.look_again()
    assert tasks() == [(key, "w")]
    assert db.session.get(Message, told_ids[0], populate_existing=True).result == "too_late"


def test_what_cannot_be_passed_on_is_told_and_holds_up_nothing_else(app, monkeypatch):
    publish(*HEARS)
    publish(throw("t", told("message", "paid"), properties=PAYS), "start > t > end", key="Q")
    key = start(order=2)
    thrower = start("Q", order=1)
    start("Q", order=2)
    hand_over = messages.hand_over
    with monkeypatch.context() as broken:
        broken.setattr(messages, "hand_over", lambda number: hand_over(number) if number > 1 else 1 / 0)
        assert post.carry() == 1
    assert tasks() == [(key, "v")]
    incident = db.session.scalar(select(Incident))
    assert (incident.subject, incident.kind, incident.instance_id) == ("thrown 1", "not_passed_on", thrower)
    assert post.carry() == 0
    with transaction():
        incidents.resolve(db.session.get(Incident, incident.id), "Li", "repaired")
    assert post.carry() == 1
