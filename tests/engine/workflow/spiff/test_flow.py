"""Gateways, sub-processes, called processes, scripts and decisions: the way through a drawing."""

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    Desk,
    definition,
    extension,
    gateway,
    inside,
    laid,
    node,
    script,
    service,
    user,
    xml,
)

TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="size" name="Size"><decisionTable>
<input id="i" label="Amount"><inputExpression><text>case["amount"]</text></inputExpression></input><output id="o" name="size"/>
<rule id="r1"><inputEntry><text>&lt; 1000</text></inputEntry><outputEntry><text>"small"</text></outputEntry></rule>
<rule id="r2"><inputEntry><text>&gt;= 1000</text></inputEntry><outputEntry><text>"large"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def test_an_exclusive_gateway_takes_the_first_arrow_whose_condition_holds():
    case = laid(user("a"), user("b"), user("c"), gateway("exclusive", "x"), *_three_ways("x"), data={"n": 7})
    assert case.at == ["b"]


def test_an_exclusive_gateway_takes_the_default_when_nothing_holds():
    case = laid(user("a"), user("b"), user("c"), gateway("exclusive", "x", default="f3"), *_three_ways("x"), data={"n": -1})
    assert case.at == ["c"]


def test_a_gateway_without_way_out_stops_the_process():
    with pytest.raises(spiff.RunFailed) as failure:
        laid(user("a"), user("b"), gateway("exclusive", "x"), "start > x > a [false]", "x > b [false]")
    assert (failure.value.code, failure.value.element_id) == ("no_way_out", "x")


def test_an_inclusive_gateway_opens_every_way_that_holds_and_waits_for_just_those():
    case = laid(
        user("a"), user("b"), user("c"), user("d"), gateway("inclusive", "split", default="f6"), gateway("inclusive", "join"),
        "start > split > a [n > 1] > join > d", "split > b [n > 5] > join", "split > c > join", data={"n": 7},
    )  # fmt: skip
    assert case.at == ["a", "b"]
    assert case.do("a").at == ["b"]
    assert case.do("b").at == ["d"]


def test_an_inclusive_join_is_not_kept_waiting_by_a_branch_that_left():
    case = laid(
        user("a"), user("b"), user("d"), gateway("inclusive", "split"),
        gateway("exclusive", "leave"), gateway("inclusive", "join"),
        "start > split > a [true] > join > d", "split > b [true] > leave > join [stay]", "leave > end [not stay]",
    )  # fmt: skip
    case.do("a")
    assert case.do("b", stay=False).at == ["d"]


def test_tasks_may_have_several_arrows_out_with_and_without_conditions():
    case = laid(user("u"), user("a"), user("b"), user("c"), "start > u > a", "u > b [n > 5]", "u > c [n > 50]")
    assert case.do("u", n=7).at == ["a", "b"]


def test_a_default_arrow_out_of_a_task_is_taken_when_no_condition_holds():
    drawing = (user("u", default="f2"), user("a"), user("b"), "start > u > a [n > 5]", "u > b")
    assert laid(*drawing).do("u", n=7).at == ["a"]
    assert laid(*drawing).do("u", n=1).at == ["b"]


def test_a_sub_process_hands_back_what_it_changed_and_the_outer_data_lives_on():
    case = laid(inside("sub", user("u"), "start > u > end"), user("v"), "start > sub > v > end", data={"a": 1, "b": 2})
    assert case.do("u", b=3).wait("v").detail["data"] == {"a": 1, "b": 3}


def test_sub_processes_may_stand_inside_one_another_without_start_and_end():
    inner = node("subProcess", "inner", user("u"))
    case = laid(node("subProcess", "outer", inner), user("v"), "start > outer > v > end")
    assert case.at == ["u"]
    assert case.do("u", x=1).wait("v").detail["data"] == {"x": 1}


def test_a_called_process_runs_with_a_copy_and_its_changes_come_back():
    called = xml(user("u"), "start > u > end", key="Q")
    case = laid(
        node("callActivity", "call", calledElement="Q"), user("v"), "start > call > v > end", others=[called], data={"a": 1}
    )
    assert (case.wait("u").process_key, case.run.position()) == ("Q", [("P", "call"), ("Q", "u")])
    assert case.do("u", b=2).wait("v").detail["data"] == {"a": 1, "b": 2}


def test_elements_of_two_processes_may_share_an_id():
    called = xml(user("u", name="inner"), "start > u > end", key="Q")
    drawing = definition(
        user("u", name="outer"), node("callActivity", "call", calledElement="Q"), "start > u > call > end", others=[called]
    )
    assert (drawing.element("P", "u").name, drawing.element("Q", "u").name, drawing.element("Q", "call")) == (
        "outer",
        "inner",
        None,
    )
    case = Desk(drawing).do("u")
    assert case.wait("u").name == "inner"
    assert case.do("u").is_completed


def test_a_parallel_branch_beside_a_sub_process_meets_it_with_both_their_data():
    case = laid(
        gateway("parallel", "fork"), gateway("parallel", "join"), inside("sub", user("a"), "start > a > end"),
        service("s", result="doc"), user("v"),
        "start > fork > sub > join > v", "fork > s > join",
    )  # fmt: skip
    case.do("s", id=1).do("a", x=2)
    assert case.wait("v").detail["data"] == {"doc": {"id": 1}, "x": 2}


def test_scripts_assign_with_what_they_know_of_the_case():
    case = laid(script("s", "half = case['amount'] / 2\nkind = 'big' if half > 10 else 'small'"), user("v"), "start > s > v",
                context={"facts": lambda: {"amount": 30}})  # fmt: skip
    assert case.data == {"half": 15, "kind": "big"}


def test_a_decision_table_answers_into_the_data():
    rule = node(
        "businessRuleTask",
        "decide",
        "<bpmn:extensionElements><spiffworkflow:calledDecisionId>size</spiffworkflow:calledDecisionId></bpmn:extensionElements>",
    )
    case = laid(rule, user("v"), "start > decide > v", decisions=[TABLE], context={"facts": lambda: {"amount": 5000}})
    assert case.data == {"size": "large"}


def test_a_called_process_asks_its_own_table_even_where_the_caller_has_one_of_that_name():
    decide = node(
        "businessRuleTask", "decide", extension("<spiffworkflow:calledDecisionId>size</spiffworkflow:calledDecisionId>")
    )
    outer = xml(decide, node("callActivity", "call", calledElement="Q"), user("v"), "start > decide > call > v")
    inner = xml(decide, "start > decide > end", key="Q")
    sources = [spiff.Source("P", outer, (TABLE,)), spiff.Source("Q", inner, (TABLE.replace(b"large", b"huge"),))]
    assert Desk(spiff.parse("P", sources), facts=lambda: {"amount": 5000}).data == {"size": "huge"}


def test_a_process_that_runs_in_circles_is_stopped():
    run = spiff.start(definition(script("s", "n = 1"), gateway("exclusive", "x"), "start > x > s > x"), {}, spiff.Context())
    with pytest.raises(spiff.RunFailed) as failure:
        run.proceed()
    assert failure.value.code == "too_many_steps"


def test_a_process_that_forks_in_circles_is_stopped_before_its_branches_weigh_much():
    """Each branch knows all forks it came through: at seven hundred of them a turn took four seconds."""
    drawn = definition(gateway("parallel", "p"), user("u"), gateway("exclusive", "x"), "start > x > p > u", "p > x")
    run = spiff.start(drawn, {}, spiff.Context())
    with pytest.raises(spiff.RunFailed) as failure:
        run.proceed()
    assert failure.value.code == "too_many_steps" and failure.value.element_id in ("p", "x")
    assert len(run.waits()) < 300


def test_a_join_that_can_never_open_is_told_at_once():
    with pytest.raises(spiff.RunFailed) as failure:
        laid(user("a"), gateway("exclusive", "x"), gateway("parallel", "join"), "start > x > join [true] > a", "x > join [true]")
    assert (failure.value.code, failure.value.element_id) == ("dead_end", "join")


def test_two_tokens_pass_a_task_one_after_the_other_when_branches_meet_without_gateway():
    case = laid(gateway("parallel", "fork"), user("a"), user("b"), user("c"), "start > fork > a > c > end", "fork > b > c")
    case.do("a").do("b")
    assert case.at == ["c", "c"]
    assert case.do("c").do("c").is_completed


def test_expressions_see_the_data_the_case_and_nothing_else():
    run = spiff.start(definition(script("s", "x = open('f')"), "start > s"), {}, spiff.Context())
    with pytest.raises(spiff.RunFailed, match="open"):
        run.proceed()


def test_a_send_task_with_an_operation_is_a_call():
    case = laid(service("s", operation="notices.send", parameters={"to": "'x'"}, tag="sendTask"), "start > s > end")
    assert case.wait("s").detail["operation"] == "notices.send"
    assert case.do("s").is_completed


def test_the_trace_tells_what_was_entered_taken_and_completed():
    case = laid(user("u"), "start > u > end")
    assert case.events == [
        ("entered", "start"), ("completed", "start"), ("taken", "f0"), ("entered", "u"),
    ]  # fmt: skip
    case.do("u")
    assert case.events[4:] == [("completed", "u"), ("taken", "f1"), ("entered", "end"), ("completed", "end")]
    assert case.ends == ["end"]


def test_plain_and_manual_tasks_are_somebodys_work():
    case = laid(node("task", "a"), node("manualTask", "b"), "start > a > b > end")
    assert case.wait("a").kind == "user_task"
    assert case.do("a").do("b").is_completed


def test_elements_are_listed_in_reading_order():
    drawing = definition(user("c"), user("b"), user("a"), gateway("parallel", "f"), "start > a > f > b > end", "f > c > end")
    assert drawing.order() == ["start", "a", "f", "b", "c", "end"]


def test_an_element_tells_what_the_diagram_says_about_it():
    lane = '<bpmn:lane id="l1" name="mediator"><bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane>'
    lanes = f'<bpmn:laneSet id="ls">{lane}</bpmn:laneSet>'
    text = xml(
        user("u", "<bpmn:documentation>why</bpmn:documentation>", properties={"form": "f", "stage": "consent"}, name="Ask"),
        "start > u > end",
    )
    drawing = spiff.parse(
        "P", [spiff.Source("P", text.replace(b'isExecutable="true">', b'isExecutable="true">' + lanes.encode()))]
    )
    element = drawing.element("P", "u")
    assert (element.lane, element.name, element.documentation) == ("mediator", "Ask", "why")
    assert element.properties == {"form": "f", "stage": "consent"}
    assert Desk(drawing).wait("u").lane == "mediator"


def _three_ways(name):
    return f"start > {name} > a [n > 10]", f"{name} > b [n > 5]", f"{name} > c" + ("" if name == "x" else " [true]")


def test_a_process_may_begin_at_the_start_event_that_is_named():
    drawing = definition(node("startEvent", "a"), user("u"), user("v"), node("intermediateThrowEvent", "b"), "a > u", "b > v")
    run = spiff.start(drawing, {}, spiff.Context(), at="b")
    run.proceed()
    assert [wait.element_id for wait in spiff.load(drawing, run.save(), spiff.Context()).waits()] == ["v"]


@pytest.mark.parametrize("kind", ["exclusive", "inclusive", "parallel"])
def test_a_gateway_that_no_arrow_leaves_ends_the_path(kind):
    """Exclusive and inclusive ones stopped with “no condition holds”."""
    case = laid(user("a"), user("b"), gateway(kind, "g"), "start > a > g", "start > b > g")
    assert case.do("a").do("b").is_completed
