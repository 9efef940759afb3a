"""Keep states of the present format for the versions to come: `python -m tests.engine.workflow.spiff.golden`.

Each file holds a drawing, a state in the middle of its run, what it waited for then, and the way to its end. Once a format is
released its files never change: `test_golden` loads them for ever and walks on.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from engine.workflow import spiff
from engine.workflow.spiff import codec
from tests.engine.workflow.spiff import test_objects
from tests.engine.workflow.spiff.drawing import (
    NOON,
    boundary,
    catch,
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
from tests.engine.workflow.spiff.test_compensation import CANCEL, TWO, UNDO, throw, transaction, undone_by
from tests.engine.workflow.spiff.test_conditional import when
from tests.engine.workflow.spiff.test_flow import TABLE
from tests.engine.workflow.spiff.test_positions import ALLOWED, drawn
from tests.engine.workflow.spiff.test_stores import STORE, reads, writes

FOLDER = Path(__file__).parents[3] / "data" / "states"
CONTEXT = spiff.Context(now=NOON)
FORK = ("start > fork > a > join > c > end", "fork > b > join")
PARTIES = {"parties": [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}, {"id": 3, "name": "C"}]}
VALUES = {"money": Decimal("1.50"), "day": date(2026, 3, 2), "at": NOON, "big": 2**70, "~d": "1", "文": ["字", None, 0.5]}
CYCLE = timer("timeCycle", "R3/P1D")

# name → parts of the drawing, data at the start, answers before the state is saved, answers after
DRAWINGS = {
    "two_tasks": ((user("u"), user("v"), "start > u > v > end"), {}, [("u", 0, VALUES)], [("v", 0, {"b": 1})]),
    "not_moved": ((user("u"), "start > u > end"), {"a": 1}, None, [("u", 0, {})]),
    "join": (
        (user("a"), user("b"), user("c"), gateway("parallel", "fork"), gateway("parallel", "join"), *FORK),
        {"x": 1}, [("a", 0, {"from_a": 1})], [("b", 0, {"from_b": 2}), ("c", 0, {})],
    ),
    "inclusive_join": (
        (user("a"), user("b"), user("c"), gateway("inclusive", "fork"), gateway("inclusive", "join"), "start > fork",
         "fork > a [x > 0] > join", "fork > b [x > 1] > join", "fork > c [x > 2] > join", "join > end"),
        {"x": 2}, [("a", 0, {"a": 1})], [("b", 0, {"b": 1})],
    ),
    "ended_branch": (
        (user("a"), user("b"), gateway("parallel", "fork"), "start > fork > a > end", "fork > b > end"),
        {}, [("a", 0, {"a": 1})], [("b", 0, {"b": 2})],
    ),
    "loop": (
        (user("u"), gateway("exclusive", "again"), "start > u > again > u [n < 5]", "again > end"),
        {}, [("u", 0, {"n": 1}), ("u", 0, {"n": 2})], [("u", 0, {"n": 5})],
    ),
    "boundaries": (
        (user("u"), user("v"), user("late"), boundary("remind", "u", CYCLE, interrupting=False),
         script("count", "n = value('n', 0) + 1"),
         boundary("over", "u", timer("timeDuration", "P9D")), boundary("say", "u", told("message", "m"), interrupting=False),
         boundary("stop", "u", told("signal", "s")), "start > u > end", "remind > count > end", "say > v > end",
         "over > late > end", "stop > end"),
        {}, [("remind", 0, {}), ("say", 0, {"told": 1})], [("remind", 0, {}), ("v", 0, {}), ("over", 0, {}), ("late", 0, {})],
    ),
    "events": (
        (gateway("eventBased", "which"), catch("m", told("message", "m"), properties={"correlation": "{'case_no': no}"}),
         catch("t", timer("timeDuration", "P3D")), node("receiveTask", "r", messageRef="message_r"), user("v"),
         "start > which > m > v > end", "which > t > end", "which > r > end"),
        {"no": 7}, [], [("m", 0, {"reply": "yes"}), ("v", 0, {})],
    ),
    "inside": (
        (inside("sub", user("a"), user("b"), gateway("parallel", "fork"), gateway("parallel", "join"),
                "start > fork > a > join > end", "fork > b > join"),
         boundary("late", "sub", timer("timeDuration", "P1D")), user("v"),
         "start > sub > v > end", "late > v"),
        {"x": 1}, [("a", 0, {"a": 1})], [("b", 0, {"b": 1}), ("v", 0, {})],
    ),
    "calls": (
        (node("callActivity", "call", calledElement="Q"), boundary("failed", "call", told("error", "E")), user("v"), user("w"),
         "start > call > v > end", "failed > w > end"),
        {"x": 1}, [("q", 0, {"q": 2})], [("s", 0, {"no": 9}), ("v", 0, {})],
    ),
    "many_people": (
        (user("ask", many("parties", item="party", result="agrees", results="all_agree"), properties={"assignee": "party['id']"}),
         user("v"), "start > ask > v > end"),
        PARTIES, [("ask", 1, {"agrees": "b"})], [("ask", 1, {"agrees": "c"}), ("ask", 0, {"agrees": "a"}), ("v", 0, {})],
    ),
    "many_one_by_one": (
        (user("ask", many("parties", item="party", sequential=True, until="last == 1")), "start > ask > end"),
        PARTIES, [("ask", 0, {"last": 0})], [("ask", 0, {"last": 1})],
    ),
    "many_calls": (
        (service("s", "documents.generate", "sent", {"to": "party['name']"},
                 many("parties", item="party", result="sent", results="all")),
         boundary("late", "s", timer("timeDuration", "P1D")), "start > s > end", "late > end"),
        PARTIES, [("s", 2, {"n": 2})], [("s", 0, {"n": 0}), ("s", 0, {"n": 1})],
    ),
    "many_scopes": (
        (node("subProcess", "sub", many("parties", item="party", result="sent", results="all") + node("startEvent", "begin")
              + service("s", result="sent", parameters={"to": "party['name']"}) + user("u") + node("endEvent", "done")
              + "".join(node("sequenceFlow", f"x{source}", sourceRef=source, targetRef=target)
                        for source, target in [("begin", "s"), ("s", "u"), ("u", "done")])), "start > sub > end"),
        PARTIES, [("s", 2, {"n": 2}), ("s", 0, {"n": 0}), ("u", 0, {})], [("u", 0, {}), ("s", 0, {"n": 1}), ("u", 0, {})],
    ),
    "rounds": (
        (user("u", '<bpmn:standardLoopCharacteristics><bpmn:loopCondition>n != 3</bpmn:loopCondition>'
                   "</bpmn:standardLoopCharacteristics>"), "start > u > end"),
        {}, [("u", 0, {"n": 1})], [("u", 0, {"n": 2}), ("u", 0, {"n": 3})],
    ),
    "mapped_call": (
        (node("callActivity", "call", extension(
            '<spiffworkflow:mappings><spiffworkflow:mapping direction="in" target="x" source="a + 1"/>'
            '<spiffworkflow:mapping direction="out" target="b" source="q"/></spiffworkflow:mappings>'), calledElement="Q"),
         "start > call > end"),
        {"a": 1}, [("q", 0, {"q": 2})], [("s", 0, {"no": 9})],
    ),
    "memories": (
        (user("a"), user("b"), boundary("ba", "a", "<bpmn:compensateEventDefinition/>"), user("ua", isForCompensation="true"),
         boundary("bb", "b", "<bpmn:compensateEventDefinition/>"), user("ub", isForCompensation="true"), user("v"),
         node("association", "as1", sourceRef="ba", targetRef="ua"), node("association", "as2", sourceRef="bb", targetRef="ub"),
         node("intermediateThrowEvent", "t", "<bpmn:compensateEventDefinition/>"), "start > a > b > t > v > end"),
        {}, [("a", 0, {"x": 1, **VALUES}), ("b", 0, {"x": 2})], [("ub", 0, {"y": 1}), ("ua", 0, {}), ("v", 0, {})],
    ),
    "watchers": (
        (gateway("parallel", "fork"), user("u"), catch("paid", when("n > 5")), user("v"),
         handler("ask", told("message", "m"), user("reply"), "ask_start > reply", interrupting=False,
                 properties={"variable": "q"}),
         handler("often", CYCLE, script("count", "k = value('k', 0) + 1"), "often_start > count", interrupting=False),
         handler("stop", told("signal", "s"), user("note"), "stop_start > note"),
         "start > fork > u > end", "fork > paid > v > end"),
        {"n": 0}, [("ask_start", 0, {"x": 1}), ("often_start", 0, {})],
        [("ask_start", 0, {"x": 2}), ("reply", 0, {"r": 1}), ("u", 0, {"n": 6}), ("often_start", 0, {}), ("stop_start", 0, {}),
         ("note", 0, {"w": 1})],
    ),
    "under_way": (
        (gateway("parallel", "fork"), gateway("parallel", "join"), script("a", "n = n + 1"), script("b", "m = m + 2"),
         gateway("exclusive", "x"), gateway("exclusive", "y"), gateway("exclusive", "p"), gateway("exclusive", "q"), user("u"),
         "start > fork > x > a > p", "p > x [n < 40]", "p > join [n >= 40]",
         "fork > y > b > q", "q > y [m < 50]", "q > join [m >= 50]", "fork > u > join > end"),
        {"n": 0, "m": 0}, None, [("u", 0, {"seen": True})],
    ),
    "kinds_of_work": (
        (node("task", "t"), node("manualTask", "m"), service("s", result="r"), service("send", tag="sendTask"),
         node("businessRuleTask", "rule", extension("<spiffworkflow:calledDecisionId>size</spiffworkflow:calledDecisionId>")),
         gateway("parallel", "fork"), gateway("parallel", "join"), user("v"), "start > fork", "join > v > end",
         *(f"fork > {each} > join" for each in ("t", "m", "s", "send")), "fork > rule > join"),
        {"amount": 5000}, [("t", 0, {"t": 1})],
        [("m", 0, {"m": 1}), ("s", 0, {"no": 1}), ("send", 0, {}), ("v", 0, {})],
    ),
    "transaction": (
        (transaction("trans", node("startEvent", "ts"), user("pay"), user("book"), undone_by("pay", "unpay"),
                     node("endEvent", "no", CANCEL), "ts > pay > book > no"),
         boundary("stop", "trans", CANCEL), user("w"), "start > trans > end", "stop > w > end"),
        {}, [("pay", 0, {"paid": 5})], [("book", 0, {}), ("w", 0, {})],
    ),
    "undone_at_the_end": (
        (*TWO, node("endEvent", "back", "<bpmn:compensateEventDefinition/>"), user("u"), "start > a > b > u > back"),
        {}, [("a", 0, {"x": 1}), ("b", 0, {"y": 2})], [("u", 0, {})],
    ),
    "taken_back_within": (
        (inside("sub", user("a"), user("b"), undone_by("a", "ua", "userTask"), undone_by("b", "ub", "userTask"),
                handler("back", UNDO, user("ask"), throw("tb"), "back_start > ask > tb"), "start > a > b > end"),
         throw(), user("v"), "start > sub > t > v > end"),
        {}, [("a", 0, {"x": 1, **VALUES}), ("b", 0, {"x": 2}), ("ask", 0, {"why": "ill"})],
        [("ub", 0, {"y": 1}), ("ua", 0, {}), ("v", 0, {})],
    ),
    "memories_inside": (
        (inside("outer", inside("sub", *TWO, "start > a > b > end"), "start > sub > end"), user("u"), throw(), user("v"),
         "start > outer > u > t > v > end"),
        {}, [("a", 0, {"x": 1, **VALUES}), ("b", 0, {"x": 2})], [("u", 0, {}), ("v", 0, {})],
    ),
    "adhoc": (
        (adhoc(user("a"), user("b"), user("c"), "a > c"), user("v"), "start > work > v > end"),
        {"enough": False}, [("a", 0, {"x": 1}), ("b", 0, {"y": 1})],
        [("c", 0, {"z": 1}), ("b", 0, {"enough": True}), ("v", 0, {})],
    ),
    "stores": (
        (STORE, user("u", reads()), user("v", writes()), "start > u > v > end"),
        {}, [("u", 0, {"a": 1})], [("v", 0, {"rate": 5})],
    ),
    "objects": (
        (test_objects.CLAIM, user("a", test_objects.writes()), user("b"),
         inside("sub", test_objects.drawn("mine"), user("x", test_objects.writes("mine")), user("y"), "start > x > y > end"),
         user("v", test_objects.reads()), gateway("parallel", "fork"), gateway("parallel", "join"),
         "start > fork > a > sub > join > end", "fork > b > v > join"),
        {}, [("a", 0, {"claim": Decimal("1.50")}), ("x", 0, {"mine": {"~d": "1"}})],
        [("b", 0, {"claim": 2}), ("v", 0, {}), ("y", 0, {})],
    ),
    "memories_of_many": (
        (user("a", many(times=2, item="i")), undone_by("a", "ua", "userTask"), throw(), user("v"), "start > a > t > v > end"),
        {}, [("a", 0, VALUES)], [("a", 0, {}), ("ua", 0, {}), ("ua", 0, {"y": 1}), ("v", 0, {})],
    ),
}  # fmt: skip
HAPPENS = {f"event_{kind}_{position}": (kind, position) for kind, position in ALLOWED}  # saved before it happens
UNDER_WAY = {"under_way": 700}  # saved in the middle of a run, after so much work
INNER = [xml(user("q"), service("s", result="r"), "start > q > s > end", key="Q")]
CALLED = {"calls": INNER, "mapped_call": INNER}
TABLES = {"kinds_of_work": [TABLE.replace(b'case["amount"]', b"amount").decode()]}


def act(run, steps) -> None:
    for element, number, answers in steps:
        wait = [each for each in run.waits() if each.element_id == element][number]
        match wait.kind:
            case "user_task":
                run.complete(wait.token, answers)
            case "call":
                run.finish_call(wait.token, answers)
            case "message":
                run.deliver(wait.token, answers)
            case "timer":
                run.fire(wait.token)
        run.proceed()


def shown(run) -> list[dict]:
    """What a run waits for, in an order that does not depend on the state."""
    waits = [{"kind": w.kind, "element": w.element_id, "token": w.token, "detail": w.detail} for w in run.waits()]
    return json.loads(json.dumps(sorted(waits, key=lambda each: (each["element"], each["token"])), default=str))


def read(known: dict) -> spiff.Definition:
    """The drawing of a kept state."""
    return spiff.parse("P", [spiff.Source(key, text.encode(), tuple(table.encode() for table in tables))
                             for key, text, *tables in known["sources"]])


def kept(name: str) -> dict:
    """One drawing, its state and the way on, as JSON."""
    if name in HAPPENS:
        parts, data, before, after = drawn(*HAPPENS[name]), {"go": False}, [], None
    else:
        parts, data, before, after = DRAWINGS[name]
    sources = [["P", xml(*parts).decode(), *TABLES.get(name, [])], *(["other", each.decode()] for each in CALLED.get(name, []))]
    definition = read({"sources": sources})
    run = spiff.start(definition, data, CONTEXT, **({"at": "e"} if name.endswith("_start") else {}))
    if before is not None:
        run.proceed()
        act(run, before)
    if name in UNDER_WAY:
        assert not run.proceed(UNDER_WAY[name])
    state = run.save()
    found = {"sources": sources, "state": state.decode(), "waits": shown(run)}
    run.proceed()
    after = walked(run) if after is None else after
    if name not in HAPPENS:
        act(run, after)
    assert run.is_completed, name
    plain = codec._plain(run.data)
    return {**found, "moves": before is None, "way": after, "data": plain, "ends": run.end_events}


def walked(run) -> list:
    """Let the event happen, by itself or by what leads to it, and do the rest; the way this took."""
    way = []
    while not run.is_completed and len(way) < 20:
        waits = {each.element_id: each.kind for each in reversed(run.waits()) if each.kind != "condition"}
        events = [each for each in waits if each in ("e", "on_start") and each not in [step[0] for step in way]]
        people = [each for each in sorted(waits) if waits[each] == "user_task"]
        step = ((events or people or sorted(waits))[0], 0, {"go": True})
        act(run, [step])
        way.append(step)
    return way


def main() -> None:
    folder = FOLDER / f"format_{codec.FORMAT}"
    folder.mkdir(parents=True, exist_ok=True)
    for name in [*DRAWINGS, *HAPPENS]:
        if not (folder / f"{name}.json").exists():
            text = json.dumps(kept(name), ensure_ascii=False, indent=1, default=str)
            (folder / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
