"""Sub-processes that are taken back from within: by an event sub-process for that, or one by one what was done in them."""

import pytest

from tests.engine.workflow.spiff.drawing import (
    boundary,
    catch,
    gateway,
    handler,
    inside,
    laid,
    many,
    node,
    script,
    told,
    user,
)
from tests.engine.workflow.spiff.test_compensation import CANCEL, TWO, UNDO, _codes, throw, transaction, undone_by
from tests.engine.workflow.spiff.test_upgrading import in_the_way, taken_over

NOTE = "undone = value('undone', []) + ['{}']"


def back(id_, *parts, **more):
    """An event sub-process that begins when what it stands in is taken back."""
    return handler(id_, UNDO, *parts, **more)


def booking(*more, id_="sub"):
    """Two things are done inside, each with who takes it back."""
    return inside(id_, *TWO, *more, "start > a > b > end")


ASKING = back("back", user("ask"), "back_start > ask")
RECURSIVE = back("back", user("ask"), throw("tb"), script("after", NOTE.format("after")), "back_start > ask > tb > after")
AROUND = (throw(), user("v"), "start > sub > t > v > end")


def done(*parts, **more):
    """A process whose sub-process has done both."""
    return laid(*parts, **more).do("a", room=1).do("b", room=2)


def test_a_sub_process_is_taken_back_by_the_event_sub_process_in_it():
    case = done(booking(ASKING), *AROUND)
    assert case.at == ["ask"] and "undone" not in case.data
    assert case.do("ask", refund=5).at == ["v"]
    assert case.data == {"room": 2, "refund": 5}
    assert [element for event, element in case.events if event == "entered"][-4:] == ["back", "back_start", "ask", "v"]


def test_it_sees_what_was_known_when_the_sub_process_was_done():
    case = done(booking(ASKING), user("u"), throw(), user("v"), "start > sub > u > t > v > end")
    case.do("u", room=9, reason="ill")
    assert case.wait("ask").detail["data"] == {"room": 2, "reason": "ill"}
    assert case.do("ask", room=0).data == {"room": 0, "reason": "ill"}


def test_what_is_thrown_in_it_takes_back_what_was_done_around_it_the_last_first():
    case = done(booking(RECURSIVE), *AROUND)
    assert case.at == ["ask"]
    case.do("ask")
    assert case.at == ["v"] and case.data["undone"] == ["ub", "ua", "after"]


def test_it_may_name_what_it_takes_back():
    named = back("back", throw("tb", activity="a"), "back_start > tb")
    assert done(booking(named), *AROUND).data["undone"] == ["ua"]


def test_people_who_take_back_for_it_are_waited_for_and_see_the_data_of_then():
    people = (user("a"), undone_by("a", "ua", "userTask"), user("b"), undone_by("b", "ub", "userTask"))
    recursive = back("back", throw("tb"), user("after"), "back_start > tb > after")
    case = done(inside("sub", *people, recursive, "start > a > b > end"), *AROUND)
    assert case.at == ["ub"] and case.wait("ub").detail["data"] == {"room": 2}
    assert case.do("ub", freed=2).at == ["ua"]
    assert case.wait("ua").detail["data"] == {"room": 1, "freed": 2}
    assert case.do("ua", freed=1).at == ["after"]
    assert case.do("after").at == ["v"] and case.data == {"room": 2, "freed": 1}


def test_it_is_not_begun_when_the_sub_process_was_interrupted():
    case = laid(booking(ASKING), boundary("stop", "sub", told("message", "m")), throw(), user("v"),
                "start > sub > end", "stop > t > v > end")  # fmt: skip
    assert case.do("a").do("stop").at == ["v"]


def test_it_is_done_once_for_each_time_the_sub_process_was_done():
    case = done(
        booking(back("back", script("s", "undone = value('undone', []) + [room]"), "back_start > s")), gateway("exclusive", "x"),
        throw(), user("v"), "start > sub > x > sub [room != 4]", "x > t > v > end",
    )  # fmt: skip
    case.do("a").do("b", room=3).do("a").do("b", room=4)
    assert case.at == ["v"] and case.data["undone"] == [4, 3, 2]


LOOP = "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>room != 3</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"


def repeated(times, taking_back):
    """A sub-process done several times, with one task inside."""
    arrows = [node("sequenceFlow", f"g{n}", sourceRef=a, targetRef=b) for n, (a, b) in enumerate([("ss", "a"), ("a", "se")])]
    return node("subProcess", "sub", times + node("startEvent", "ss") + user("a") + node("endEvent", "se") + "".join(arrows)
                + taking_back)  # fmt: skip


@pytest.mark.parametrize("sequential", [False, True])
def test_of_many_each_is_taken_back_with_what_it_knew(sequential):
    counting = back("back", script("s", "undone = value('undone', []) + [i]"), "back_start > s")
    case = laid(repeated(many(times=3, item="i", result="r", results="rs", sequential=sequential), counting), *AROUND)
    for number in (0, 0, 0) if sequential else (1, 1, 0):
        case.do("a", number, r=1)
    assert case.at == ["v"] and case.data["undone"] == ([2, 1, 0] if sequential else [0, 2, 1])


def test_each_round_of_a_loop_is_taken_back():
    noting = back("back", script("s", "undone = value('undone', []) + [room]"), "back_start > s")
    case = laid(repeated(LOOP, noting), *AROUND).do("a", room=1).do("a", room=2).do("a", room=3)
    assert case.at == ["v"] and case.data["undone"] == [3, 2, 1]


def test_many_that_are_not_all_done_are_not_taken_back():
    case = laid(repeated(many(times=2), ASKING), boundary("stop", "sub", told("message", "m")), throw(), user("v"),
                "start > sub > end", "stop > t > v > end")  # fmt: skip
    assert case.do("a").do("stop").at == ["v"]


def test_a_transaction_that_is_cancelled_takes_back_the_sub_processes_in_it_from_within():
    case = done(
        transaction("trans", node("startEvent", "ts"), booking(RECURSIVE), node("endEvent", "no", CANCEL), "ts > sub > no"),
        boundary("stop", "trans", CANCEL), user("w"), "start > trans > end", "stop > w > end",
    )  # fmt: skip
    assert case.at == ["ask"]
    assert case.do("ask").at == ["w"] and case.data["undone"] == ["ub", "ua", "after"]


def test_sub_processes_in_sub_processes_are_taken_back_layer_by_layer():
    outer = inside("outer", booking(RECURSIVE), user("c"), undone_by("c", "uc"),
                   back("all", throw("ta"), script("last", NOTE.format("last")), "all_start > ta > last"),
                   "start > sub > c > end")  # fmt: skip
    case = done(outer, throw(), user("v"), "start > outer > t > v > end")
    case.do("c")
    assert case.at == ["ask"] and case.data["undone"] == ["uc"]
    assert case.do("ask").at == ["v"] and case.data["undone"] == ["uc", "ub", "ua", "after", "last"]


def test_without_anybody_drawn_for_it_what_was_done_inside_is_taken_back_one_by_one():
    outer = inside("outer", booking(), user("c"), undone_by("c", "uc"), "start > sub > c > end")
    case = done(outer, user("d"), undone_by("d", "ud"), throw(), user("v"), "start > outer > d > t > v > end")
    assert case.do("c").do("d").at == ["v"]
    assert case.data["undone"] == ["ud", "uc", "ub", "ua"]


def test_a_sub_process_can_be_named_though_only_its_inside_knows():
    case = done(booking(), user("d"), undone_by("d", "ud"), throw(activity="sub"), user("v"), "start > sub > d > t > v > end")
    assert case.do("d").data["undone"] == ["ub", "ua"]


def test_a_sub_process_in_which_nothing_was_done_needs_nobody():
    choosing = inside("sub", gateway("exclusive", "x"), *TWO, "start > x > a [go] > b > end", "x > end")
    case = laid(choosing.replace('id="x"', 'id="x" default="sub_f4"'), *AROUND, data={"go": False})
    assert case.at == ["v"] and case.data == {"go": False}


def test_an_error_in_it_is_caught_around_who_takes_back():
    failing = back("back", throw("tb"), node("endEvent", "bad", told("error", "E")), "back_start > tb > bad")
    case = done(booking(failing), inside("x", throw(), "start > t > end"), user("v"), "start > sub > x > v > end")
    assert case.at == ["v"]


def test_who_takes_back_may_be_interrupted_while_others_work_for_it():
    people = (user("a"), undone_by("a", "ua", "userTask"), user("b"))
    late = back("back", inside("in", user("wait"), "start > wait > end"), gateway("parallel", "f"), throw("tb"),
                node("endEvent", "stop", "<bpmn:terminateEventDefinition/>"), "back_start > f > tb > end",
                "f > in > stop")  # fmt: skip
    case = done(inside("sub", *people, late, "start > a > b > end"), *AROUND)
    assert case.at == ["ua", "wait"]
    assert case.do("wait").at == ["v"]
    assert ("cancelled", "ua") in case.events


def test_two_branches_in_it_take_back_side_by_side():
    people = (user("a"), undone_by("a", "ua", "userTask"), user("b"), undone_by("b", "ub", "userTask"))
    both = back("back", gateway("parallel", "f"), throw("t1", activity="a"), throw("t2", activity="b"),
                "back_start > f > t1 > end", "f > t2 > end")  # fmt: skip
    case = done(inside("sub", *people, both, "start > a > b > end"), *AROUND)
    assert case.at == ["ua", "ub"]
    assert case.do("ua", x=1).at == ["ub"]
    assert case.do("ub", y=2).at == ["v"] and case.data == {"room": 2, "x": 1, "y": 2}


def test_other_event_sub_processes_of_the_sub_process_listen_no_more():
    other = handler("on", told("message", "m"), user("n"), "on_start > n")
    case = done(booking(ASKING, other), *AROUND)
    assert case.at == ["ask"]


def test_a_message_within_it_is_heard():
    waiting = back("back", catch("c", told("message", "m")), "back_start > c > end")
    case = done(booking(waiting), *AROUND)
    assert case.at == ["c"]
    assert case.do("c", said=1).at == ["v"] and case.data["said"] == 1


def test_a_step_that_is_skipped_is_taken_back_like_one_that_was_done():
    case = laid(booking(RECURSIVE), *AROUND).do("a")
    (sub,) = [token for token, _process, element, _one in case.run.activities() if element == "sub"]
    case.run.skip(sub)
    case._go_on()
    assert case.at == ["ask"]
    assert case.do("ask").data["undone"] == ["ua", "after"]


def test_a_run_is_taken_over_while_it_takes_back():
    people = (user("a"), undone_by("a", "ua", "userTask"), user("b"), undone_by("b", "ub", "userTask"))
    recursive = back("back", throw("tb"), "back_start > tb")
    parts = (inside("sub", *people, recursive, "start > a > b > end"), *AROUND)
    case = done(*parts)
    case = taken_over(case, *parts[:-1], user("w"), "start > sub > t > v > w > end")
    assert case.at == ["ub"]
    assert case.do("ub").do("ua").do("v").at == ["w"]


@pytest.mark.parametrize("gone", ["back", "ua"])
def test_what_could_not_be_taken_back_any_more_blocks_an_upgrade(gone):
    case = done(booking(RECURSIVE), user("u"), throw(), user("v"), "start > sub > u > t > v > end")
    less = {"back": booking(), "ua": inside("sub", user("a"), user("b"), undone_by("b", "ub"), RECURSIVE, "start > a > b > end")}
    found = in_the_way(case, less[gone], user("u"), throw(), user("v"), "start > sub > u > t > v > end")
    assert set(found) == {({"back": "sub", "ua": "a"}[gone], "undo_gone")}


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ((user("a"), ASKING, "start > a > end"), {("back_start", "compensation_whole")}),
        ((booking(back("other", user("z"), "other_start > z"), ASKING), "start > sub > end"),
         {("back_start", "compensation_unclear")}),
        ((booking(ASKING), undone_by("sub", "usub"), "start > sub > end"), {("back_start", "compensation_unclear")}),
        ((user("u"), handler("on", told("message", "m"), user("z"), ASKING, "on_start > z"), "start > u > end"),
         {("back_start", "compensation_unclear")}),
        ((booking(back("back", user("ask"), "back_start > ask", interrupting=False)), "start > sub > end"),
         {("back_start", "unsupported")}),
        ((booking(handler("on", told("message", "m"), throw("tb"), "on_start > tb")), "start > sub > end"),
         {("tb", "compensation_here")}),
        ((booking(back("back", throw("tb", activity="sub"), "back_start > tb")), "start > sub > end"),
         {("tb", "compensation_unknown")}),
    ],
)  # fmt: skip
def test_a_drawing_that_nobody_could_follow_is_refused_by_name(parts, found):
    assert _codes(*parts) == found


def test_what_was_done_in_it_is_taken_back_before_what_was_done_around_it():
    within = back("back", user("x"), undone_by("x", "ux"), throw("tb"), "back_start > x > tb")
    case = done(booking(within), *AROUND)
    assert case.do("x").at == ["v"] and case.data["undone"] == ["ux", "ub", "ua"]


def test_an_operator_may_repeat_or_move_what_takes_back():
    people = (user("a"), undone_by("a", "ua", "userTask"), user("b"))
    within = back("back", user("x"), throw("tb"), user("y"), "back_start > x > tb > y")
    case = done(inside("sub", *people, within, "start > a > b > end"), *AROUND)
    tokens = {element: token for token, _process, element, _one in case.do("x").run.activities()}
    assert case.at == ["ua"]
    case.run.move(tokens["tb"], "x")
    assert case._go_on().at == ["x"] and ("cancelled", "ua") in case.events
    assert case.do("x").at == ["y"]  # it had begun to be taken back
    assert case.do("y").at == ["v"]
