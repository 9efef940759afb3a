"""What an operator may do to a run: skip, repeat, open again (moving and changing data: test_state)."""

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    boundary,
    catch,
    gateway,
    inside,
    laid,
    many,
    node,
    service,
    timer,
    told,
    user,
)
from tests.engine.workflow.spiff.test_compensation import CANCEL, transaction, undone_by


def test_a_skipped_task_brings_nothing_and_the_next_one_opens():
    case = laid(user("u"), user("v"), "start > u > v > end", data={"a": 1})
    case.run.skip(case.wait("u").token)
    assert case._go_on().at == ["v"] and case.data == {"a": 1}


def test_a_skipped_operation_gives_no_result():
    case = laid(service("s", result="r"), user("v"), "start > s > v > end")
    case.run.skip(case.wait("s").token)
    assert case._go_on().at == ["v"] and case.data == {}


def test_a_skipped_sub_process_keeps_what_was_changed_inside_so_far():
    case = laid(inside("sub", user("a"), user("b"), "start > a > b > end"), user("v"), "start > sub > v > end")
    case.do("a", note="x")
    token = next(token for token, _key, element, _many in case.run.activities() if element == "sub")
    case.run.skip(token)
    assert case._go_on().at == ["v"] and case.data == {"note": "x"}


def test_a_skipped_activity_takes_its_boundary_events_along():
    case = laid(user("u"), boundary("late", "u", timer("timeDuration", "PT1H")), user("v"), "start > u > v > end", "late > end")
    case.run.skip(case.wait("u").token)
    assert case._go_on().at == ["v"]


def test_skipping_one_of_many_leaves_the_others():
    case = laid(user("u", many(times=3)), user("v"), "start > u > v > end")
    case.run.skip(case.wait("u", 1).token)
    case._go_on().do("u")
    assert case.at == ["u"]
    assert case.do("u").at == ["v"]


def test_skipping_a_whole_activity_of_many_goes_on_behind_it():
    case = laid(user("u", many(times=3)), user("v"), "start > u > v > end")
    token = next(token for token, _key, element, is_one in case.run.activities() if element == "u" and not is_one)
    case.run.skip(token)
    assert case._go_on().at == ["v"]


def test_skipping_a_cancel_event_that_takes_back_still_leaves_the_transaction_by_it():
    """It went on as if the transaction had ended well."""
    case = laid(
        transaction("trans", node("startEvent", "ts"), user("a"), undone_by("a", "ua", "userTask"),
                    node("endEvent", "no", CANCEL), "ts > a > no"),
        boundary("stop", "trans", CANCEL), user("v"), user("w"), "start > trans > v > end", "stop > w > end",
    )  # fmt: skip
    assert case.do("a").at == ["ua"]
    case.run.skip(next(token for token, _key, element, _is_one in case.run.activities() if element == "no"))
    assert case._go_on().at == ["w"]


def test_skipping_an_event_after_an_event_gateway_takes_its_way():
    case = laid(
        gateway("eventBased", "g"), catch("m", told("message", "ruling")), catch("t", timer("timeDuration", "PT1H")),
        user("v"), user("w"), "start > g > m > v > end", "g > t > w > end",
    )  # fmt: skip
    case.run.skip(case.wait("m").token)
    assert case._go_on().at == ["v"]


@pytest.mark.parametrize("repeated", [
    many(collection="docs", item="doc", sequential=True), many(collection="docs", item="doc"),
    '<bpmn:standardLoopCharacteristics loopMaximum="3"/>',
], ids=["one by one", "all at once", "loop"])  # fmt: skip
def test_a_changed_value_reaches_those_of_many_and_what_earlier_ones_brought_gives_way(repeated):
    case = laid(user("u", repeated), user("v"), "start > u > v > end", data={"docs": ["a", "b", "c"], "amount": 1})
    case.do("u", amount=2)
    case.run.change({"amount": 5, "doc": "x"})
    case._go_on()
    assert {wait.detail["data"]["amount"] for wait in case.waits} == {5}
    assert {wait.detail["data"]["doc"] for wait in case.waits} <= {"b", "c"} or "doc" not in repeated
    assert case.do("u").do("u").at == ["v"] and case.data["amount"] == 5


def test_a_changed_value_is_not_in_contradiction_with_a_branch_that_has_ended():
    fork = gateway("parallel", "fork"), user("a"), user("b")
    case = laid(inside("sub", *fork, "start > fork > a", "fork > b"), user("v"), "start > sub > v > end").do("a", amount=2)
    case.run.change({"amount": 5})
    assert case._go_on().do("b").at == ["v"] and case.data == {"amount": 5}


def test_a_boundary_event_cannot_be_skipped():
    case = laid(user("u"), boundary("late", "u", timer("timeDuration", "PT1H")), "start > u > end", "late > end")
    with pytest.raises(spiff.RunFailed) as failure:
        case.run.skip(case.wait("late").token)
    assert failure.value.code == "cannot_skip"


def test_a_repeated_operation_works_its_inputs_out_anew():
    case = laid(service("s", parameters={"to": "who"}), "start > s > end", data={"who": "Li"})
    case.run.change({"who": "Wang"})
    before = case.wait("s")
    case.run.repeat(before.token)
    case._go_on()
    assert case.wait("s").detail["inputs"] == {"to": "Wang"} and case.wait("s").token != before.token


def test_a_repeated_activity_of_many_begins_with_all_of_them():
    case = laid(user("u", many(times=2)), "start > u > end")
    case.do("u")
    token = next(token for token, _key, element, is_one in case.run.activities() if element == "u" and not is_one)
    case.run.repeat(token)
    assert case._go_on().at == ["u", "u"]


@pytest.mark.parametrize("act", ["skip", "repeat"])
def test_a_token_that_is_not_there_is_refused(act):
    case = laid(user("u"), "start > u > end")
    with pytest.raises(spiff.RunFailed):
        getattr(case.run, act)("nowhere")


def test_a_run_that_ended_opens_again_where_it_is_told_with_its_data():
    case = laid(user("u"), user("v"), "start > u > v > end").do("u", a=1).do("v", b=2)
    assert case.is_completed
    case.run.reopen("v")
    assert case._go_on().at == ["v"] and case.data == {"a": 1, "b": 2} and not case.is_completed
    assert case.do("v", b=3).is_completed and case.data == {"a": 1, "b": 3}


def test_opening_again_takes_away_what_was_still_open():
    case = laid(user("u"), user("v"), "start > u > v > end")
    case.run.reopen("v")
    assert case._go_on().at == ["v"]


@pytest.mark.parametrize("place", ["nowhere", "(start)", "late", "w"])
def test_a_run_opens_again_at_no_place_without_a_step_of_its_own(place):
    case = laid(user("u"), boundary("late", "u", timer("timeDuration", "PT1H")), inside("sub", user("w"), "start > w > end"),
                "start > u > sub > end", "late > end")
    with pytest.raises(spiff.RunFailed) as failure:
        case.run.reopen(place)
    assert failure.value.code == "cannot_reopen"


@pytest.mark.parametrize("kind", ["parallel", "inclusive"])
@pytest.mark.parametrize("first", ["a", "b", "both"])
def test_branches_that_are_put_on_the_gateway_where_they_meet_meet_there(kind, first):
    """Each was taken for a branch nobody knows: an inclusive gateway went on with each, a parallel one waited for ever."""
    case = laid(gateway("parallel", "fork"), user("a"), user("x"), user("b"), gateway(kind, "join"), user("z"),
                "fork > b > join", "start > fork > a > x > join > z > end")  # fmt: skip
    for place in ("a", "b") if first == "both" else first:
        case.run.move(case.wait(place).token, "join")
        assert "z" not in case._go_on().at or first == "both"
    for place in [each for each in ("a", "b") if each in case.at]:
        case.do(place)
    if "x" in case.at:
        case.do("x")
    assert case.at == ["z"] and case.do("z").is_completed
