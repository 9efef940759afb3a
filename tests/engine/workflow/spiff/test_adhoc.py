"""Ad-hoc sub-processes: people choose what to do, until it is enough."""

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    boundary,
    definition,
    gateway,
    laid,
    many,
    node,
    script,
    service,
    timer,
    told,
    user,
)


def adhoc(*parts, until="enough", **more):
    nodes = [part for part in parts if part.startswith("<")]
    pairs = [part.split(" > ") for part in parts if not part.startswith("<")]
    nodes += [node("sequenceFlow", f"x_{a}_{b}", sourceRef=a, targetRef=b) for a, b in pairs]
    condition = f"<bpmn:completionCondition><![CDATA[{until}]]></bpmn:completionCondition>" if until else ""
    return node("adHocSubProcess", "work", "".join(nodes) + condition, **more)


WAY = (user("v"), "start > work > v > end")
OPEN = {"enough": False}


def test_everything_is_offered_and_comes_again_until_it_is_enough():
    case = laid(adhoc(user("a"), user("b")), *WAY, data=OPEN)
    assert case.at == ["a", "b"]
    assert case.do("a", x=1).at == ["a", "b"]
    assert case.do("b", y=1).do("b", y=2).at == ["a", "b"]
    assert case.do("a", enough=True).at == ["v"]
    assert case.data == {"enough": True, "x": 1, "y": 2}


def test_what_is_offered_keeps_its_place_and_sees_what_the_others_did():
    case = laid(adhoc(user("a"), user("b")), *WAY, data=OPEN)
    token = case.wait("b").token
    case.do("a", x=1)
    assert (case.wait("b").token, case.wait("b").detail["data"]["x"]) == (token, 1)
    assert case.do("b", x=2).wait("a").detail["data"]["x"] == 2


def test_the_condition_may_ask_for_several_things_together():
    case = laid(adhoc(user("a"), user("b"), until="value('checked', False) and value('paid', False)"), *WAY)
    assert case.do("a", checked=True).at == ["a", "b"]
    assert case.do("b", paid=True).at == ["v"]


def test_what_follows_by_arrows_is_offered_when_its_turn_comes():
    case = laid(adhoc(user("a"), script("s", "n = value('n', 0) + 1"), user("c"), user("b"), "a > s", "s > c"), *WAY, data=OPEN)
    assert case.do("a").at == ["a", "b", "c"]
    assert case.do("c").at == ["a", "b"]
    assert case.do("a").data["n"] == 2


def test_when_it_is_enough_what_has_begun_is_taken_away():
    case = laid(adhoc(user("a"), user("c"), user("b"), "a > c"), *WAY, data=OPEN)
    case.do("a", seen=1)
    assert case.do("b", enough=True).at == ["v"]
    assert ("cancelled", "c") in case.events and case.data == {"enough": True, "seen": 1}


def test_when_it_is_enough_what_has_begun_may_still_be_finished():
    case = laid(adhoc(user("a"), user("c"), user("b"), "a > c", cancelRemainingInstances="false"), *WAY, data=OPEN)
    case.do("a")
    assert case.do("b", enough=True).at == ["c"]
    assert case.do("c", late=1).at == ["v"]
    assert case.data == {"enough": True, "late": 1}


@pytest.mark.parametrize(("cancels", "at"), [("true", ["v"]), ("false", ["c"])])
def test_the_first_of_a_row_may_be_the_one_that_makes_it_enough(cancels, at):
    case = laid(adhoc(user("a"), user("c"), "a > c", cancelRemainingInstances=cancels), *WAY, data=OPEN)
    assert case.do("a", enough=True).at == at
    assert case.data == {"enough": True}


def test_workers_and_branches_inside_a_row():
    case = laid(
        adhoc(user("a"), gateway("parallel", "fork"), service("s", result="r"), user("c"), gateway("parallel", "join"), user("d"),
              "a > fork", "fork > s", "fork > c", "s > join", "c > join", "join > d"), *WAY, data=OPEN,
    )  # fmt: skip
    case.do("a").do("c", x=1).do("s", no=1)
    assert case.at == ["a", "d"]
    assert case.do("d", enough=True).at == ["v"]
    assert case.data == {"enough": True, "x": 1, "r": {"no": 1}}


def test_work_one_thing_at_a_time():
    case = laid(adhoc(user("a"), user("b"), ordering="Sequential"), *WAY, data=OPEN)
    assert case.do("a", x=1).do("b", x=2).do("a", enough=True).data == {"enough": True, "x": 2}


def test_a_boundary_event_ends_all_of_it_and_reminders_come_anew_each_time():
    remind = boundary("remind", "a", timer("timeDuration", "P1D"), interrupting=False)
    remind += script("n", "told = value('told', 0) + 1")
    case = laid(
        adhoc(user("a"), remind, "remind > n"), boundary("stop", "work", told("message", "m")), *WAY, "stop > v", data=OPEN
    )  # fmt: skip
    case.do("remind").do("a", x=1).do("remind")
    assert case.data == {"enough": False, "x": 1, "told": 2}
    assert case.do("stop").at == ["v"]


def test_it_may_be_repeated_as_a_whole():
    case = laid(adhoc(user("a"), many(times=2, sequential=True), until="enough"), *WAY, data=OPEN)
    assert case.do("a").do("a", enough=True).at == ["a"]
    assert case.do("a", enough=True).at == ["v"]


def test_rounds_do_not_make_the_state_grow():
    case = laid(adhoc(user("a"), user("b")), *WAY, data=OPEN)
    sizes = [len(case.do("ab"[n % 2], n=n % 10).run.save()) for n in range(60)]
    assert max(sizes[10:]) - min(sizes[10:]) < 20


@pytest.mark.parametrize(
    ("drawn", "found"),
    [
        (adhoc(user("a"), until=None), ("work", "adhoc_endless")),
        (adhoc(user("a"), until="n <"), ("work", "bad_expression")),
        (adhoc(script("a", "n = 1")), ("a", "adhoc_start")),
        (adhoc(service("a")), ("a", "adhoc_start")),
        (adhoc(gateway("parallel", "a"), user("b"), "a > b"), ("a", "adhoc_start")),
        (adhoc(user("a", many(times=2))), ("a", "adhoc_start")),
        (adhoc(user("a"), boundary("b", "a", timer("timeDuration", "P1D"))), ("a", "adhoc_start")),
        (adhoc(node("startEvent", "s"), user("a"), "s > a"), ("s", "adhoc_inside")),
        (adhoc(user("a"), node("endEvent", "e"), "a > e"), ("e", "adhoc_inside")),
        (adhoc(user("a"), user("b"), "a > b", ordering="Sequential"), ("work", "adhoc_sequential")),
    ],
)  # fmt: skip
def test_what_nobody_could_choose_or_end_is_refused_by_name(drawn, found):
    with pytest.raises(spiff.ModelRefused) as refusal:
        definition(drawn, *WAY)
    assert found in {(each.element_id, each.code) for each in refusal.value.findings}


def test_what_came_later_counts_whoever_has_begun_before():
    case = laid(adhoc(user("a"), user("c"), user("b"), "a > c"), *WAY, data=OPEN)
    case.do("a", x=1).do("b", x=2)
    assert case.wait("c").detail["data"]["x"] == 2
    assert case.do("c", enough=True).data == {"enough": True, "x": 2}
