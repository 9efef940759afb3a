"""A run goes on under another drawing: what stands for what, what stands in the way, what waits afterwards."""

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    boundary,
    catch,
    definition,
    gateway,
    handler,
    inside,
    laid,
    many,
    node,
    service,
    timer,
    told,
    user,
    xml,
)

HOUR = timer("timeDuration", "PT1H")


def taken_over(case, *parts, names=None, **more):
    """The case, going on under this drawing."""
    new = definition(*parts, **more)
    run = spiff.load(case.definition, case.run.save(), case.context)
    mapping = {**spiff.suggest(case.definition, new), **(names or {})}
    assert spiff.blockers(run, new, mapping) == []
    case.definition, case.run = new, spiff.carry_over(run, run.save(), new, mapping, case.context)
    return case


def in_the_way(case, *parts, names=None, **more):
    new = definition(*parts, **more)
    mapping = {**spiff.suggest(case.definition, new), **(names or {})}
    return [(each.element_id, each.code) for each in spiff.blockers(case.run, new, mapping)]


def named(id_, name):
    return node("userTask", id_, name=name)


def test_a_task_keeps_its_token_and_goes_the_new_way():
    case = laid(user("u"), "start > u > end", data={"a": 1})
    token = case.wait("u").token
    taken_over(case, user("u"), user("v"), "start > u > v > end")._go_on()
    assert case.wait("u").token == token
    assert case.do("u", b=2).at == ["v"] and case.data == {"a": 1, "b": 2}


def test_an_element_with_another_id_is_found_by_kind_and_name():
    case = laid(named("u", "Accept"), "start > u > end")
    assert taken_over(case, named("accept", "Accept"), named("x", "Other"), "start > x > accept > end")._go_on().at == ["accept"]


def test_an_element_with_another_id_and_name_is_found_by_its_neighbours():
    case = laid(user("a"), user("u"), user("b"), "start > a > u > b > end").do("a")
    assert taken_over(case, user("a"), user("w"), user("b"), "start > a > w > b > end")._go_on().at == ["w"]


def test_what_is_gone_blocks_until_somebody_says_what_takes_its_place():
    case = laid(user("u"), "start > u > end")
    parts = (user("v"), user("w"), "start > v > w > end")
    assert in_the_way(case, *parts) == [("u", "element_gone")]
    assert taken_over(case, *parts, names={("P", "u"): "w"})._go_on().at == ["w"]


@pytest.mark.parametrize("old, new, code", [
    (user("x"), service("x"), "element_gone"),
    (service("x"), service("x", "cases.close"), "operation_changed"),
    (user("x"), user("x", many(times=2)), "repeats_changed"),
    (catch("x", told("message", "a")), catch("x", told("message", "b")), "event_changed"),
    (catch("x", HOUR), catch("x", told("message", "a")), "event_changed"),
])  # fmt: skip
def test_what_is_another_thing_now_blocks_only_where_the_run_is(old, new, code):
    case = laid(old, "start > x > end")
    assert in_the_way(case, new, "start > x > end") == [("x", code)]
    later = laid(user("u"), old, "start > u > x > end")
    assert in_the_way(later, user("u"), new, "start > u > x > end") == []


def test_a_step_said_to_be_another_kind_blocks():
    case = laid(user("x"), "start > x > end")
    assert in_the_way(case, service("y"), "start > y > end", names={("P", "x"): "y"}) == [("x", "kind_changed")]


def test_a_step_moved_into_a_sub_process_blocks():
    case = laid(user("u"), "start > u > end")
    assert in_the_way(case, inside("sub", user("u"), "start > u > end"), "start > sub > end") == [("u", "scope_changed")]


def test_a_new_boundary_event_begins_to_wait_with_the_open_task():
    case = laid(user("u"), "start > u > end")
    taken_over(case, user("u"), boundary("late", "u", HOUR), user("v"), "start > u > end", "late > v > end")
    assert [wait.element_id for wait in case.run.changed().opened] == ["late"]
    assert case._go_on().do("late").at == ["v"]


def test_a_clock_that_runs_keeps_its_time_and_one_that_is_gone_is_dropped():
    parts = (user("u"), boundary("late", "u", HOUR), boundary("m", "u", told("message", "a")), "start > u > end", "late > end")
    case = laid(*parts, "m > end")
    due = case.wait("late").detail["due_at"]
    slower = boundary("late", "u", timer("timeDuration", "PT9H"))
    taken_over(case, user("u"), slower, "start > u > end", "late > end")
    assert {kind for kind, _token in case.run.changed().gone} == {"message"}
    case._go_on()
    assert case.at == ["late", "u"] and case.wait("late").detail["due_at"] == due


def test_events_side_by_side_come_and_go_with_the_drawing():
    arrows = ("start > g > m > end",)
    case = laid(gateway("eventBased", "g"), catch("m", told("message", "a")), catch("t", HOUR), *arrows, "g > t > end")
    taken_over(case, gateway("eventBased", "g"), catch("m", told("message", "a")), catch("n", told("message", "b")), user("v"),
               *arrows, "g > n > v > end")
    assert case._go_on().at == ["m", "n"]
    assert case.do("n").at == ["v"]


def test_inside_a_sub_process_and_of_many_everything_goes_on():
    def parts(*more):
        return (inside("sub", user("u", many(times=3)), *more), "start > sub > end")

    case = laid(*parts("start > u > end")).do("u")
    taken_over(case, *parts(user("v"), "start > u > v > end"))._go_on()
    assert case.at == ["u", "u"] and case.do("u").do("u").at == ["v"] and case.do("v").is_completed


def test_branches_that_wait_for_one_another_meet_under_the_new_drawing():
    def parts(last, extra=()):
        fork = gateway("parallel", "fork"), gateway("parallel", "join"), user("a"), user("b"), user(last), *extra
        return (*fork, "start > fork > a > join", "fork > b > join", f"join > {last} > end")

    case = laid(*parts("c")).do("a")
    taken_over(case, *parts("d"))._go_on()
    assert case.do("b").at == ["d"]


def test_a_new_event_sub_process_watches_what_runs_already():
    handler = node("subProcess", "h", node("startEvent", "told", told("message", "stop")) + user("v") + node("endEvent", "over")
                   + node("sequenceFlow", "h1", sourceRef="told", targetRef="v")
                   + node("sequenceFlow", "h2", sourceRef="v", targetRef="over"), triggeredByEvent="true")
    case = laid(user("u"), "start > u > end")
    taken_over(case, user("u"), handler, "start > u > end")._go_on()
    assert case.do("told").at == ["v"]


def test_the_event_of_an_event_sub_process_may_have_another_id():
    def parts(start):
        inner = node("startEvent", start, told("message", "stop"), name="Stop") + user("v") + node("endEvent", "over")
        inner += node("sequenceFlow", "h1", sourceRef=start, targetRef="v")
        inner += node("sequenceFlow", "h2", sourceRef="v", targetRef="over")
        return node("subProcess", "h", inner, triggeredByEvent="true"), user("u"), "start > u > end"

    case = laid(*parts("told"))
    token = case.wait("told").token
    taken_over(case, *parts("heard"))._go_on()
    assert case.wait("heard").token == token and case.do("heard").at == ["v"]


def test_what_has_come_as_often_as_it_may_does_not_wait_anew():
    reminder = boundary("soon", "u", HOUR, interrupting=False)
    beside = handler("h", HOUR, user("w"), "h_start > w > end", interrupting=False)
    case = laid(user("u"), reminder, user("v"), beside, "start > u > end", "soon > v > end").do("soon").do("v").do("h_start")
    assert case.at == ["u", "w"]
    taken_over(case, user("u"), reminder, user("v"), user("x"), beside, "start > u > x > end", "soon > v > end")._go_on()
    assert case.at == ["u", "w"]


def test_where_an_event_sub_process_has_interrupted_everything_no_other_one_begins_to_wait():
    def parts(*more):
        return user("u"), handler("h", told("message", "stop"), user("v"), "h_start > v > end"), *more, "start > u > end"

    case = laid(*parts()).do("h_start")
    taken_over(case, *parts(handler("late", HOUR, user("w"), "late_start > w > end")))._go_on()
    assert case.at == ["v"] and case.do("v").is_completed


def test_an_event_sub_process_that_stands_elsewhere_now_waits_there():
    on = handler("h", told("message", "stop"), user("v"), "h_start > v > end")
    case = laid(inside("sub", user("u"), "start > u > end"), user("x"), on, "start > sub > x > end")
    taken_over(case, inside("sub", user("u"), on, "start > u > end"), user("x"), "start > sub > x > end")._go_on()
    assert case.at == ["h_start", "u"] and case.do("u").at == ["x"]


def test_a_called_process_goes_over_with_its_caller():
    call = node("callActivity", "call", calledElement="other")
    case = laid(call, "start > call > end", others=[xml(user("u"), "start > u > end", key="other")])
    taken_over(case, call, "start > call > end", others=[xml(user("u"), user("v"), "start > u > v > end", key="other")])._go_on()
    assert case.do("u").at == ["v"]


def test_a_process_that_is_not_called_any_more_blocks():
    call = node("callActivity", "call", calledElement="other")
    case = laid(call, "start > call > end", others=[xml(user("u"), "start > u > end", key="other")])
    found = in_the_way(case, user("v"), "start > v > end")
    assert ("u", "process_gone") in found and ("call", "element_gone") in found


def test_nothing_is_blocked_when_nothing_changed():
    case = laid(user("u"), boundary("late", "u", HOUR), "start > u > end", "late > end")
    before = case.run.save()
    taken_over(case, user("u"), boundary("late", "u", HOUR), "start > u > end", "late > end")
    assert case.run.save() == before and case.run.changed().opened == []


def undoable(host, handler="back"):
    """An activity, and the one that takes it back."""
    event = boundary("b", host, "<bpmn:compensateEventDefinition/>")
    drawn = user(host) + event + node("userTask", handler, isForCompensation="true")
    return drawn + node("association", "as", sourceRef="b", targetRef=handler)


THROW = node("intermediateThrowEvent", "t", "<bpmn:compensateEventDefinition/>")


def test_what_was_done_can_still_be_taken_back_under_the_new_drawing():
    case = laid(undoable("pay"), user("u"), THROW, "start > pay > u > t > end").do("pay", paid=1)
    taken_over(case, undoable("pay", "refund"), user("u"), user("v"), THROW, "start > pay > u > v > t > end")._go_on()
    assert case.do("u").do("v").at == ["refund"] and case.do("refund").is_completed


def test_what_was_done_and_could_not_be_taken_back_any_more_blocks():
    case = laid(undoable("pay"), user("u"), THROW, "start > pay > u > t > end").do("pay", paid=1)
    assert in_the_way(case, user("pay"), user("u"), THROW, "start > pay > u > t > end") == [("pay", "undo_gone")]


def test_work_in_any_order_goes_on_and_what_is_new_is_offered_too():
    def adhoc(*tasks):
        until = "<bpmn:completionCondition><![CDATA[value('enough', false)]]></bpmn:completionCondition>"
        return node("adHocSubProcess", "any", "".join(map(user, tasks)) + until), user("v"), "start > any > v > end"

    case = laid(*adhoc("a", "b"))
    taken_over(case, *adhoc("a", "b", "c"))._go_on()
    assert case.at == ["a", "b", "c"] and case.do("c", note="x").at == ["a", "b", "c"]
    assert case.do("a", enough=True).at == ["v"] and case.data["note"] == "x"


FORKED = (gateway("parallel", "fork"), gateway("parallel", "join"), user("a"), user("b"), user("z"),
          "start > fork > a > join > z > end", "fork > b > join")  # fmt: skip


@pytest.mark.parametrize("done", [(), ("a",)])
def test_a_branch_more_that_begins_before_the_place_of_the_run_blocks(done):
    """It was taken over, and the branches waited for ever for one that had never begun."""
    case = laid(*FORKED)
    for each in done:
        case.do(each)
    assert in_the_way(case, *FORKED, user("c"), "fork > c > join") == [("join", "branch_missing")]
    again = laid(user("u"), *(FORKED[:5]), "start > u > fork > a > join > z > end", "fork > b > join")
    parts = (user("u"), *FORKED[:5], user("c"), "start > u > fork > a > join > z > end", "fork > b > join", "fork > c > join")
    assert taken_over(again, *parts)._go_on().do("u").at == ["a", "b", "c"]


def test_what_others_of_many_have_brought_already_may_not_be_called_otherwise():
    row = "start > u > end"
    case = laid(user("u", many("[1, 2]", item="n")), row).do("u", r=1)
    assert in_the_way(case, user("u", many("[1, 2]", item="n", result="r", results="rs")), row) == [("u", "results_changed")]
    assert in_the_way(case, user("u", many("[1, 2]", item="m")), row) == [("u", "results_changed")]


def test_a_clock_that_comes_again_and_again_is_another_one_than_one_that_comes_once():
    def drawn(clock):
        return user("u"), boundary("b", "u", clock, interrupting=False), user("v"), "start > u > end", "b > v > end"

    case = taken_over(laid(*drawn(HOUR)), *drawn(timer("timeCycle", "R2/P1D")))._go_on()
    assert case.do("b").do("b").at == ["u", "v", "v"]
