"""Each kind of event at each place: it happens there, or the drawing is refused with the event named."""

import pytest

from engine.workflow import spiff
from engine.workflow.spiff.check_events import WHERE
from tests.engine.workflow.spiff.drawing import Desk, boundary, catch, gateway, handler, inside, node, timer, told, user, xml
from tests.engine.workflow.spiff.test_conditional import when

DEFINITIONS = {
    "none": "",
    "message": told("message", "m"),
    "signal": told("signal", "m"),
    "timer": timer("timeDuration", "P1D"),
    "conditional": when("go"),
    "error": told("error", "m"),
    "escalation": told("escalation", "m"),
    "terminate": "<bpmn:terminateEventDefinition/>",
    "compensate": "<bpmn:compensateEventDefinition/>",
    "cancel": "<bpmn:cancelEventDefinition/>",
    "link": '<bpmn:linkEventDefinition name="alone"/>',
}
ELSEWHERE = {"compensate", "cancel"}  # these need a drawing of their own: test_compensation
THROWN = {"error", "escalation"}  # come from inside


def drawn(kind: str, position: str, definition: str | None = None):
    """A drawing with the event `e` at the place; when it happens, somebody has to do `v`. Acting is doing `a`, or `e` itself."""
    definition = definition or DEFINITIONS[kind]
    thrower = node("endEvent", "thrower", definition) if kind in THROWN else ""
    way = "a > thrower" if thrower else "a > b"
    work = inside("work", user("a"), user("b"), *filter(None, [thrower]), "start > a", "start > b", way)
    match position:
        case "start":
            return node("startEvent", "e", definition), user("v"), "e > v"
        case "catch":
            return gateway("parallel", "fork"), catch("e", definition), user("a"), user("v"), "start > fork > e > v", "fork > a"
        case "throw":
            return _thrown(kind, node("intermediateThrowEvent", "e", definition), "a > e > after", user("after"))
        case "end":
            return _thrown(kind, node("endEvent", "e", definition), "a > e")
        case "boundary" | "boundary_beside":
            return work, boundary("e", "work", definition, position == "boundary"), user("v"), "start > work > end", "e > v"
        case "handler" | "handler_beside":
            beside = handler("on", definition, user("v"), "on_start > v", interrupting=position == "handler")
            parts = [user("a"), user("b"), beside, *filter(None, [thrower])]
            return inside("work", *parts, "start > a", "start > b", way), "start > work > end"


def _thrown(kind, event, way, *more):
    """Something throws; whoever can hear it leads to `v`."""
    heard = {
        "message": [catch("c", DEFINITIONS["message"]), "start > c", "c > v"],
        "signal": [catch("c", DEFINITIONS["signal"]), "start > c", "c > v"],
        "none": ["after > v"] if more else [],
    }.get(kind, [])
    if kind in THROWN:
        return inside("work", user("a"), event, *more, "start > " + way), boundary("c", "work", DEFINITIONS[kind]), user("v"), \
            "start > work > end", "c > v"  # fmt: skip
    return user("a"), user("v"), event, *more, "start > " + way, *heard


ALLOWED = [(kind, position) for position in WHERE for kind in sorted(WHERE[position]) if kind not in ELSEWHERE]
REFUSED = [(kind, position) for position in WHERE for kind in DEFINITIONS if kind not in WHERE[position]]


@pytest.mark.parametrize(("kind", "position"), ALLOWED)
def test_the_event_happens(kind, position):
    happens(kind, position)


TIMES = {"date": ("timeDate", "2026-03-05"), "duration": ("timeDuration", "P1D"), "cycle": ("timeCycle", "R3/P1D")}
TIMED = [(time, position) for time in TIMES for position in WHERE if "timer" in WHERE[position]]


@pytest.mark.parametrize(("time", "position"), TIMED)
def test_the_time_comes(time, position):
    happens("timer", position, timer(*TIMES[time]))


def happens(kind, position, event=None):
    parsed = spiff.parse("P", [spiff.Source("P", xml(*drawn(kind, position, event)))])
    if position == "start":
        run = spiff.start(parsed, {}, spiff.Context(), at="e")
        run.proceed()
        assert [wait.element_id for wait in run.waits()] == ["v"]
        return
    case = Desk(parsed, {"go": False})
    told = {"e", "on_start"}.intersection(case.at) - {wait.element_id for wait in case.waits if wait.kind == "condition"}
    assert "v" not in case.at
    case.do(*told or ["a"], **{"go": True} if kind == "conditional" else {})
    HAPPENED.get((kind, position), _leads_to_v)(case, position)


def _leads_to_v(case, position):
    assert "v" in case.at
    if position.startswith(("boundary", "handler")):
        assert ("b" in case.at) == position.endswith("beside")  # whether the work goes on
    assert {"e", "on_start"} & {place for event, place in case.events if event == "entered"}


def _is_over(case, position):
    assert case.is_completed


def _goes_on(case, position):
    assert case.do("after").at == ["v"]


def _ends(case, position):
    assert case.is_completed and case.ends == ["e"]


HAPPENED = {("terminate", "end"): _is_over, ("none", "end"): _ends, ("none", "throw"): _goes_on}


@pytest.mark.parametrize(("kind", "position"), REFUSED)
def test_the_event_is_refused_with_its_element(kind, position):
    findings = [each for each in spiff.check([spiff.Source("P", xml(*drawn(kind, position)))]) if each.is_error]
    assert {"e", "on_start"} & {each.element_id for each in findings}
