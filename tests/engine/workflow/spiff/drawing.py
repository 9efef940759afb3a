"""Draw small processes in a line or two: `drawn(user("u"), "start > u > end")`."""

import re
from datetime import UTC, datetime

from engine.workflow import spiff

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="definitions_1">'
)
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
_ARROW = re.compile(r"\s*>\s*(?![^\[]*\])")  # not inside a condition


def node(tag, id_, inner="", properties=None, **attributes):
    entries = entries_of("property", "name", properties)
    if entries:
        inner = f"{extension(f'<spiffworkflow:properties>{entries}</spiffworkflow:properties>')}{inner}"
    extra = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<bpmn:{tag} id="{id_}"{extra}>{inner}</bpmn:{tag}>'


def entries_of(tag, key, values):
    return "".join(f'<spiffworkflow:{tag} {key}="{name}" value="{value}"/>' for name, value in (values or {}).items())


def extension(inner):
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def user(id_, inner="", **more):
    return node("userTask", id_, inner, **more)


def service(id_, operation="documents.generate", result="", parameters=None, inner="", tag="serviceTask"):
    entries = f"<spiffworkflow:parameters>{entries_of('parameter', 'id', parameters)}</spiffworkflow:parameters>"
    opening = f'<spiffworkflow:serviceTaskOperator id="{operation}" resultVariable="{result}">'
    return node(tag, id_, extension(f"{opening}{entries}</spiffworkflow:serviceTaskOperator>") + inner)


def script(id_, text):
    return node("scriptTask", id_, f"<bpmn:script><![CDATA[{text}]]></bpmn:script>")


def gateway(kind, id_, **attributes):
    return node(f"{kind}Gateway", id_, **attributes)


def timer(kind, text):
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"


def told(kind, name):
    return f'<bpmn:{kind}EventDefinition {kind}Ref="{kind}_{name}"/>'


def boundary(id_, host, definition, interrupting=True, **more):
    return node("boundaryEvent", id_, definition, attachedToRef=host, cancelActivity=str(interrupting).lower(), **more)


def catch(id_, definition, **more):
    return node("intermediateCatchEvent", id_, definition, **more)


def inside(id_, *parts):
    return node("subProcess", id_, "".join(contents(parts, id_ + "_")))


def handler(id_, definition, *parts, interrupting=True, **more):
    """An event sub-process; its start event is `<id>_start`."""
    begin = node("startEvent", f"{id_}_start", definition, isInterrupting=str(interrupting).lower(), **more)
    return node("subProcess", id_, "".join(contents((begin, *parts), id_ + "_")), triggeredByEvent="true")


def many(collection=None, times=None, sequential=False, item=None, result=None, results=None, until=None):
    parts = [
        f"<bpmn:loopCardinality>{times}</bpmn:loopCardinality>" if times is not None else "",
        f"<bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>" if collection else "",
        f"<bpmn:loopDataOutputRef>{results}</bpmn:loopDataOutputRef>" if results else "",
        f'<bpmn:inputDataItem id="{item}"/>' if item else "",
        f'<bpmn:outputDataItem id="{result}"/>' if result else "",
        f"<bpmn:completionCondition><![CDATA[{until}]]></bpmn:completionCondition>" if until else "",
    ]
    inner, one_by_one = "".join(parts), str(sequential).lower()
    tag = "bpmn:multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{one_by_one}">{inner}</{tag}>'


def xml(*parts, key="P", extra=""):
    """A file with one process; texts like "a > b [x == 1] > c" are arrows with conditions; `start` and `end` are drawn."""
    body = "".join(contents(parts))
    named = "".join(
        f'<bpmn:{kind} id="{kind}_{name}" name="{name}" {kind}Code="{name}"/>'
        for kind, name in sorted(set(re.findall(r'\b(\w+)Ref="(?:message|signal|error|escalation)_(\w+)"', body)))
    )
    return f'{HEAD}{named}{extra}<bpmn:process id="{key}" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'.encode()


def contents(parts, prefix=""):
    """Nodes and arrows of a scope."""
    nodes = [part for part in parts if part.startswith("<")]
    arrows = [part for part in parts if not part.startswith("<")]
    known = set(re.findall(r'\bid="([^"]+)"', "".join(nodes)))
    used, found = set(), []
    for arrow in arrows:
        steps = _ARROW.split(arrow)
        for number in range(len(steps) - 1):
            source, target = _place(steps[number])[0], steps[number + 1]
            target, condition = _place(target)
            used |= {source, target}
            found.append(_flow(f"{prefix}f{len(found)}", _own(source, prefix), _own(target, prefix), condition))
    for name in sorted(used - known):
        assert name in ("start", "end"), f"{name} is not drawn"
        nodes.append(node(f"{name}Event", _own(name, prefix)))
    return nodes + found


def _own(name, prefix):
    return prefix + name if name in ("start", "end") else name


def _place(text):
    found = re.match(r"\s*([\w.\-]+)\s*(?:\[(.*)\])?\s*\Z", text)
    return found[1], found[2]


def _flow(id_, source, target, condition):
    inner = f"<bpmn:conditionExpression><![CDATA[{condition}]]></bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="{id_}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


class Desk:
    """A run on the desk: saved and loaded again after everything that happens to it, and after each turn of so much work."""

    def __init__(self, definition, data=None, turn=None, **context):
        self.definition, self.turn = definition, turn
        self.context = spiff.Context(now=NOON, **context)
        self.events = []
        self.run = spiff.start(definition, data or {}, self.context)
        self._go_on()

    def _go_on(self):
        at_rest, self.ends, self.thrown = False, [], []
        while not at_rest:
            at_rest = self.run.proceed(self.turn)
            self.events += [(step.event, step.element_id) for step in self.run.steps]
            self.ends += self.run.end_events
            self.thrown += self.run.thrown
            self.run = spiff.load(self.definition, self.run.save(), self.context)
        return self

    @property
    def waits(self):
        return self.run.waits()

    @property
    def at(self):
        """Ids of what it waits for, sorted."""
        return sorted(wait.element_id for wait in self.waits)

    def wait(self, element_id, number=0):
        return [wait for wait in self.waits if wait.element_id == element_id][number]

    def do(self, element_id, number=0, **answers):
        """Answer a wait, whatever its kind."""
        wait = self.wait(element_id, number)
        act = {"user_task": self.run.complete, "call": self.run.finish_call, "message": self.run.deliver}.get(wait.kind)
        if act:
            act(wait.token, answers)
        else:
            self.run.fire(wait.token)
        return self._go_on()

    def throw(self, element_id, code):
        caught = self.run.throw(self.wait(element_id).token, code)
        self._go_on()
        return caught

    @property
    def data(self):
        return self.run.data

    @property
    def is_completed(self):
        return self.run.is_completed


def definition(*parts, others=(), decisions=(), **more):
    sources = [spiff.Source("P", xml(*parts, **more), tuple(decisions)), *[spiff.Source("other", other) for other in others]]
    return spiff.parse("P", sources)


def laid(*parts, data=None, context=None, turn=None, **more) -> Desk:
    """A drawing, started and run to its first waits."""
    return Desk(definition(*parts, **more), data, turn, **(context or {}))
