"""Conditional events: they happen when their condition becomes true, in whatever way the data changed."""

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    Desk,
    boundary,
    catch,
    definition,
    gateway,
    handler,
    inside,
    laid,
    many,
    node,
    script,
    user,
    xml,
)


def when(text):
    tag = "bpmn:conditionalEventDefinition"
    return f"<{tag}><bpmn:condition><![CDATA[{text}]]></bpmn:condition></{tag}>"


def test_it_waits_until_another_branch_makes_it_true():
    case = laid(gateway("parallel", "fork"), catch("c", when("n > 5")), user("a"), user("b"), user("v"),
                "start > fork > c > v > end", "fork > a > b > end", data={"n": 0})  # fmt: skip
    assert (case.at, case.wait("c").kind, case.wait("c").detail) == (["a", "c"], "condition", {"condition": "n > 5"})
    assert case.do("a", n=3).at == ["b", "c"]
    assert case.do("b", n=7).at == ["v"]


def test_what_holds_already_is_not_waited_for():
    assert laid(catch("c", when("n > 5")), user("v"), "start > c > v", data={"n": 7}).at == ["v"]


def test_facts_of_the_case_count_when_somebody_looks_again():
    facts = {"paid": False}
    case = laid(catch("c", when("case['paid']")), "start > c > end", context={"facts": lambda: dict(facts)})
    assert case._go_on().at == ["c"]
    facts["paid"] = True
    assert case._go_on().is_completed


def test_at_a_boundary_it_takes_the_activity_away():
    case = laid(gateway("parallel", "fork"), user("u"), boundary("c", "u", when("stop")), user("a"), user("v"),
                "start > fork > u > end", "fork > a > end", "c > v > end", data={"stop": False})  # fmt: skip
    assert case.do("a", stop=True).at == ["v"]
    assert ("cancelled", "u") in case.events


def test_beside_an_activity_it_happens_each_time_it_becomes_true():
    case = laid(inside("sub", user("a"), "start > a > a"), boundary("c", "sub", when("n > 5"), interrupting=False), user("v"),
                "start > sub > end", "c > v > end", data={"n": 0})  # fmt: skip
    counts = []
    for value in (7, 8, 1, 9):
        counts.append(case.do("a", n=value).at.count("v"))
    assert counts == [1, 1, 1, 2]


def test_a_sub_process_sees_what_changes_around_it_and_keeps_what_it_changed_itself():
    case = laid(gateway("parallel", "fork"), inside("sub", script("s", "own = 1"), catch("c", when("go and own == 1")), user("v"),
                                                    "start > s > c > v"),
                user("a"), user("b"), "start > fork > sub > end", "fork > a > b > end", data={"go": False})  # fmt: skip
    assert case.do("a", go=True).at == ["b", "v"]


def test_an_event_sub_process_begins_by_it():
    limit = handler("limit", when("n > 5"), user("v"), "limit_start > v")
    case = laid(user("a"), user("b"), limit, "start > a > b > end", data={"n": 0})
    assert case.do("a", n=6).at == ["v"]


def test_the_first_of_several_events_may_be_a_condition():
    case = laid(gateway("parallel", "fork"), gateway("eventBased", "g"), catch("c", when("n > 5")), catch("d", when("n < 0")),
                user("u"), user("a"), user("v"), user("w"), "start > fork > g > c > v", "g > d > w", "fork > u > a",
                data={"n": 0})  # fmt: skip
    assert case.at == ["c", "d", "u"]
    assert case.do("u", n=-1).at == ["a", "w"]


def test_in_a_called_process_and_in_many_they_wait_for_their_own_data():
    called = xml(user("a"), catch("c", when("n > 5")), user("v"), gateway("parallel", "fork"), "start > fork > a > end",
                 "fork > c > v > end", key="Q")  # fmt: skip
    case = Desk(definition(node("callActivity", "call", many("[1, 2]", item="i"), calledElement="Q"), "start > call > end",
                           others=[called]), {"n": 0})  # fmt: skip
    assert case.do("a", n=6).at == ["a", "c", "v"]


def test_nobody_can_deliver_to_a_condition():
    case = laid(catch("c", when("false")), "start > c > end")
    with pytest.raises(spiff.RunFailed):
        case.run.deliver(case.wait("c").token, {})


def test_a_condition_that_cannot_be_worked_out_names_its_element():
    with pytest.raises(spiff.RunFailed, match="missing") as failure:
        laid(catch("c", when("missing > 1")), "start > c > end")
    assert failure.value.element_id == "c"


def test_conditions_that_chase_each_other_are_stopped():
    flip = handler("flip", when("n == 0"), script("s", "n = 1"), "flip_start > s", interrupting=False)
    flop = handler("flop", when("n == 1"), script("t", "n = 0"), "flop_start > t", interrupting=False)
    with pytest.raises(spiff.RunFailed) as failure:
        laid(user("u"), flip, flop, "start > u > end", data={"n": 0})
    assert failure.value.code == "too_many_steps"


@pytest.mark.parametrize("inner", ["<bpmn:conditionalEventDefinition/>", when("a.b"), when("")])
def test_a_condition_nobody_can_read_is_refused(inner):
    findings = spiff.check([spiff.Source("P", xml(catch("c", inner), "start > c > end"))])
    assert {(each.element_id, each.code) for each in findings if each.is_error} == {("c", "bad_expression")}
