"""Escalations: told outwards, heard by the nearest who listens; the thrower goes on unless it is interrupted."""

import pytest

from tests.engine.workflow.spiff.drawing import (
    Desk,
    boundary,
    definition,
    gateway,
    handler,
    inside,
    laid,
    many,
    node,
    told,
    user,
    xml,
)

SAY = node("intermediateThrowEvent", "say", told("escalation", "late"))
ANY = "<bpmn:escalationEventDefinition/>"


def _work(*more, say=SAY):
    return inside("work", user("a"), say, user("b"), "start > a > say > b > end", *more)


def test_an_escalation_that_does_not_interrupt_starts_a_second_way_and_the_thrower_goes_on():
    case = laid(_work(), boundary("told", "work", told("escalation", "late"), interrupting=False), user("boss"),
                "start > work > end", "told > boss > end")  # fmt: skip
    case.do("a", x=1)
    assert case.at == ["b", "boss"]
    assert case.wait("boss").detail["data"] == {"x": 1}
    assert case.do("b", y=2).do("boss", z=3).is_completed
    assert case.data == {"x": 1, "y": 2, "z": 3}


def test_an_interrupting_escalation_takes_the_sub_process_away_with_what_was_done_in_it():
    case = laid(_work(), boundary("told", "work", told("escalation", "late")), user("boss"),
                "start > work > end", "told > boss > end")  # fmt: skip
    assert case.do("a", x=1).at == ["boss"]
    assert case.data == {"x": 1}


def test_an_escalation_nobody_listens_for_changes_nothing():
    assert laid(_work(), "start > work > end").do("a").at == ["b"]
    assert laid(SAY, user("u"), "start > say > u > end").at == ["u"]


def test_an_escalation_end_tells_and_ends():
    end = node("endEvent", "say", told("escalation", "late"))
    case = laid(inside("work", user("a"), end, "start > a > say"), user("boss"), user("after"),
                boundary("told", "work", told("escalation", "late"), interrupting=False),
                "start > work > after > end", "told > boss > end")  # fmt: skip
    assert case.do("a").at == ["after", "boss"]


@pytest.mark.parametrize(("listens", "way"), [(told("escalation", "late"), "exact"), (told("escalation", "other"), "any")])
def test_the_exact_code_goes_before_any_code(listens, way):
    case = laid(_work(), boundary("exact", "work", listens), boundary("any", "work", ANY), user("u"), user("v"),
                "start > work > end", "exact > u > end", "any > v > end")  # fmt: skip
    assert case.do("a").at == ["u" if way == "exact" else "v"]


def test_an_escalation_passes_who_does_not_listen_and_leaves_called_processes():
    called = xml(_work(), "start > work > end", key="Q")
    case = Desk(definition(node("callActivity", "call", calledElement="Q"), user("boss"),
                           boundary("told", "call", told("escalation", "late"), interrupting=False),
                           "start > call > end", "told > boss > end", others=[called]))  # fmt: skip
    assert case.do("a").at == ["b", "boss"]


def test_each_of_many_may_escalate():
    work = node(
        "subProcess",
        "work",
        many("[1, 2]", item="n")
        + user("a")
        + SAY
        + "".join(
            f'<bpmn:sequenceFlow id="w{n}" sourceRef="{source}" targetRef="{target}"/>'
            for n, (source, target) in enumerate([("a", "say")])
        ),
    )
    case = laid(work, boundary("told", "work", told("escalation", "late"), interrupting=False), user("boss"), user("after"),
                "start > work > after > end", "told > boss > end")  # fmt: skip
    case.do("a").do("a")
    assert case.at == ["after", "boss", "boss"]


def test_an_event_sub_process_hears_an_escalation_before_those_outside():
    listens = handler("near", told("escalation", "late"), user("here"), "near_start > here", interrupting=False)
    case = laid(_work(listens), boundary("told", "work", told("escalation", "late")), user("boss"),
                "start > work > end", "told > boss > end")  # fmt: skip
    assert case.do("a").at == ["b", "here"]


def test_what_happened_is_in_the_trace():
    case = laid(_work(), boundary("told", "work", told("escalation", "late")), user("boss"),
                "start > work > end", "told > boss > end").do("a")  # fmt: skip
    for happened in (("entered", "say"), ("cancelled", "work"), ("entered", "told"), ("completed", "told"), ("entered", "boss")):
        assert happened in case.events


def test_two_branches_hear_and_nobody_is_told_twice():
    case = laid(gateway("parallel", "fork"), _work(), user("c"),
                boundary("told", "work", told("escalation", "late"), interrupting=False), user("boss"),
                "start > fork > work > end", "fork > c > end", "told > boss > end")  # fmt: skip
    assert case.do("a").at == ["b", "boss", "c"]
    assert case.thrown == []
