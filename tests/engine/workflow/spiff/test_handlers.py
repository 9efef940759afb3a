"""Event sub-processes: they wait while the process or sub-process around them runs, and go on instead of it or beside it."""

from datetime import timedelta

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    NOON,
    Desk,
    boundary,
    definition,
    gateway,
    handler,
    inside,
    laid,
    many,
    node,
    script,
    service,
    timer,
    told,
    user,
    xml,
)

DAY = timedelta(days=1)
STOP = handler("stop", told("message", "withdrawal"), user("note"), "stop_start > note")
REMIND = handler("remind", told("message", "question"), user("reply"), "remind_start > reply", interrupting=False)


def test_an_interrupting_one_cancels_everything_else_and_goes_on_with_what_was_known():
    case = laid(
        gateway("parallel", "fork"), user("a"), user("b"), user("c"), STOP, "start > fork > a > c > end", "fork > b > end"
    )
    assert case.at == ["a", "b", "stop_start"]
    case.do("a", x=1).do("stop_start", reason="paid")
    assert case.at == ["note"]
    assert case.wait("note").detail["data"] == {"x": 1, "reason": "paid"}
    assert {("cancelled", "b"), ("cancelled", "c"), ("entered", "stop"), ("entered", "stop_start")} <= set(case.events)
    assert case.do("note", written=True).is_completed
    assert case.data == {"x": 1, "reason": "paid", "written": True}


def test_one_beside_comes_as_often_as_it_is_told_and_the_process_waits_for_it():
    case = laid(user("a"), REMIND, "start > a > end")
    token = case.wait("remind_start").token
    case.do("remind_start", n=1).do("remind_start", n=2)
    assert case.at == ["a", "remind_start", "reply", "reply"]
    assert case.wait("remind_start").token == token
    assert case.do("reply").do("a", done=True).at == ["remind_start", "reply"]
    assert case.do("reply").is_completed
    assert case.waits == [] and case.data["done"]


def test_the_wait_says_what_an_event_says():
    asked = handler("late", timer("timeDuration", "P1D"), user("b"), "late_start > b")
    asked += handler(
        "told", told("message", "m"), user("c"), "told_start > c", properties={"correlation": "{'n': n}", "variable": "v"}
    )
    case = laid(user("a"), asked, "start > a > end", data={"n": 7})
    assert case.wait("late_start").detail["due_at"] == NOON + DAY
    assert case.wait("told_start").detail["correlation"] == {"n": 7}
    assert case.do("told_start", x=1).data == {"n": 7, "v": {"x": 1}}


def test_ending_in_time_forgets_what_was_waited_for():
    case = laid(inside("sub", user("a"), STOP, "start > a > end"), user("b"), "start > sub > b > end")
    assert case.at == ["a", "stop_start"]
    assert case.do("a").at == ["b"]
    assert case.do("b").is_completed


def test_in_a_sub_process_only_that_is_interrupted_and_its_changes_come_back():
    case = laid(gateway("parallel", "fork"), inside("sub", user("a"), STOP, "start > a > end"), user("b"), user("c"),
                "start > fork > sub > b > end", "fork > c > end", data={"x": 0})  # fmt: skip
    case.do("stop_start", x=1).do("note", y=2)
    assert case.at == ["b", "c"]
    assert case.wait("b").detail["data"] == {"x": 1, "y": 2}


def test_an_error_inside_is_caught_before_the_boundary_of_the_sub_process():
    caught = handler("mend", told("error", "E1"), user("here"), "mend_start > here")
    case = laid(inside("sub", service("s"), caught, "start > s > end"), boundary("out", "sub", told("error", "E1")),
                user("there"),
                "start > sub > end", "out > there > end")  # fmt: skip
    assert case.at == ["s"]
    assert case.throw("s", "E1") and case.at == ["here"]


def test_an_error_in_an_event_sub_process_goes_outwards_and_not_round():
    again = node("endEvent", "again", told("error", "E1"))
    caught = handler("mend", told("error", "E1"), user("here"), again, "mend_start > here > again")
    case = laid(inside("sub", service("s"), caught, "start > s > end"), boundary("out", "sub", told("error", "E1")),
                user("there"),
                "start > sub > end", "out > there > end")  # fmt: skip
    case.throw("s", "E1")
    assert case.do("here").at == ["there"]
    with pytest.raises(spiff.RunFailed) as failure:
        case = laid(service("s"), caught, "start > s > end")
        case.throw("s", "E1")
        case.do("here")
    assert failure.value.code == "error_not_caught"


def test_a_repeated_timer_beside_runs_out():
    often = handler(
        "often", timer("timeCycle", "R2/P1D"), script("count", "n = n + 1"), "often_start > count", interrupting=False
    )
    case = laid(user("a"), often, "start > a > end", data={"n": 0})
    assert case.do("often_start").wait("often_start").detail["due_at"] == NOON + 2 * DAY
    assert case.do("often_start").at == ["a"]
    assert case.do("a").data == {"n": 2} and case.is_completed


def test_a_signal_reaches_it():
    heard = handler("heard", told("signal", "s"), user("b"), "heard_start > b", interrupting=False)
    case = laid(gateway("parallel", "fork"), user("a"), user("go"), node("intermediateThrowEvent", "say", told("signal", "s")),
                heard,
                "start > fork > a > end", "fork > go > say > end")  # fmt: skip
    assert case.do("go").at == ["a", "b", "heard_start"]


def test_whoever_throws_the_signal_that_interrupts_is_interrupted():
    heard = handler("heard", told("signal", "s"), user("b"), "heard_start > b")
    case = laid(user("go"), node("intermediateThrowEvent", "say", told("signal", "s")), user("c"), heard,
                "start > go > say > c > end")  # fmt: skip
    assert case.do("go").at == ["b"]


def test_in_a_called_process_and_in_each_of_many_they_wait_for_themselves():
    called = xml(user("a"), STOP, "start > a > end", key="Q")
    case = Desk(definition(node("callActivity", "call", many("[1, 2]"), calledElement="Q"), user("after"),
                           "start > call > after > end", others=[called]))  # fmt: skip
    assert case.at == ["a", "a", "stop_start", "stop_start"]
    case.do("stop_start")
    assert case.at == ["a", "note", "stop_start"]
    assert case.do("note").do("a").at == ["after"]


def test_one_may_stand_in_another():
    inner = handler("inner", told("message", "n"), user("c"), "inner_start > c")
    outer = handler("outer", told("message", "m"), user("b"), inner, "outer_start > b")
    case = laid(user("a"), outer, "start > a > end").do("outer_start")
    assert case.at == ["b", "inner_start"]
    assert case.do("inner_start").at == ["c"]


def test_terminating_and_cancelling_leave_nothing_waiting():
    end = node("endEvent", "z", "<bpmn:terminateEventDefinition/>")
    case = laid(gateway("parallel", "fork"), user("a"), user("b"), end, STOP, "start > fork > a > z", "fork > b > end")
    assert case.do("a").is_completed and case.waits == []
    case = laid(user("a"), STOP, "start > a > end")
    case.run.cancel()
    assert case.run.is_completed and case.run.waits() == []


def test_branches_that_differ_are_all_known_and_what_is_changed_beside_counts():
    case = laid(gateway("parallel", "fork"), gateway("parallel", "join"), user("a"), user("b"), user("c"), user("d"),
                user("e"), REMIND,
                "start > fork > a > c > join > e > end", "fork > b > d > join")  # fmt: skip
    case.do("a", x=1).do("b", y=2).do("remind_start", q=3)
    assert case.wait("reply").detail["data"] == {"x": 1, "y": 2, "q": 3}
    case.do("reply", z=4).do("c").do("d").do("e")
    assert case.is_completed and case.data == {"x": 1, "y": 2, "q": 3, "z": 4}


def test_reopening_lets_them_wait_again():
    case = laid(user("a"), STOP, "start > a > end").do("a")
    case.run.reopen("a")
    assert case._go_on().at == ["a", "stop_start"]
    assert case.do("stop_start").at == ["note"]


def test_three_hundred_rounds_leave_the_state_small():
    count = handler("often", told("message", "m"), script("count", "n = n + 1"), "often_start > count", interrupting=False)
    case = laid(user("a"), count, "start > a > end", data={"n": 0})
    sizes = []
    for _round in range(300):
        case.do("often_start")
        sizes.append(len(case.run.save()))
    assert case.data == {"n": 300}
    assert sizes[-1] <= sizes[3] + 10


def test_reminders_that_are_counted_in_a_sub_process_are_counted_there():
    """The second one was taken for a branch beside the first, which had said otherwise how many there were."""
    count = handler("often", timer("timeCycle", "R3/P1D"), script("count", "n = n + 1"), "often_start > count",
                    interrupting=False)  # fmt: skip
    work = gateway("parallel", "fork"), user("a"), user("b"), count, "start > fork > a > end", "fork > b > end"
    case = laid(inside("sub", *work), user("z"), "start > sub > z > end", data={"n": 0})
    for n in (1, 2, 3):
        assert case.do("often_start").data["n"] == n
    assert case.do("a", x=1).do("b", y=2).data == {"n": 3, "x": 1, "y": 2} and case.at == ["z"]


def test_what_two_beside_one_another_say_differently_stays_a_contradiction():
    case = laid(inside("sub", user("a"), REMIND, "start > a > end"), "start > sub > end").do("remind_start").do("remind_start")
    case.do("reply", v=1)
    with pytest.raises(spiff.RunFailed) as failure:
        case.do("reply", v=2)
    assert failure.value.code == "merge_conflict"
