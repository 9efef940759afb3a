"""The ways SpiffWorkflow alone goes wrong (measured before this was written), each as a fact about our door to it."""

import json
import time

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    boundary,
    definition,
    gateway,
    inside,
    laid,
    many,
    node,
    script,
    service,
    timer,
    user,
)


def test_a_loop_of_1500_rounds_is_not_lost_and_its_state_does_not_grow():
    case = laid(user("u"), gateway("exclusive", "again"), "start > u > again > u [n < 1500]", "again > end")
    sizes = []
    for n in range(1, 1501):
        case.do("u", n=n)
        sizes.append(len(case.run.save()))
    assert case.is_completed
    assert max(sizes) - min(sizes[:-1]) < 20


def test_a_parallel_join_in_a_loop_waits_for_both_branches_each_time():
    case = laid(
        user("a"), user("b"), user("review"), gateway("parallel", "fork"), gateway("parallel", "join"), gateway("exclusive", "x"),
        gateway("exclusive", "round"),
        "start > round > fork > a > join > review > x > round [again]", "fork > b > join", "x > end",
    )  # fmt: skip
    for again in (True, True, False):
        assert case.do("b").at == ["a"]
        assert case.do("a").at == ["review"]
        case.do("review", again=again)
    assert case.is_completed


def test_a_join_keeps_what_each_branch_added_under_its_own_name():
    case = laid(*_fork(), data={"docs": ["d0"]})
    case.do("a", docs_a=["d0", "a"]).do("b", docs_b=["d0", "b"])
    assert case.data == {"docs": ["d0"], "docs_a": ["d0", "a"], "docs_b": ["d0", "b"]}


def test_two_branches_that_change_the_same_value_differently_stop_the_process_and_name_it():
    case = laid(*_fork(), data={"docs": ["d0"]}).do("a", docs=["d0", "a"])
    with pytest.raises(spiff.RunFailed, match="docs") as failure:
        case.do("b", docs=["d0", "b"])
    assert (failure.value.code, failure.value.element_id) == ("merge_conflict", "join")


def test_two_branches_that_change_a_value_alike_may_meet():
    case = laid(*_fork()).do("a", docs=[{"id": 1}]).do("b", docs=[{"id": 1}])
    assert case.data["docs"] == [{"id": 1}]


def test_a_branch_does_not_see_what_the_other_changes():
    case = laid(*_fork(), data={"party": {"name": "A"}}).do("a", party={"name": "B"})
    assert case.wait("b").detail["data"]["party"] == {"name": "A"}


def test_answers_are_copied_so_that_nobody_can_change_them_later():
    case = laid(user("u"), user("v"), "start > u > v > end")
    given = {"party": {"name": "A"}}
    case.run.complete(case.wait("u").token, given)
    given["party"]["name"] = "changed"
    case._go_on()
    assert case.wait("v").detail["data"]["party"] == {"name": "A"}


@pytest.mark.parametrize("key", ["typename", "value", "~d", "~", "~~x", "__class__", "data_objects", "len", "case", "format"])
def test_no_key_a_person_may_type_harms_the_state(key):
    case = laid(user("u"), user("v"), "start > u > v > end")
    case.do("u", **{key: "UUID", "nested": {key: {key: "1.5"}}})
    assert case.wait("v").detail["data"] == {key: "UUID", "nested": {key: {key: "1.5"}}}


def test_the_state_survives_a_store_that_reorders_keys():
    case = laid(*_fork(), data={"b": 1, "a": {"z": 1, "y": 2}})
    state = json.dumps(json.loads(case.run.save()), sort_keys=True).encode()
    again = spiff.load(case.definition, state, case.context)
    assert again.data == {"b": 1, "a": {"z": 1, "y": 2}}
    assert sorted(wait.element_id for wait in again.waits()) == ["a", "b"]


def test_a_terminate_end_stops_a_sibling_that_was_already_due_to_run():
    case = laid(
        gateway("parallel", "fork"), node("endEvent", "stop", "<bpmn:terminateEventDefinition/>"),
        script("side_effect", "ran = 1"),
        "start > fork > stop", "fork > side_effect > end",
    )  # fmt: skip
    assert case.is_completed
    assert "ran" not in case.data
    assert ("completed", "side_effect") not in case.events


def test_an_interrupting_boundary_event_stops_the_sub_process_at_once():
    case = laid(
        inside("sub", user("u"), "start > u > end"), boundary("late", "sub", timer("timeDuration", "P1D")), user("v"),
        "start > sub > end", "late > v > end",
    )  # fmt: skip
    assert case.do("late").at == ["v"]
    assert ("cancelled", "u") in case.events


def test_sixty_forks_in_a_row_start_quickly():
    sections, arrows = [], []
    for n in range(60):
        sections += [gateway("parallel", f"fork{n}"), user(f"a{n}"), user(f"b{n}"), gateway("parallel", f"join{n}")]
        arrows += [
            f"fork{n} > a{n} > join{n}",
            f"fork{n} > b{n} > join{n}",
            f"join{n} > fork{n + 1}" if n < 59 else f"join{n} > end",
        ]
    drawing = definition(*sections, "start > fork0", *arrows)
    begun = time.process_time()
    run = spiff.start(drawing, {}, spiff.Context())
    run.proceed()
    assert time.process_time() - begun < 0.5
    assert len(run.save()) < 1000


def test_what_people_call_start_end_and_root_are_ordinary_elements():
    case = laid(node("startEvent", "Start"), user("Root"), node("endEvent", "End"), "Start > Root > End")
    assert case.do("Root").is_completed


def test_conditions_are_asked_in_the_order_of_the_file():
    case = laid(
        user("first"),
        user("second"),
        gateway("exclusive", "x"),
        "start > x > first [true]",
        "x > second [true]",
        "first > end",
        "second > end",
    )
    assert case.at == ["first"]


def test_a_condition_on_the_only_arrow_out_of_a_task_is_heeded():
    case = laid(user("u"), user("v"), "start > u > v [go]", "v > end")
    with pytest.raises(spiff.RunFailed) as failure:
        case.do("u", go=False)
    assert (failure.value.code, failure.value.element_id) == ("no_way_out", "u")
    assert laid(user("u"), user("v"), "start > u > v [go]", "v > end").do("u", go=True).at == ["v"]


def test_a_non_interrupting_message_may_come_again_and_again():
    case = laid(
        user("u"), boundary("told", "u", '<bpmn:messageEventDefinition messageRef="message_m"/>', interrupting=False), user("v"),
        "start > u > end", "told > v > end",
    )  # fmt: skip
    case.do("told").do("told")
    assert case.at == ["told", "u", "v", "v"]


def test_a_script_that_fails_leaves_an_instance_that_is_not_completed():
    run = spiff.start(definition(script("s", "x = missing"), "start > s > end"), {}, spiff.Context())
    with pytest.raises(spiff.RunFailed) as failure:
        run.proceed()
    assert failure.value.element_id == "s"
    assert not run.is_completed


def test_many_at_once_with_an_item_that_is_nothing_does_not_get_stuck():
    case = laid(user("m", many(collection="items", item="it", sequential=True)), "start > m > end", data={"items": [None, 1]})
    case.do("m").do("m")
    assert case.is_completed


def test_a_service_task_waits_with_its_inputs_worked_out_once():
    case = laid(service("s", result="doc", parameters={"template": "'a' + str(n)"}), "start > s > end", data={"n": 1})
    assert case.wait("s").detail == {"operation": "documents.generate", "inputs": {"template": "a1"}}
    assert case.do("s", id=7).data == {"n": 1, "doc": {"id": 7}}


def _fork():
    return (
        user("a"), user("b"), user("c"), gateway("parallel", "fork"), gateway("parallel", "join"),
        "start > fork > a > join > c > end", "fork > b > join",
    )  # fmt: skip
