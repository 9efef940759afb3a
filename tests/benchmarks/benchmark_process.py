"""A court process of forty nodes, drawn for us and for the bare library: referral, routing, six people's tasks, a loop, a
parallel branch, a sub-process, a called process, timers on the border, two operations."""

import json
import re

from tests.engine.workflow.spiff import drawing
from tests.engine.workflow.spiff.drawing import boundary, gateway, inside, node, script, service, timer, user

OPERATION = "benchmark.nothing"
LANE, SETTINGS = "书记员", '[lanes]\n"书记员" = "clerk"\n'
BEGINNING = "amount = 9000\nask = 1\nagreed = 1\nrounds = 4"  # sixteen tasks of people until the end
ANSWERED = "rounds = rounds - 1\nask = 1 if rounds > 0 else 0"
DATA = {"amount": 9000, "ask": 1, "agreed": 1}
WAY = ["accept", "consent", "review", "supplement", "review", "hear", "record", "draft", "sign", "confirm"]
ANSWERS = {"review": [{"ask": 1}, {"ask": 0}], "draft": [{"agreed": 1}]}
ROUTING = "route = 'large' if amount > 5000 else 'small'"


def drawn(stock: bool = False, key: str = "P", in_court: bool = False) -> bytes:
    """The diagram; the bare library wants its times quoted, has no operations, and reads its called process in the same way.

    In court a referral starts it, clerks have its tasks, and it brings the data that the others are given.
    """
    lasts = (lambda text: timer("timeDuration", f'"{text}"')) if stock else (lambda text: timer("timeDuration", text))
    calls = (lambda id_: script(id_, "noted = 1")) if stock else (lambda id_: service(id_, OPERATION))
    called = script("called", "recorded = 1") if stock else node("callActivity", "called", calledElement="RECORD")
    hearing = inside("hearing", user("hear"), "start > hear > end")
    parts = [
        user("accept"),
        boundary("accept_late", "accept", lasts("P7D")),
        script("too_late", "late = 1"),
        script("route_it", ROUTING),
        gateway("exclusive", "which"),
        script("large", "kind = 'large'"),
        script("small", "kind = 'small'"),
        gateway("exclusive", "routed"),
        calls("notify"),
        user("consent"),
        boundary("remind", "consent", lasts("P3D"), interrupting=False),
        script("reminded", "again = 1"),
        gateway("exclusive", "again_from"),
        user("review"),
        gateway("exclusive", "enough"),
        user("supplement"),
        gateway("parallel", "fork"),
        hearing,
        user("record"),
        gateway("parallel", "join"),
        called,
        user("draft"),
        boundary("draft_late", "draft", lasts("P30D")),
        script("failed", "failed_at = 1"),
        gateway("exclusive", "agreed_q"),
        user("sign"),
        user("confirm"),
        calls("report"),
        gateway("exclusive", "over"),
        script("count", "done = 1"),
    ]
    if in_court:
        parts += [script("begin", BEGINNING), script("answered", ANSWERED)]
        parts.insert(0, in_a_lane(parts))
    begin, answered = ("begin > ", "answered > ") if in_court else ("", "")
    arrows = [
        f"start > {begin}accept > route_it > which > large [route == 'large']",
        "which > small [route != 'large']",
        "large > routed",
        "small > routed",
        "routed > notify > consent > again_from > review > enough",
        "enough > supplement [ask == 1]",
        f"supplement > {answered}again_from",
        "enough > fork [ask != 1]",
        "fork > hearing > join",
        "fork > record > join",
        "join > called > draft > agreed_q",
        "agreed_q > sign [agreed == 1]",
        "agreed_q > over [agreed != 1]",
        "sign > confirm > report > over > count > end",
        "accept_late > too_late > end",
        "remind > reminded > end",
        "draft_late > failed > end",
    ]
    return drawing.xml(*parts, *arrows, key=key)


def in_a_lane(parts: list[str]) -> str:
    """The lane of the clerks, with all tasks of people."""
    nodes = [*re.findall(r'<bpmn:userTask id="(\w+)"', "".join(parts)), "hearing"]
    refs = "".join(f"<bpmn:flowNodeRef>{each}</bpmn:flowNodeRef>" for each in nodes)
    return f'<bpmn:laneSet id="lanes"><bpmn:lane id="clerks" name="{LANE}">{refs}</bpmn:lane></bpmn:laneSet>'


def staffed() -> dict[str, str]:
    """The same as a folder for people at their desks: the tasks are the clerks', and each has a form."""
    diagram, asked = drawn().decode(), dict.fromkeys(WAY)
    diagram = diagram.replace('isExecutable="true">', f'isExecutable="true">{in_a_lane([diagram])}', 1)
    for name in asked:
        diagram = diagram.replace(user(name), user(name, properties={"form": name}))
    return {"process.bpmn": diagram, "process.toml": SETTINGS} | {f"forms/{name}.json": _form(name) for name in asked}


def _form(name: str) -> str:
    """A text, and what the diagram decides on."""
    numbers = sorted({key for given in ANSWERS.get(name, ()) for key in given})
    questions = [{"type": "number", "key": key, "label": key, "required": True} for key in numbers]
    return json.dumps({"id": name, "components": [{"type": "textarea", "key": "note", "label": "备注"}, *questions]})


def called() -> bytes:
    """What it calls."""
    return drawing.xml(script("note", "recorded = 1"), "start > note > end", key="RECORD")


def waiting() -> bytes:
    """A process that only waits: what a referral starts while something else is measured."""
    return drawing.xml(user("u"), "start > u > end", key="court_mediation")
