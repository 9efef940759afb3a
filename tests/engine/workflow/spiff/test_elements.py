"""Each kind of element in each place where it may stand: there it begins, is done, and the process goes on behind it."""

import pytest

from engine.workflow import spiff
from engine.workflow.spiff.model import ACTIVITIES
from tests.engine.workflow.spiff.drawing import (
    Desk,
    boundary,
    catch,
    contents,
    extension,
    gateway,
    handler,
    inside,
    many,
    node,
    script,
    service,
    timer,
    told,
    user,
    xml,
)
from tests.engine.workflow.spiff.test_adhoc import adhoc
from tests.engine.workflow.spiff.test_flow import TABLE
from tests.engine.workflow.spiff.test_loops import loop

UNDO = "<bpmn:compensateEventDefinition/>"
SIZE = extension("<spiffworkflow:calledDecisionId>size</spiffworkflow:calledDecisionId>")
TABLES = (TABLE.replace(b'case["amount"]', b"amount"),)
DATA = {"amount": 5, "n": 1, "enough": False, "w_done": False}
ROW = "start > e > v > end"
CALLED = spiff.Source("Q", xml(user("w"), "start > w > end", key="Q"))

# kind of activity → how it is drawn, with what stands in it
DRAWN = {
    "task": lambda inner: node("task", "e", inner),
    "user_task": lambda inner: user("e", inner),
    "manual_task": lambda inner: node("manualTask", "e", inner),
    "service_task": lambda inner: service("e", inner=inner),
    "send_task": lambda inner: node("sendTask", "e", inner, messageRef="message_m"),
    "receive_task": lambda inner: node("receiveTask", "e", inner, messageRef="message_m"),
    "script_task": lambda inner: script("e", "ran = 1").replace("<bpmn:script>", f"{inner}<bpmn:script>"),
    "business_rule_task": lambda inner: node("businessRuleTask", "e", SIZE + inner),
    "call_activity": lambda inner: node("callActivity", "e", inner, calledElement="Q"),
    "sub_process": lambda inner: _filled(inside("e", user("w"), "start > w > end"), inner),
    "transaction": lambda inner: _transaction(_filled(inside("e", user("w"), "start > w > end"), inner)),
    "ad_hoc_sub_process": lambda inner: _filled(adhoc(user("w"), until="w_done").replace('id="work"', 'id="e"', 1), inner),
}
# kind of gateway → what stands behind it, the arrows, and what is done there until `v` comes
BRANCHES = (user("b1"), user("b2"))
GATEWAYS = {
    "exclusive_gateway": ((*BRANCHES, gateway("exclusive", "j")), ("e > b1 [n == 1] > j", "e > b2 [n == 2] > j", "j > v"),
                          ["b1"]),
    "inclusive_gateway": ((*BRANCHES, gateway("inclusive", "j")), ("e > b1 [n == 1] > j", "e > b2 [n < 2] > j", "j > v"),
                          ["b1", "b2"]),
    "parallel_gateway": ((*BRANCHES, gateway("parallel", "j")), ("e > b1 > j", "e > b2 > j", "j > v"), ["b2", "b1"]),
    "event_based_gateway": ((catch("c1", told("message", "m")), catch("c2", timer("timeDuration", "P1D"))),
                            ("e > c1 > v", "e > c2 > v"), ["c2"]),
}  # fmt: skip
# place → who stands around and is dealt with before
PLACES = {
    "process": "in a process",
    "sub_process": "in a sub-process",
    "transaction": "in a transaction",
    "handler": "in an event sub-process",
    "ad_hoc": "in an ad-hoc sub-process",
    "called": "in a called process",
}
REPEATED = {
    "at_once": ("many at once", many(times=2)),
    "one_by_one": ("many in a row", many(times=2, sequential=True)),
    "loop": ("in a loop", loop(most=2)),
}
WAITING = sorted(ACTIVITIES - {"script_task", "business_rule_task", "send_task"})  # the others are done at once


def _filled(drawn: str, inner: str) -> str:
    opening, bracket, rest = drawn.partition(">")
    return opening + bracket + inner + rest


def _transaction(drawn: str) -> str:
    return drawn.replace("<bpmn:subProcess", "<bpmn:transaction", 1).removesuffix("</bpmn:subProcess>") + "</bpmn:transaction>"


def placed(place: str, *parts) -> Desk:
    """The parts, arrows beginning with `start` and ending at `end`, in a place, and begun."""
    nodes, arrows = [part for part in parts if part.startswith("<")], [part for part in parts if not part.startswith("<")]
    sources, around = [CALLED], (f"start > {'work' if place == 'ad_hoc' else 's'} > end",)
    match place:
        case "process":
            around = parts
        case "sub_process":
            around += (inside("s", *parts),)
        case "transaction":
            around += (_transaction(inside("s", *parts)),)
        case "handler":
            begun = [arrow.replace("start >", "h_start >") for arrow in arrows]
            around = (user("a"), handler("h", told("message", "m0"), *nodes, *begun), "start > a > end")
        case "ad_hoc":
            within = [arrow.replace("start >", "a >").replace(" > end", "") for arrow in arrows]
            around += (adhoc(*contents((user("a"), *nodes, *[each for each in within if ">" in each]), "x_")),)
        case "called":
            around += (node("callActivity", "s", calledElement="R"),)
            sources.append(spiff.Source("R", xml(*parts, key="R"), TABLES))
    case = Desk(spiff.parse("P", [spiff.Source("P", xml(*around), TABLES), *sources]), DATA)
    first = {"handler": "h_start", "ad_hoc": "a"}.get(place)
    return case.do(first) if first else case


def work_through(case: Desk) -> None:
    """Do whatever the element asks for until `v` comes."""
    for _turn in range(6):
        mine = [each for each in case.at if each in ("e", "w")]
        if "v" in case.at or not mine:
            break
        case.do(mine[0], w_done=True)
    assert "v" in case.at


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", DRAWN)
def test_an_activity_runs_where_it_stands(kind, place):
    case = placed(place, DRAWN[kind](""), user("v"), ROW)
    assert ("v" in case.at) == (kind not in WAITING)
    work_through(case)
    assert {("entered", "e"), ("completed", "e")} <= set(case.events)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", GATEWAYS)
def test_a_gateway_runs_where_it_stands(kind, place):
    behind, arrows, ways = GATEWAYS[kind]
    drawn = gateway(kind.removesuffix("_gateway").replace("event_based", "eventBased"), "e")
    case = placed(place, drawn, *behind, user("v"), "start > e", *arrows, "v > end")
    for way in ways:
        assert "v" not in case.at
        case.do(way)
    assert "v" in case.at and not {"b1", "b2", "c1", "c2"} & set(case.at)


@pytest.mark.parametrize("repeated", REPEATED)
@pytest.mark.parametrize("kind", DRAWN)
def test_an_activity_is_repeated(kind, repeated):
    case = placed("process", DRAWN[kind](REPEATED[repeated][1]), user("v"), ROW)
    work_through(case)
    assert case.events.count(("completed", "e")) == 3  # each, and the whole


@pytest.mark.parametrize("kind", DRAWN)
def test_an_activity_takes_back(kind):
    taking = DRAWN[kind]("").replace('id="e"', 'id="e" isForCompensation="true"', 1)
    case = placed("process", user("a"), boundary("b", "a", UNDO), taking, node("association", "as", sourceRef="b", targetRef="e"),
                  node("intermediateThrowEvent", "t", UNDO), user("v"), "start > a > t > v > end")  # fmt: skip
    work_through(case.do("a"))
    assert {("entered", "e"), ("completed", "e")} <= set(case.events)


@pytest.mark.parametrize("kind", WAITING)
def test_an_activity_is_interrupted_at_its_boundary(kind):
    case = placed("process", DRAWN[kind](""), boundary("late", "e", timer("timeDuration", "P1D")), user("v"),
                  "start > e > end", "late > v > end")  # fmt: skip
    assert case.do("late").at == ["v"]
    assert ("cancelled", "e") in case.events
