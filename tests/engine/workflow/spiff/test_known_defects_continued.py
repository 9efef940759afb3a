"""More ways SpiffWorkflow alone goes wrong, each as a fact about our door to it: events, ids, data, depth."""

from datetime import timedelta

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    NOON,
    Desk,
    boundary,
    catch,
    definition,
    gateway,
    inside,
    laid,
    many,
    node,
    script,
    timer,
    told,
    user,
    xml,
)

WAY = "start > u > v > end"


def test_a_signal_end_is_heard_inside_and_told_to_others():
    case = laid(
        gateway("parallel", "fork"), catch("c", told("signal", "s")), node("endEvent", "e", told("signal", "s")), user("v"),
        "start > fork > c > v > end", "fork > e",
    )  # fmt: skip
    assert case.at == ["v"]
    assert [(each["kind"], each["name"]) for each in case.thrown] == [("signal", "s")]


def test_a_link_leads_to_its_other_end():
    link = '<bpmn:linkEventDefinition name="far"/>'
    case = laid(node("intermediateThrowEvent", "t", link), catch("c", link), user("u"), "start > t", "c > u > end")
    assert case.at == ["u"]


def test_a_link_without_its_other_end_is_refused():
    drawn = node("intermediateThrowEvent", "t", '<bpmn:linkEventDefinition name="far"/>')
    assert _refused(drawn, user("u"), "start > u > t") == {"t"}


@pytest.mark.parametrize("kind", ["signalEventDefinition", "timerEventDefinition", "errorEventDefinition"])
def test_an_event_that_borrows_its_definition_is_refused_not_taken_for_none(kind):
    outside = f'<bpmn:{kind} id="shared"/>'
    drawn = node("endEvent", "e", "<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>")
    assert _refused(drawn, user("u"), "start > u > e", extra=outside) == {"e"}


@pytest.mark.parametrize("name", ["Start", "End", "Root", "EndJoin", "P.EndJoin", "P", "u.x"])
def test_no_id_collides_with_names_of_the_library(name):
    if name == "P":
        assert _refused(user(name), "start > P > end") == {name}
        return
    assert laid(user(name), user("v"), f"start > {name} > v > end").do(name).do("v").is_completed


def test_branches_that_merge_without_a_gateway_run_the_rest_twice_and_end_twice():
    case = laid(
        gateway("parallel", "fork"), user("a"), user("b"), user("c"), "start > fork > a > c > end", "fork > b > c"
    )  # fmt: skip
    case.do("a").do("b")
    assert case.at == ["c", "c"]
    assert case.do("c", x=1).at == ["c"]
    assert case.do("c", x=2).is_completed


def test_tokens_that_came_twice_to_one_side_of_a_join_wait_for_two_on_the_other():
    case = laid(
        gateway("parallel", "fork"), gateway("parallel", "twice"), gateway("parallel", "join"), user("a"), user("b"), user("v"),
        "start > fork > twice", "twice > a", "twice > a", "a > join", "fork > b > join", "join > v > end",
    )  # fmt: skip
    case.do("a").do("a")
    assert case.at == ["b"]
    with pytest.raises(spiff.RunFailed) as failure:
        case.do("b").do("v")
    assert (failure.value.code, failure.value.element_id) == ("dead_end", "join")


def test_a_state_loaded_into_a_newer_drawing_keeps_its_deadlines_and_data():
    def drawn(name):
        return definition(user("u", name=name), boundary("late", "u", timer("timeDuration", "P9D")), user("v"), WAY, "late > v")

    case = Desk(drawn("old"), {"draft": 1})
    due = case.wait("late").detail["due_at"]
    later = spiff.load(drawn("new"), case.run.save(), spiff.Context(now=NOON + timedelta(days=5)))
    assert [wait.detail["due_at"] for wait in later.waits() if wait.element_id == "late"] == [due]
    assert later.data == {"draft": 1}


def test_one_instance_leaves_nothing_behind_for_the_next():
    drawing = definition(
        user("u", many("items", item="it")), boundary("told", "u", told("message", "m"), interrupting=False), user("v"), WAY,
        "told > v",
    )  # fmt: skip
    first = Desk(drawing, {"items": [1, 2]}).do("told").do("u").do("u").do("v").do("v")
    second = Desk(drawing, {"items": [3]})
    assert first.is_completed
    assert second.at == ["told", "u"]
    assert second.do("u").do("v").is_completed


def test_a_data_object_used_two_levels_down_does_not_hang_the_reader():
    drawn = inside("s1", inside("s2", user("u", "<bpmn:dataInputAssociation><bpmn:sourceRef>far</bpmn:sourceRef>"
                                    "</bpmn:dataInputAssociation>"), "start > u > end"), "start > s2 > end")  # fmt: skip
    data = '<bpmn:dataObjectReference id="far" dataObjectRef="nowhere"/>'
    assert laid(data, drawn, "start > s1 > end").do("u").is_completed


@pytest.mark.parametrize("times", ["0 - 1", "None", "'3'", "1.5", "true", "10 ** 9"])
@pytest.mark.parametrize("sequential", [False, True])
def test_a_number_of_instances_that_is_none_stops_the_process(times, sequential):
    with pytest.raises((spiff.RunFailed, spiff.ModelRefused), match="m"):
        laid(user("m", many(times=times, sequential=sequential)), "start > m > end")


def test_an_item_that_is_nothing_is_an_item():
    case = laid(user("m", many("items", item="it", result="r", results="all")), "start > m > end", data={"items": [None, None]})
    case.do("m", r=None).do("m", r=1)
    assert case.data["all"] == [None, 1]


@pytest.mark.parametrize("name", ["len", "sum", "days", "today"])
def test_a_value_called_like_a_function_does_not_take_its_place(name):
    case = laid(user("u"), script("s", "n = len([1, 2]) + sum([1])"), user("v"), "start > u > s > v > end")
    assert case.do("u", **{name: "mine"}).data == {name: "mine", "n": 3}


def test_an_inclusive_join_in_a_loop_waits_for_those_that_were_chosen_each_time():
    case = laid(
        user("a"), user("b"), user("v"), gateway("inclusive", "fork"), gateway("inclusive", "join"), gateway("exclusive", "x"),
        "start > fork > a [n != 1] > join", "fork > b [n != 0] > join", "join > v > x > fork [n < 3]", "x > end", data={"n": 0},
    )  # fmt: skip
    assert case.do("a").at == ["v"]
    assert case.do("v", n=1).at == ["b"]
    assert case.do("b").do("v", n=2).at == ["a", "b"]
    assert case.do("a").at == ["b"]
    assert case.do("b").do("v", n=3).is_completed


@pytest.mark.parametrize("text", ["PT0S", "2020-01-01T00:00:00Z"])
def test_a_boundary_timer_already_due_waits_for_the_clock_and_loses_to_whoever_was_first(text):
    kind = "timeDate" if text[0] == "2" else "timeDuration"
    parts = (user("u"), boundary("late", "u", timer(kind, text)), user("v"), user("w"), WAY, "late > w > end")
    assert laid(*parts).at == ["late", "u"]
    assert laid(*parts).do("u").at == ["v"]
    assert laid(*parts).do("late").at == ["w"]


def test_processes_that_call_each_other_in_a_circle_are_refused():
    other = xml(node("callActivity", "back", calledElement="P"), "start > back > end", key="Q")
    with pytest.raises(spiff.ModelRefused) as refusal:
        definition(node("callActivity", "call", calledElement="Q"), "start > call > end", others=[other])
    assert {each.code for each in refusal.value.findings} == {"calls_itself"}


def test_a_hundred_calls_deep_and_a_row_of_a_thousand_meet_no_limit():
    def process(number):
        part = node("callActivity", "call", calledElement=f"P{number + 1}") if number < 100 else user("u")
        return xml(part, f"start > {'call' if number < 100 else 'u'} > end", key=f"P{number}")

    case = Desk(spiff.parse("P0", [spiff.Source(f"P{number}", process(number)) for number in range(101)]))
    assert case.do("u", deep=True).data == {"deep": True}
    row = [script(f"s{number}", f"n = {number}") for number in range(1000)]
    assert laid(*row, " > ".join(["start", *(f"s{number}" for number in range(1000)), "end"])).data == {"n": 999}


def test_a_message_that_came_first_does_not_decide_which_may_come_later():
    drawing = definition(catch("c", told("message", "m"), properties={"correlation": "{'no': no}"}), "start > c > end")
    one, other = Desk(drawing, {"no": 1}), Desk(drawing, {"no": 2})
    one.do("c")
    assert other.wait("c").detail["correlation"] == {"no": 2}


def _refused(*parts, **more):
    """Ids of the elements a drawing is refused for."""
    with pytest.raises(spiff.ModelRefused) as refusal:
        definition(*parts, **more)
    return {each.element_id for each in refusal.value.findings if each.is_error}


def test_what_a_branch_borrowed_while_a_sub_process_was_at_work_does_not_come_back():
    case = laid(
        inside("sub", user("a"), user("b"), "start > a > b > end"), user("side"), user("v"), gateway("parallel", "join"),
        boundary("t", "sub", timer("timeDuration", "P1D"), interrupting=False), "start > sub > join", "t > side > join",
        "join > v > end", data={"open": False},
    )  # fmt: skip
    case.do("a", open=True).do("t").do("b", open=False).do("side", note=1)
    assert case.wait("v").detail["data"] == {"open": False, "note": 1}
