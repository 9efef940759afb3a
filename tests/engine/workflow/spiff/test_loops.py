"""Standard loops: one activity again and again."""

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    boundary,
    definition,
    gateway,
    laid,
    node,
    service,
    timer,
    user,
    xml,
)


def loop(condition=None, most=None, before=False):
    inner = f"<bpmn:loopCondition><![CDATA[{condition}]]></bpmn:loopCondition>" if condition else ""
    more = f' loopMaximum="{most}"' if most is not None else ""
    tag = "bpmn:standardLoopCharacteristics"
    return f'<{tag} testBefore="{str(before).lower()}"{more}>{inner}</{tag}>'


def scripted(id_, text, characteristics):
    return node("scriptTask", id_, characteristics + f"<bpmn:script><![CDATA[{text}]]></bpmn:script>")


WAY = (user("v"), "start > u > v > end")


def test_a_task_comes_again_while_the_condition_holds():
    case = laid(user("u", loop("n < 3")), *WAY)
    for n in (1, 2):
        assert case.do("u", n=n).at == ["u"]
    assert case.do("u", n=3).at == ["v"]
    assert case.data == {"n": 3}


def test_a_loop_that_asks_first_may_have_no_round():
    assert laid(user("u", loop("open", before=True)), *WAY, data={"open": False}).at == ["v"]
    case = laid(user("u", loop("open", before=True)), *WAY, data={"open": True})
    assert case.at == ["u"] and case.do("u", open=False).at == ["v"]


def test_a_loop_that_asks_afterwards_has_at_least_one_round():
    case = laid(user("u", loop("open")), *WAY, data={"open": False})
    assert case.at == ["u"] and case.do("u").at == ["v"]


@pytest.mark.parametrize("before", [True, False])
def test_a_loop_ends_at_its_maximum_whatever_the_condition_says(before):
    case = laid(scripted("u", "n = value('n', 0) + 1", loop("true", most=4, before=before)), *WAY)
    assert case.data == {"n": 4}


def test_a_maximum_alone_is_enough():
    assert laid(scripted("u", "n = value('n', 0) + 1", loop(most=3)), *WAY).data == {"n": 3}


def test_each_round_sees_what_the_one_before_changed_and_its_own_number():
    case = laid(scripted("u", "seen = value('seen', []) + [loop_counter]", loop("loop_counter < 3")), *WAY)
    assert case.data == {"seen": [0, 1, 2]}


def test_a_loop_without_end_stops_the_process_and_names_the_element():
    with pytest.raises(spiff.RunFailed) as failure:
        laid(scripted("u", "n = 1", loop("true")), *WAY)
    assert (failure.value.code, failure.value.element_id) == ("too_many_steps", "u")


def test_a_boundary_event_ends_all_rounds_and_keeps_what_they_changed():
    case = laid(user("u", loop("true")), boundary("late", "u", timer("timeDuration", "P1D")), user("w"), *WAY, "late > w")
    due = case.wait("late").detail["due_at"]
    case.do("u", n=1).do("u", n=2)
    assert case.wait("late").detail["due_at"] == due
    assert case.do("late").at == ["w"]
    assert case.data == {"n": 2}


def test_calls_to_workers_sub_processes_and_called_processes_loop_too():
    inner = node("startEvent", "a") + user("w") + node("endEvent", "b")
    inner += node("sequenceFlow", "x1", sourceRef="a", targetRef="w") + node("sequenceFlow", "x2", sourceRef="w", targetRef="b")
    case = laid(
        service("s", result="r", inner=loop("r['again']")), node("subProcess", "sub", loop("k < 2") + inner),
        node("callActivity", "call", loop(most=2), calledElement="Q"), "start > s > sub > call > end",
        others=[xml(user("q"), "start > q > end", key="Q")],
    )  # fmt: skip
    case.do("s", again=True).do("s", again=False)
    case.do("w", k=1).do("w", k=2)
    assert case.do("q", m=1).at == ["q"]
    assert case.do("q", m=2).is_completed
    assert case.data == {"r": {"again": False}, "k": 2, "m": 2}


def test_an_error_in_a_round_is_caught_at_the_whole_activity():
    case = laid(
        service("s", inner=loop("true")), boundary("failed", "s", "<bpmn:errorEventDefinition/>"), user("w"), "start > s > end",
        "failed > w",
    )  # fmt: skip
    case.do("s", n=1)
    assert case.throw("s", "E")
    assert case.at == ["w"] and case.data == {"n": 1}


def test_a_loop_of_a_thousand_rounds_keeps_its_size():
    case = laid(user("u", loop("n < 1000")), *WAY)
    sizes = set()
    for n in range(1, 1000):
        case.do("u", n=n)
        sizes.add(len(case.run.save()))
    assert case.do("u", n=1000).at == ["v"]
    assert max(sizes) - min(sizes) < 20


def test_a_loop_inside_a_drawn_loop_begins_anew_each_time():
    case = laid(user("u", loop(most=2)), gateway("exclusive", "x"), "start > u > x > u [n < 4]", "x > end")
    for n in (1, 2, 3, 4):
        case.do("u", n=n)
    assert case.is_completed


@pytest.mark.parametrize(
    ("characteristics", "code"),
    [(loop(), "loop_endless"), (loop("n <"), "bad_expression"), (loop("n", most=0), "loop_most"),
     (loop("n", most="x"), "loop_most"), (loop("n", most="-1"), "loop_most"), (loop("n", most="²"), "loop_most")],
)  # fmt: skip
def test_a_loop_that_makes_no_sense_is_refused(characteristics, code):
    with pytest.raises(spiff.ModelRefused) as refusal:
        definition(user("u", characteristics), "start > u > end")
    assert [(each.element_id, each.code) for each in refusal.value.findings] == [("u", code)]


def test_what_is_no_activity_cannot_be_repeated():
    drawn = f'<bpmn:exclusiveGateway id="x">{loop("true")}</bpmn:exclusiveGateway>'
    with pytest.raises(spiff.ModelRefused) as refusal:
        definition(drawn, "start > x > end")
    assert [(each.element_id, each.code) for each in refusal.value.findings] == [("x", "loop_here")]
