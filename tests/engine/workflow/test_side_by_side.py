"""Events that wait side by side: which comes first takes all, which may come again waits again, and the rows follow."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db, transaction
from engine.inbox.workspace import waiting
from engine.workflow import messages, runtime
from engine.workflow.models import Instance, MessageWait, Timer
from tests.engine.workflow.spiff.drawing import catch, gateway, handler, node, timer, told, user
from tests.engine.workflow.spiff.test_conditional import when
from tests.published import publish


@pytest.fixture
def begin(app, case):
    def begin(*parts, **data):
        publish(*parts)
        with transaction():
            return runtime.start("P", case.id, data, by="clerk").id

    return begin


def position(key):
    found = db.session.scalar(select(Instance.position).where(Instance.id == key).execution_options(populate_existing=True))
    return sorted(element for _process, element in found)


def rows(model):
    query = select(model).order_by(model.id).execution_options(populate_existing=True)
    return [(row.element, row.status) for row in db.session.scalars(query)]


def say(case, name, key, **payload):
    with transaction():
        return messages.receive(case.id, name, payload, "elsewhere", key, by="elsewhere").result


def test_of_two_times_due_in_one_pass_exactly_one_comes(begin):
    key = begin(gateway("eventBased", "first"), catch("soon", timer("timeDuration", "PT1H")),
                catch("late", timer("timeDuration", "PT2H")), user("a"), user("b"),
                "start > first > soon > a", "first > late > b")  # fmt: skip
    clock.move(timedelta(hours=3))
    with transaction():
        assert runtime.fire_timers(key) == 1
    assert position(key) == ["a"]
    assert rows(Timer) == [("soon", "done"), ("late", "cancelled")]


def test_an_event_sub_process_beside_waits_again_in_its_old_row_until_all_is_over(begin, case):
    asked = handler("ask", told("message", "question"), user("reply"), "ask_start > reply", interrupting=False)
    key = begin(user("u"), asked, "start > u > end")
    assert say(case, "question", "1", n=1) == say(case, "question", "2", n=2) == "delivered"
    assert position(key) == ["ask", "reply", "u"]
    assert rows(MessageWait) == [("ask_start", "open")]
    with transaction():
        runtime.cancel(key, "clerk", "enough")
    assert rows(MessageWait) == [("ask_start", "cancelled")]


def test_an_event_sub_process_that_interrupts_closes_what_was_open(begin, case):
    stop = handler("stop", told("message", "withdrawal"), user("note"), "stop_start > note")
    late = handler("late", timer("timeDuration", "P1D"), user("call"), "late_start > call", interrupting=False)
    key = begin(gateway("parallel", "fork"), user("u"), catch("c", when("paid")), stop, late,
                "start > fork > u > end", "fork > c > end", paid=False)  # fmt: skip
    assert sorted(rows(MessageWait)) == [("c", "open"), ("stop_start", "open")]
    assert say(case, "withdrawal", "1") == "delivered"
    assert position(key) == ["note", "stop"]
    assert sorted(rows(MessageWait)) == [("c", "cancelled"), ("stop_start", "done")]
    assert rows(Timer) == [("late_start", "cancelled")]


def test_a_timer_of_an_event_sub_process_fires_by_the_clock(begin):
    late = handler("late", timer("timeCycle", "R2/PT1H"), user("call"), "late_start > call", interrupting=False)
    key = begin(user("u"), late, "start > u > end")
    for _time in range(3):
        clock.move(timedelta(minutes=61))
        with transaction():
            runtime.fire_timers(key)
    assert position(key) == ["call", "late", "u"]
    assert rows(Timer) == [("late_start", "done")]


def test_a_message_somebody_throws_may_come_from_an_event_sub_process_and_be_heard_here(begin, case):
    shout = node("intermediateThrowEvent", "shout", told("message", "go"))
    call = handler("call", told("message", "call"), shout, "call_start > shout", interrupting=False)
    key = begin(catch("c", told("message", "go")), user("v"), call, "start > c > v > end")
    assert say(case, "call", "1") == "delivered"
    assert position(key) == ["v"]


def test_people_see_what_is_waited_for_and_not_what_may_come_besides(begin, case):
    stop = handler("stop", told("message", "withdrawal"), user("note"), "stop_start > note")
    late = handler("late", timer("timeDuration", "P1D"), user("call"), "late_start > call", interrupting=False)
    key = begin(gateway("parallel", "fork"), catch("c", when("paid")), catch("m", told("message", "ruling")), stop, late,
                "start > fork > c > end", "fork > m > end", paid=False)  # fmt: skip
    waits = waiting.of_instance(db.session.get(Instance, key), case)
    assert sorted(each.element for each in waits) == ["c", "m"]


def test_a_clock_whose_time_has_come_is_the_systems_turn_and_makes_nobody_late(begin, case):
    key = begin(catch("pause", timer("timeDuration", "P1D")), user("next"), "start > pause > next > end")
    def seen():
        with transaction(write=False):
            (wait,) = waiting.of_instance(db.session.get(Instance, key), case)
            return wait.kind, wait.due_at is None
    assert seen() == ("timer", False)
    clock.move(timedelta(days=2))
    assert seen() == ("system", True)
