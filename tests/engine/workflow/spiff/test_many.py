"""Several instances of one activity, at once and one by one."""

import time

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import boundary, definition, laid, many, node, script, service, timer, user

PARTIES = [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}, {"id": 3, "name": "C"}]


def _asked(**more):
    loop = many("parties", item="party", result="agrees", results="all_agree", **more)
    return user("ask", loop, properties={"assignee": "party['id']"})


def test_each_instance_has_its_item_and_its_own_assignee():
    case = laid(_asked(), user("v"), "start > ask > v > end", data={"parties": PARTIES})
    details = [wait.detail for wait in case.waits]
    assert [(d["item"]["name"], d["index"], d["assignee"], d["data"]["party"]["id"]) for d in details] == [
        ("A", 0, 1, 1), ("B", 1, 2, 2), ("C", 2, 3, 3),
    ]  # fmt: skip


def test_results_are_collected_in_the_order_of_the_items_whoever_answers_first():
    case = laid(_asked(), user("v"), "start > ask > v > end", data={"parties": PARTIES})
    case.do("ask", 2, agrees="c").do("ask", 0, agrees="a").do("ask", 0, agrees="b")
    assert case.wait("v").detail["data"] == {"parties": PARTIES, "all_agree": ["a", "b", "c"]}


def test_a_completion_condition_takes_the_other_instances_away():
    case = laid(_asked(until="agrees == False"), user("v"), "start > ask > v > end", data={"parties": PARTIES})
    case.do("ask", 0, agrees=True)
    assert case.at == ["ask", "ask"]
    assert case.do("ask", 1, agrees=False).at == ["v"]
    assert case.data["all_agree"] == [True, False]


def test_a_completion_condition_knows_how_many_are_done():
    case = laid(_asked(until="completed * 2 > instances"), "start > ask > end", data={"parties": PARTIES})
    assert case.do("ask", agrees=1).do("ask", agrees=1).is_completed


def test_one_by_one_shows_only_the_next_and_passes_changes_on():
    case = laid(
        user("ask", many("parties", item="party", sequential=True)), user("v"), "start > ask > v > end", data={"parties": PARTIES}
    )
    for n in range(3):
        [wait] = case.waits
        assert (wait.detail["index"], wait.detail["data"].get("last")) == (n, n - 1 if n else None)
        case.do("ask", last=n)
    assert case.wait("v").detail["data"] == {"parties": PARTIES, "last": 2}


def test_a_number_of_times_and_scripts():
    case = laid(
        node("scriptTask", "s", many(times="n + 1", item="i", result="square", results="squares")
             + "<bpmn:script>square = i * i</bpmn:script>"),
        user("v"), "start > s > v > end", data={"n": 3},
    )  # fmt: skip
    assert case.data["squares"] == [0, 1, 4, 9]


@pytest.mark.parametrize("sequential", [False, True])
def test_nobody_to_ask_is_done_at_once(sequential):
    case = laid(_asked(sequential=sequential), user("v"), "start > ask > v > end", data={"parties": []})
    assert case.at == ["v"]
    assert case.data["all_agree"] == []


def test_a_boundary_timer_takes_all_instances_away():
    case = laid(
        _asked(), boundary("late", "ask", timer("timeDuration", "P7D")), user("v"), user("w"), "start > ask > v", "late > w",
        data={"parties": PARTIES},
    )  # fmt: skip
    case.do("ask", agrees=1)
    assert case.at == ["ask", "ask", "late"]
    assert case.do("late").at == ["w"]


def test_sub_processes_and_calls_to_workers_may_be_many():
    case = laid(
        node("subProcess", "sub", many("parties", item="party", result="sent", results="all_sent")
             + service("s", result="sent", parameters={"to": "party['name']"}) + _arrows("si", "s", "se")),
        user("v"), "start > sub > v > end", data={"parties": PARTIES},
    )  # fmt: skip
    assert [wait.detail["inputs"]["to"] for wait in case.waits] == ["A", "B", "C"]
    for n in range(3):
        case.do("s", 2 - n, n=n)
    assert case.data["all_sent"] == [{"n": 2}, {"n": 1}, {"n": 0}]


def _arrows(first, middle, last):
    ends = node("startEvent", first) + node("endEvent", last)
    one = node("sequenceFlow", "x1", sourceRef=first, targetRef=middle)
    return ends + one + node("sequenceFlow", "x2", sourceRef=middle, targetRef=last)


def test_an_error_in_one_instance_is_caught_at_the_whole_activity():
    loop = many("parties", item="party")
    case = laid(
        service("s", inner=loop), boundary("failed", "s", "<bpmn:errorEventDefinition/>"), user("v"),
        "start > s > end", "failed > v",
        data={"parties": PARTIES},
    )  # fmt: skip
    case.do("s")
    assert case.throw("s", "E")
    assert case.at == ["v"]


@pytest.mark.parametrize("value", [5, "abc", None, {"n": 1}["n"], list(range(1001))])
def test_what_is_no_usable_list_stops_the_process(value):
    with pytest.raises(spiff.RunFailed) as failure:
        laid(_asked(), "start > ask > end", data={"parties": value})
    assert failure.value.code == "instances_unusable"


def test_instances_that_change_the_same_value_differently_stop_the_process():
    case = laid(user("ask", many("parties", item="party")), "start > ask > end", data={"parties": PARTIES}).do("ask", answer=1)
    with pytest.raises(spiff.RunFailed) as failure:
        case.do("ask", answer=2)
    assert failure.value.code == "merge_conflict"


def test_many_in_a_loop_begin_anew_each_round():
    case = laid(
        _asked(), script("note", "n = value('n', 0) + 1"), node("exclusiveGateway", "again"),
        "start > ask > note > again > ask [n < 3]", "again > end", data={"parties": PARTIES},
    )  # fmt: skip
    for n in range(9):
        case.do("ask", agrees=n)
    assert case.is_completed
    assert case.data["all_agree"] == [6, 7, 8]


def test_a_sub_process_inside_one_of_many_keeps_its_own_timer():
    loop = many("parties", item="party")
    inner = (
        user("u")
        + _arrows("si", "u", "se")
        + boundary("t", "u", timer("timeDuration", "P1D"))
        + node("sequenceFlow", "x3", sourceRef="t", targetRef="se")
    )
    case = laid(node("subProcess", "sub", loop + inner), "start > sub > end", data={"parties": PARTIES[:2]})
    assert case.at == ["t", "t", "u", "u"]
    assert case.do("t").at == ["t", "u"]
    assert case.do("u").is_completed


@pytest.mark.parametrize("sequential", [False, True])
def test_a_thousand_people_answer_within_three_seconds_of_loading_and_saving(sequential):
    loop = many("parties", item="party", result="a", results="all", sequential=sequential)
    drawing = definition(user("ask", loop), "start > ask > end")
    context = spiff.Context()
    run = spiff.start(drawing, {"parties": list(range(1000))}, context)
    run.proceed()
    state, begun = run.save(), time.process_time()
    tokens = [wait.token for wait in run.waits()]
    for number in range(1000):
        run = spiff.load(drawing, state, context)
        run.complete(run.waits()[0].token if sequential else tokens[number], {"a": number})
        run.proceed()
        run.changed()
        state = run.save()
    assert time.process_time() - begun < 3
    assert run.is_completed and run.data["all"] == list(range(1000))


def test_instances_that_wait_for_somebody_weigh_next_to_nothing():
    case = laid(user("ask", many(times=1000)), "start > ask > end")
    assert len(case.run.save()) < 9_000
    assert len({wait.token for wait in case.waits}) == 1000


def test_what_an_instance_shows_is_worked_out_when_it_begins_and_stays():
    case = laid(
        service("s", parameters={"to": "party['name']"}, inner=many("parties", item="party")), "start > s > end",
        data={"parties": PARTIES},
    )  # fmt: skip
    tokens = [wait.token for wait in case.waits]
    case.run.change({"parties": []})
    case._go_on()
    assert [wait.token for wait in case.waits] == tokens
    assert [wait.detail["inputs"] for wait in case.waits] == [{"to": "A"}, {"to": "B"}, {"to": "C"}]


def test_an_error_nobody_catches_leaves_the_instances_waiting():
    case = laid(service("s", inner=many("parties", item="party")), "start > s > end", data={"parties": PARTIES})
    tokens = {wait.token for wait in case.waits}
    assert not case.throw("s", "E")
    assert {wait.token for wait in case.waits} == tokens
    assert case.do("s").do("s").do("s").is_completed


def test_the_trace_names_every_instance_that_came_and_that_was_taken_away():
    case = laid(_asked(until="completed == 1"), "start > ask > end", data={"parties": PARTIES}).do("ask", agrees=1)
    events = [event for event, element in case.events if element == "ask"]
    assert [events.count(each) for each in ("entered", "completed", "cancelled")] == [4, 2, 2]


@pytest.mark.parametrize("number", ["7", "-1", "x", "0.0", ""])
def test_an_instance_that_is_not_there_cannot_be_done(number):
    case = laid(_asked(), "start > ask > end", data={"parties": PARTIES})
    holder = case.wait("ask").token.rpartition(".")[0]
    with pytest.raises(spiff.RunFailed) as failure:
        case.run.complete(f"{holder}.{number}", {})
    assert failure.value.code == "not_waiting"


def test_an_instance_can_be_done_only_once():
    case = laid(_asked(), "start > ask > end", data={"parties": PARTIES})
    token = case.wait("ask").token
    case.do("ask", agrees=1)
    with pytest.raises(spiff.RunFailed) as failure:
        case.run.complete(token, {})
    assert failure.value.code == "not_waiting"


def test_the_items_stay_when_an_operator_changes_the_list_they_came_from():
    case = laid(_asked(), "start > ask > end", data={"parties": PARTIES})
    assert case.run.save().count(b'"name":"A"') == 1
    case.run.change({"parties": []})
    case._go_on()
    assert [wait.detail["item"]["name"] for wait in case.waits] == ["A", "B", "C"]
    assert case.do("ask", agrees=1).do("ask", agrees=2).do("ask", agrees=3).is_completed
