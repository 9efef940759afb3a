"""The processes that are played to their ends while they are killed, and what their service tasks do: note it outside, once."""

import json
import re
from pathlib import Path

from marshmallow import INCLUDE, Schema, fields

from engine import config
from engine.documents import shelf
from engine.operations import OPERATIONS
from engine.operations.operation import Operation, Rejected, TryAgain
from tests.engine.workflow.spiff.drawing import (
    boundary,
    catch,
    gateway,
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
from workers.heart import heart

ITEMS = [1, 2, 3]


class Told(Schema):
    """What is told, of which instance."""

    class Meta:
        unknown = INCLUDE

    what = fields.String(required=True)
    n = fields.Integer(required=True)
    mood = fields.String()


class Answered(Schema):
    receipt = fields.String()


class Ledger:
    """The outside world: a file that knows which key asked for what."""

    def __init__(self, folder: Path):
        self.path = folder / "ledger.jsonl"

    def rows(self) -> list[dict]:
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []

    def known(self, key: str) -> dict | None:
        return next((row for row in self.rows() if row["key"] == key), None)

    def note(self, key: str, what: str) -> dict:
        row = {"key": key, "what": what, "receipt": f"R-{what}"}
        with self.path.open("a") as file:
            file.write(json.dumps(row) + "\n")
        return row


class Tell(Operation):
    """A receiver that honours our key: asked twice, it does it once."""

    name, title, effect_class = "durable.tell", "Tell", "A"
    Inputs, Outputs = Told, Answered
    errors = {"refused": "No"}

    def run(self, inputs, call):
        heart.beat()
        if inputs.get("mood") == "refuse":
            raise Rejected("refused", "it does not want to")
        if inputs.get("mood") == "later" and call.attempt == 1:
            raise TryAgain("not now", 1)
        return {"receipt": self.effect(Ledger(config.current().data), call.key, f"{inputs['what']}-{inputs['n']}")["receipt"]}

    def effect(self, ledger, key, what):
        return ledger.known(key) or ledger.note(key, what)


class Ask(Tell):
    """A receiver that does whatever it is told, again and again, but can be asked what it did."""

    name, title, effect_class = "durable.ask", "Ask", "B"

    def query(self, call):
        row = Ledger(config.current().data).known(call.key)
        return {"receipt": row["receipt"]} if row else None

    def effect(self, ledger, key, what):
        return ledger.note(key, what)


class Paper(Operation):
    """Rows and a file of our own."""

    name, title, effect_class = "durable.paper", "Paper", "L"
    Inputs, Outputs = Told, Answered

    def run(self, inputs, call):
        return {"receipt": f"paper {inputs['what']}-{inputs['n']}"}

    def record(self, result, call):
        text = result["receipt"].encode()
        shelf.put(call.case_id, "note", result["receipt"], text, "staff", call_key=call.key, media_type="text/plain")
        return result


def tell(id_, operation="durable.tell", what="", mood="", **more):
    """A service task that tells the outside its own name."""
    parameters = {"what": what or f"'{id_}'", "n": "n", "mood": f"'{mood}'"}
    return service(id_, operation, result=f"{id_}_said", parameters=parameters, **more)


def each(id_, operation, sequential):
    return service(id_, operation, parameters={"what": f"'{id_}-' + str(x)", "n": "n"},
                   inner=many("items", item="x", result="receipt", results=f"{id_}_all", sequential=sequential))


CALLS = {
    "calls": (tell("a"), node("callActivity", "call", calledElement="called"), user("u"), "start > a > call > u > end"),
    "called": (tell("b", "durable.ask"), user("inner"), tell("c", "durable.paper"), "start > b > inner > c > end"),
}
PARALLEL = {"parallel": (
    gateway("parallel", "f"), gateway("parallel", "j"),
    tell("a"), tell("b", "durable.ask", mood="later"), tell("c", "durable.paper"),
    user("d"), user("v"), "start > f", *(f"f > {name} > j" for name in "abcd"), "j > v > end",
)}
WAITING = {"waiting": (
    user("u"), boundary("late", "u", timer("timeDuration", "PT1H")), tell("reminded"), gateway("exclusive", "x"),
    catch("m", told("message", "ruling")), catch("pause", timer("timeDuration", "PT2H")), tell("a"),
    "start > u > x > m > pause > a > end", "late > reminded > x",
)}
MANY = {"many": (
    each("p", "durable.ask", False), each("s", "durable.tell", True), tell("paper", "durable.paper"),
    "start > p > s > paper > end",
)}
ERRORS = {"errors": (
    inside("sub", tell("a", mood="refuse"), "start > a > end"), boundary("no", "sub", told("error", "refused")), tell("b"),
    user("v"), "start > sub > v > end", "no > b > v",
)}
LONG = {"long": (
    gateway("parallel", "f"), gateway("exclusive", "x"), script("count", "done = done + 1"), gateway("exclusive", "again"),
    gateway("parallel", "j"), user("u"), tell("a"),
    "start > begin > f > x > count > again", "again > x [done < 120]", "again > j [done >= 120]", "f > u > j", "j > a > end",
    script("begin", "done = 0"),
)}
PAYS, KEYS = {"payload": "{'n': n}"}, {"correlation": "{'n': n}"}
SAID = {
    "said": (
        user("u"), node("intermediateThrowEvent", "t", told("message", "asked"), properties=PAYS),
        catch("m", told("message", "answered"), properties=KEYS), tell("a"), "start > u > t > m > a > end",
    ),
    "hears": (
        node("startEvent", "s", told("message", "asked")), tell("b", "durable.ask"), user("v"),
        node("endEvent", "e", told("message", "answered"), properties=PAYS), "s > b > v > e",
    ),
}
MODELS = {"calls": CALLS, "parallel": PARALLEL, "waiting": WAITING, "many": MANY, "errors": ERRORS, "said": SAID, "long": LONG}
FIRST = {"calls": 'expect = "inner"', "called": 'expect = "inner"', "parallel": 'expect = "d"', "waiting": 'expect = "u"',
         "many": 'end = "end"', "said": 'expect = "u"', "hears": 'expect = "v"', "errors": 'expect = "v"', "long": 'expect = "u"'}

BEGINS = {"hears": 'starts = "s"\n'}
SCENARIO = 'title = "{key}"\n{begins}[data]\nn = 1\nitems = [1, 2, 3]\n[[step]]\n{first}\n'
SETTINGS = 'key = "{key}"\ntitle = "{key}"\ntitle_en = "{key}"\n[lanes]\n"书记员" = "clerk"\n'
LANE = '<bpmn:laneSet id="lanes"><bpmn:lane id="clerk" name="书记员">{}</bpmn:lane></bpmn:laneSet>'


def folders(model: str) -> dict[str, dict[str, str]]:
    """The process folders of a model, ready to be published."""
    return {key: {
        "process.bpmn": xml(in_a_lane(parts), *parts, key=key).decode(), "process.toml": SETTINGS.format(key=key),
        "scenarios/first.toml": SCENARIO.format(key=key, first=FIRST[key], begins=BEGINS.get(key, "")),
    } for key, parts in MODELS[model].items()}


def in_a_lane(parts) -> str:
    """One lane with all user tasks."""
    tasks = re.findall(r'<bpmn:userTask id="(\w+)"', "".join(parts))
    return LANE.format("".join(f"<bpmn:flowNodeRef>{task}</bpmn:flowNodeRef>" for task in tasks))


def register() -> None:
    """Let diagrams use these operations, in this process only."""
    OPERATIONS.update({operation.name: operation for operation in (Tell(), Ask(), Paper())})
