"""What branches that came to their end leave behind, and who knows of it: reminders that count, and whoever goes on alone."""

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import boundary, gateway, handler, inside, laid, script, timer, told, user

COUNT = script("count", "n = n + 1")
OFTEN = handler("often", told("message", "m"), COUNT, "often_start > count", interrupting=False)
LATE = boundary("late", "a", timer("timeCycle", "R9/P1D"), interrupting=False), COUNT


def within(*parts):
    """Drawn in a sub-process, where two who say different things are a contradiction."""
    return laid(inside("sub", *parts), user("z"), "start > sub > z > end", data={"n": 0})


def alone(*parts):
    return laid(*parts, data={"n": 0})


@pytest.mark.parametrize("drawn", [alone, within])
def test_what_was_done_between_two_events_beside_it_is_kept(drawn):
    """The second event took what the first had left behind for all there was: what happened in between was lost."""
    case = drawn(user("a"), user("b"), user("c"), OFTEN, "start > a > b > c > end")
    case.do("often_start").do("a", x=1).do("often_start").do("b", y=1).do("often_start").do("c")
    assert case.data == {"n": 3, "x": 1, "y": 1}


@pytest.mark.parametrize("drawn", [alone, within])
def test_what_two_branches_did_between_events_beside_them_is_kept(drawn):
    case = drawn(gateway("parallel", "f"), user("a"), user("b"), user("c"), user("d"), OFTEN,
                 "start > f > a > b > c > end", "f > d > end")  # fmt: skip
    case.do("often_start").do("a", x=1).do("often_start").do("b", y=1).do("often_start").do("c").do("d", w=2)
    assert case.data == {"n": 3, "x": 1, "y": 1, "w": 2}


@pytest.mark.parametrize("drawn", [alone, within])
def test_reminders_on_a_border_count_on_and_the_gateway_after_it_knows(drawn):
    case = drawn(user("a"), *LATE, gateway("exclusive", "g"), user("b"), user("c"), "late > count > end",
                 "start > a > g > b [n > 1]", "g > c", "b > end", "c > end")  # fmt: skip
    assert case.do("late").do("late").do("a", x=1).at == ["b"]
    assert case.do("b").data == {"n": 2, "x": 1}


@pytest.mark.parametrize("drawn", [alone, within])
def test_reminders_on_a_border_count_on_while_somebody_else_works(drawn):
    case = drawn(gateway("parallel", "f"), user("a"), user("o"), user("p"), *LATE, "late > count > end",
                 "start > f > a > end", "f > o > p > end")  # fmt: skip
    case.do("late").do("o", y=1).do("late").do("p", q=1).do("late").do("a", x=1)
    assert case.data == {"n": 3, "x": 1, "y": 1, "q": 1}


def test_a_reminder_while_a_sub_process_is_under_way_loses_nothing_of_either():
    late = boundary("late", "a", timer("timeCycle", "R9/P1D"), interrupting=False)
    work = inside("a", user("b"), user("c"), user("d"), "start > b > c > d > end")
    case = within(work, late, COUNT, "late > count > end", "start > a > end")
    case.do("b", x=1).do("late").do("c", x=2).do("late").do("d", y=3)
    assert case.data == {"n": 2, "x": 2, "y": 3} and case.at == ["z"]


def test_a_branch_knows_nothing_of_the_others_while_they_are_under_way():
    case = within(gateway("parallel", "f"), user("a"), user("b"), user("c"), "start > f > a > end", "f > b > c > end")
    case.do("b", x=1)
    assert "x" not in case.wait("a").detail["data"]
    case.do("c")
    assert case.do("a", n=5).data == {"n": 5, "x": 1}


def test_two_reminders_under_way_at_once_that_say_different_things_are_a_contradiction():
    late = boundary("late", "a", timer("timeCycle", "R9/P1D"), interrupting=False)
    case = within(user("a"), late, user("w"), "late > w > end", "start > a > end").do("late").do("late").do("w", v=1)
    with pytest.raises(spiff.RunFailed) as failure:
        case.do("w", v=2)
    assert failure.value.code == "merge_conflict"


def test_three_hundred_reminders_beside_others_leave_the_state_small():
    case = laid(gateway("parallel", "f"), user("a"), user("o"), boundary("late", "a", told("message", "m"), interrupting=False),
                COUNT, "late > count > end", "start > f > a > end", "f > o > end", data={"n": 0})  # fmt: skip
    sizes = []
    for _round in range(300):
        case.do("late")
        sizes.append(len(case.run.save()))
    assert case.do("a").do("o").data == {"n": 300}
    assert max(sizes[200:]) <= max(sizes[:40]) + 10
