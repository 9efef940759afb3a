"""Taking back what was done: compensation events, and transactions that are cancelled."""

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
    xml,
)

UNDO = "<bpmn:compensateEventDefinition/>"
IF = "conditionExpression"
CANCEL = "<bpmn:cancelEventDefinition/>"


def undone_by(host, handler, kind="scriptTask", inner=None, association=True):
    """A compensation event on `host`, and the activity that takes it back; a script notes the order by default."""
    if inner is None and kind == "scriptTask":
        inner = f"<bpmn:script><![CDATA[undone = value('undone', []) + ['{handler}']]]></bpmn:script>"
    drawn = boundary(f"b_{host}", host, UNDO) + node(kind, handler, inner or "", isForCompensation="true")
    return drawn + (node("association", f"as_{host}", sourceRef=f"b_{host}", targetRef=handler) if association else "")


def throw(id_="t", activity=None, tag="intermediateThrowEvent"):
    more = f' activityRef="{activity}"' if activity else ""
    return node(tag, id_, f"<bpmn:compensateEventDefinition{more}/>")


def transaction(id_, *parts):
    drawn = "".join(part for part in parts if part.startswith("<"))
    arrows = [part.split(" > ") for part in parts if not part.startswith("<")]
    pairs = [pair for arrow in arrows for pair in zip(arrow, arrow[1:], strict=False)]
    flows = [node("sequenceFlow", f"{id_}_{n}", sourceRef=a, targetRef=b) for n, (a, b) in enumerate(pairs)]
    return node("transaction", id_, drawn + "".join(flows))


TWO = (user("a"), user("b"), undone_by("a", "ua"), undone_by("b", "ub"))


def test_what_was_done_is_taken_back_the_last_first():
    case = laid(*TWO, throw(), user("v"), "start > a > b > t > v > end")
    assert case.do("a").do("b").at == ["v"]
    assert case.data == {"undone": ["ub", "ua"]}
    assert [element for event, element in case.events if event == "entered"][-4:] == ["t", "ub", "ua", "v"]


def test_only_what_is_completed_is_taken_back():
    case = laid(*TWO, throw(), gateway("parallel", "fork"), user("v"), "start > fork > a > t > v > end", "fork > b > end")
    case.do("a")
    assert case.at == ["b", "v"] and case.data["undone"] == ["ua"]


def test_an_end_event_takes_back_too_and_the_process_waits_for_it():
    case = laid(user("a"), undone_by("a", "ua", "userTask"), throw(tag="endEvent"), "start > a > t")
    assert case.do("a").at == ["ua"]
    assert not case.is_completed
    assert case.do("ua", note=1).is_completed
    assert case.data == {"note": 1} and case.ends == []


def test_one_activity_can_be_named():
    case = laid(*TWO, throw(activity="a"), user("v"), "start > a > b > t > v > end")
    assert case.do("a").do("b").data["undone"] == ["ua"]


def test_nothing_to_take_back_lets_the_process_go_on():
    case = laid(*TWO, throw(), user("v"), gateway("exclusive", "x"), "start > x > t [skip]", "x > a > b > t > v > end",
                data={"skip": True})  # fmt: skip
    assert case.at == ["v"] and "undone" not in case.data


def test_nothing_is_taken_back_twice():
    case = laid(*TWO, throw("t1"), throw("t2"), user("v"), "start > a > b > t1 > t2 > v > end")
    assert case.do("a").do("b").data["undone"] == ["ub", "ua"]


def test_each_round_of_a_drawn_loop_is_taken_back_with_its_own_data():
    case = laid(
        user("a"), undone_by("a", "ua", inner="<bpmn:script>undone = value('undone', []) + [no]</bpmn:script>"), throw(),
        gateway("exclusive", "x"), user("v"), "start > a > x > a [no != 3]", "x > t > v > end",
    )  # fmt: skip
    case.do("a", no=1).do("a", no=2).do("a", no=3)
    assert case.data["undone"] == [3, 2, 1]


@pytest.mark.parametrize("sequential", [False, True])
def test_of_many_each_is_taken_back_with_what_it_knew(sequential):
    noting = "<bpmn:script>undone = value('undone', []) + [[i, r]]</bpmn:script>"
    case = laid(
        user("a", many(times=3, item="i", result="r", results="rs", sequential=sequential)), undone_by("a", "ua", inner=noting),
        throw(), user("v"), "start > a > t > v > end",
    )  # fmt: skip
    for number, answer in zip((0, 0, 0) if sequential else (1, 1, 0), "xyz", strict=True):
        case.do("a", number, r=answer)
    assert case.at == ["v"]
    assert case.data["undone"] == ([[2, "z"], [1, "y"], [0, "x"]] if sequential else [[0, "z"], [2, "y"], [1, "x"]])


def test_each_round_of_a_loop_is_taken_back_by_people_too():
    loop = "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>no != 2</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    case = laid(user("a", loop), undone_by("a", "ua", "userTask"), throw(), user("v"), "start > a > t > v > end")
    case.do("a", no=1).do("a", no=2)
    assert case.at == ["ua"] and case.wait("ua").detail["data"]["no"] == 2
    assert case.do("ua").wait("ua").detail["data"]["no"] == 1
    assert case.do("ua").at == ["v"]


def test_many_that_are_not_all_done_are_not_taken_back():
    case = laid(
        user("a", many(times=2)), undone_by("a", "ua"), boundary("stop", "a", told("message", "m")), throw(), user("v"),
        "start > a > end", "stop > t > v > end",
    )  # fmt: skip
    assert case.do("a").do("stop").at == ["v"] and "undone" not in case.data


def test_who_takes_back_sees_what_was_known_then_and_what_came_since():
    case = laid(user("a"), undone_by("a", "ua", "userTask"), user("b"), throw(), user("v"), "start > a > b > t > v > end")
    case.do("a", booking=7).do("b", reason="ill", booking=8)
    assert case.wait("ua").detail["data"] == {"booking": 7, "reason": "ill"}
    case.do("ua", refunded=True)
    assert case.wait("v").detail["data"] == {"booking": 8, "reason": "ill", "refunded": True}


def test_workers_calls_and_repeated_activities_may_take_back():
    operator = '<bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="documents.generate" resultVariable="r"/>'
    case = laid(
        user("a"), undone_by("a", "ua", "serviceTask", operator + "</bpmn:extensionElements>"),
        service("s"), undone_by("s", "us", "userTask", many(times=2, item="i")), throw(), user("v"),
        "start > a > s > t > v > end",
    )  # fmt: skip
    case.do("a").do("s")
    assert case.at == ["us", "us"]
    assert case.do("us").do("us").at == ["ua"]
    assert case.do("ua", no=1).at == ["v"] and case.data["r"] == {"no": 1}


def test_an_interrupted_activity_is_not_taken_back():
    case = laid(
        user("a"), undone_by("a", "ua"), boundary("late", "a", timer("timeDuration", "P1D")), throw(), user("v"),
        "start > a > t", "late > t > v > end",
    )  # fmt: skip
    assert case.do("late").at == ["v"]
    assert case.data == {}


def test_the_end_of_a_process_forgets_what_could_have_been_taken_back():
    case = laid(*TWO, "start > a > b > end").do("a", secret="x" * 500)
    assert b"xxx" in case.run.save()
    long = len(case.run.save())
    assert case.do("b").is_completed and len(case.run.save()) < long


@pytest.mark.parametrize("end", ["cancelled", "done"])
def test_a_transaction_ends_well_or_is_taken_back_and_left_by_its_cancel_event(end):
    case = laid(*_booking(), "start > trans > v > end", "stop > w > end")
    case.do("pay", paid=5).do("book", room=12)
    case.do("ask", fine=end == "done")
    assert case.at == (["v"] if end == "done" else ["w"])
    assert case.data.get("undone") == (None if end == "done" else ["unbook", "unpay"])
    assert case.data["paid"] == 5 and case.data["room"] == 12
    assert case.do(case.at[0]).is_completed


def _booking():
    return (
        transaction(
            "trans", node("startEvent", "ts"), user("pay"), user("book"), user("ask"), undone_by("pay", "unpay"),
            undone_by("book", "unbook"), node("exclusiveGateway", "x", default="trans_4"), node("endEvent", "te"),
            node("endEvent", "no", CANCEL),
            node("sequenceFlow", "to_te", f"<bpmn:{IF}>fine</bpmn:{IF}>", sourceRef="x", targetRef="te"),
            "ts > pay > book > ask > x > no",
        ),
        boundary("stop", "trans", CANCEL), user("v"), user("w"),
    )  # fmt: skip


def test_cancelling_takes_everything_else_in_the_transaction_away_first():
    case = laid(
        transaction(
            "trans", node("startEvent", "ts"), gateway("parallel", "fork"), user("a"), user("b"),
            undone_by("a", "ua", "userTask"), node("endEvent", "no", CANCEL), "ts > fork > a > no", "fork > b",
        ),
        boundary("stop", "trans", CANCEL), user("w"), "start > trans > end", "stop > w > end",
    )  # fmt: skip
    assert case.do("a").at == ["ua"]
    assert ("cancelled", "b") in case.events
    assert case.do("ua").at == ["w"]


def test_an_error_leaves_a_transaction_without_taking_anything_back():
    case = laid(
        transaction(
            "trans", node("startEvent", "ts"), user("a"), undone_by("a", "ua"), node("endEvent", "bad", told("error", "E")),
            "ts > a > bad",
        ),
        boundary("failed", "trans", told("error", "E")), user("w"), "start > trans > end", "failed > w > end",
    )  # fmt: skip
    assert case.do("a").at == ["w"]
    assert case.data == {}


def test_a_sub_process_is_taken_back_as_a_whole_by_its_own_activity():
    inner = transaction("sub", node("startEvent", "ts"), user("a"), undone_by("a", "ua"), node("endEvent", "te"), "ts > a > te")
    case = laid(inner, undone_by("sub", "usub"), throw(), user("v"), "start > sub > t > v > end")
    assert case.do("a", x=1).at == ["v"]
    assert case.data == {"x": 1, "undone": ["usub"]}


def test_a_called_process_takes_back_its_own():
    called = xml(user("a"), undone_by("a", "ua"), throw("qt"), "start > a > qt > end", key="Q")
    case = laid(node("callActivity", "call", calledElement="Q"), user("v"), "start > call > v > end", others=[called])
    assert case.do("a").at == ["v"] and case.data == {"undone": ["ua"]}


def test_what_could_be_taken_back_is_no_place_where_the_process_stands():
    case = laid(*TWO, "start > a > b > end").do("a")
    assert case.run.position() == [("P", "b")]
    assert [element for _token, _process, element, _one in case.run.activities()] == ["b"]


def _codes(*parts, **more):
    with pytest.raises(spiff.ModelRefused) as refusal:
        definition(*parts, **more)
    return {(each.element_id, each.code) for each in refusal.value.findings if each.is_error}


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ((user("a"), undone_by("a", "ua", association=False), "start > a > end"),
         {("b_a", "compensation_unclear"), ("ua", "compensation_loose")}),
        ((user("a"), undone_by("a", "ua"), "start > a > end", "ua > end"), {("ua", "compensation_loose")}),
        ((user("a"), throw(activity="a"), "start > a > t > end"), {("t", "compensation_unknown")}),
        ((node("endEvent", "e", CANCEL), "start > e"), {("e", "cancel_here")}),
        ((user("a"), boundary("b", "a", CANCEL), "start > a > end", "b > end"), {("b", "cancel_here")}),
        ((transaction("x", node("startEvent", "ts"), node("endEvent", "e", CANCEL), "ts > e"), "start > x > end"),
         {("e", "cancel_here")}),
        ((user("a"), boundary("b", "a", UNDO, interrupting=False), "start > a > end"),
         {("b", "unsupported"), ("b", "compensation_unclear")}),
    ],
)  # fmt: skip
def test_a_drawing_that_leaves_open_who_takes_back_what_is_refused_by_name(parts, found):
    assert _codes(*parts) == found


@pytest.mark.parametrize("n", [1, 30])
def test_a_script_that_takes_back_counts_among_the_steps(n):
    case = laid(
        script("s", "k = value('k', 0) + 1"), undone_by("s", "us"), throw(), gateway("exclusive", "x"), user("v"),
        "start > s > x > s [k != n]", "x > t > v > end", data={"n": n},
    )  # fmt: skip
    assert case.at == ["v"] and len(case.data["undone"]) == n


def test_who_takes_back_sees_what_those_before_changed_while_taking_back():
    count = "<bpmn:script>refund = refund + 1</bpmn:script>"
    case = laid(
        user("a"), user("b"), undone_by("a", "ua", inner=count), undone_by("b", "ub", inner=count), throw(), user("v"),
        "start > a > b > t > v > end", data={"refund": 10},
    )  # fmt: skip
    assert case.do("a").do("b").data == {"refund": 12}
