"""From the normalised XML to `model.Process`: every attribute and extension our own code understands."""

import re
from functools import cached_property

from engine.workflow.spiff import objects
from engine.workflow.spiff.model import AdHoc, Element, Event, Flow, Loop, Many, Process
from engine.workflow.spiff.reading import BPMN, INSIDES, SPIFF, local

NODES = frozenset(
    BPMN + tag
    for tag in [
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    ]
)
_EXTENSION = f"{BPMN}extensionElements/{SPIFF}"
TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def read_processes(root) -> list[Process]:
    """All processes of a file."""
    declared = Declared(root)
    return [Reader(declared, process).read() for process in root.iter(BPMN + "process")]


class Declared:
    """What a file declares beside its processes, looked up in one go: a file may declare thousands and point to them as often."""

    def __init__(self, root):
        self._named, self.keys, self._paths = {}, {}, {}
        for each in root.iter(*(BPMN + kind for kind in ("message", "signal", "error", "escalation"))):
            self._named.setdefault((local(each), each.get("id")), each)
        for prop in root.iter(BPMN + "correlationProperty"):
            self.keys[prop.get("id")] = name = prop.get("name") or prop.get("id")
            for expression in prop.iter(BPMN + "correlationPropertyRetrievalExpression"):
                if len(expression):
                    self._paths.setdefault(expression.get("messageRef"), {})[name] = text(expression[0])

    def find(self, kind: str, id_: str | None):
        return self._named.get((kind, id_)) if id_ is not None else None

    def paths(self, message_id: str) -> dict[str, str]:
        """Where each key stands in a message."""
        return self._paths.get(message_id, {})


class Reader:
    """Reads one process; sub-processes are walked with a list, not with recursion."""

    def __init__(self, declared: Declared, process):
        self.declared = declared
        self.node = process
        self.key = process.get("id")
        self.lanes = {
            (reference.text or "").strip(): lane
            for lane in process.iter(BPMN + "lane")
            for reference in lane.findall(BPMN + "flowNodeRef")
        }

    def read(self) -> Process:
        nodes, flows, scopes, todo = [], {}, {}, [(self.node, None)]
        while todo:
            scope, scope_id = todo.pop()
            inside = [child for child in scope if child.tag in NODES]
            scopes[scope_id] = [child.get("id") for child in inside]
            flows |= self._flows(scope)
            for child in inside:
                nodes.append((child, scope_id))
                if child.tag in INSIDES:
                    todo.append((child, child.get("id")))
        leaving, arriving = _by_end(flows, "source"), _by_end(flows, "target")
        elements = {node.get("id"): self._element(node, scope_id, leaving, arriving) for node, scope_id in nodes}
        return Process(self.key, self.node.get("name") or self.key, elements, flows, scopes)

    def _flows(self, scope) -> dict[str, Flow]:
        defaults = {child.get("default") for child in scope if child.get("default")}
        return {
            flow.get("id"): Flow(
                flow.get("id"),
                flow.get("sourceRef"),
                flow.get("targetRef"),
                text(flow.find(BPMN + "conditionExpression")) or None,
                flow.get("id") in defaults,
                flow.get("name"),
            )
            for flow in scope.findall(BPMN + "sequenceFlow")
        }

    def _element(self, node, scope_id, leaving, arriving) -> Element:
        element_id = node.get("id")
        operator = node.find(_EXTENSION + "serviceTaskOperator")
        lane = self._lane(node)
        return Element(
            id=element_id,
            kind=snake(local(node)),
            name=node.get("name") or element_id,
            process_key=self.key,
            lane=None if lane is None else lane.get("name") or lane.get("id"),
            scope=scope_id,
            properties=properties(node),
            documentation=text(node.find(BPMN + "documentation")),
            operation=None if operator is None else operator.get("id"),
            parameters=_parameters(operator),
            result_variable=None if operator is None else operator.get("resultVariable") or None,
            decision=text(node.find(_EXTENSION + "calledDecisionId")) or None,
            called=node.get("calledElement"),
            script=text(node.find(BPMN + "script")) or None,
            **_mappings(node),
            attached_to=node.get("attachedToRef") if node.tag == BPMN + "boundaryEvent" else None,
            interrupting=node.get("isInterrupting" if node.tag == BPMN + "startEvent" else "cancelActivity", "true") != "false",
            event=self._event(node),
            many=_many(node),
            loop=_loop(node),
            adhoc=_adhoc(node),
            triggered=_is_triggered(node),
            starts_handler=node.tag == BPMN + "startEvent" and _is_triggered(node.getparent()),
            reads=tuple(dict.fromkeys((node.get("reads") or "").split())),
            writes=tuple(dict.fromkeys((node.get("writes") or "").split())),
            uses=objects.read(node.get("uses")),
            shares=objects.read(node.get("shares")),
            compensates=node.get("compensates"),
            for_compensation=node.get("isForCompensation") == "true",
            outgoing=tuple(leaving.get(element_id, ())),
            incoming=tuple(arriving.get(element_id, ())),
        )

    def _lane(self, node):
        while node is not None and node.get("id") not in self.lanes:
            node = node.getparent()
        return None if node is None else self.lanes[node.get("id")]

    def _event(self, node) -> Event | None:
        if local(node) in ("sendTask", "receiveTask"):
            return self._named("message", node) if node.get("messageRef") else Event()
        if not local(node).endswith("Event"):
            return None
        definitions = [child for child in node if local(child).endswith("EventDefinition")]
        return self._defined(definitions[0]) if definitions else Event()

    def _defined(self, definition) -> Event:
        kind = local(definition).removesuffix("EventDefinition")
        if kind == "timer":
            for child in definition:
                if local(child) in TIMERS:
                    return Event("timer", timer=(TIMERS[local(child)], text(child)))
        if kind == "conditional":
            return Event(kind, condition=text(definition.find(BPMN + "condition")) or None)
        if kind == "compensate":
            return Event(kind, definition.get("activityRef") or None)
        return self._named(kind, definition)

    def _named(self, kind, definition) -> Event:
        """The message, signal, error or escalation a definition points to, found without XPath: references come from outside.

        `name` is None when nothing is pointed to, empty when what is pointed to has no name.
        """
        reference = definition.get(kind + "Ref")
        target = self.declared.find(kind, reference)
        if target is None:
            return Event(kind)
        code = target.get(kind + "Code") if kind in ("error", "escalation") else None
        name = code or target.get("name") or ""
        if kind != "message":
            return Event(kind, name)
        return Event(kind, name, correlation=self.declared.paths(reference), subscribed=self._subscribed)

    @cached_property
    def _subscribed(self) -> dict[str, str]:
        """Where the process holds its keys, by the same names as in the messages."""
        names, found = self.declared.keys, {}
        for binding in self.node.iter(BPMN + "correlationPropertyBinding"):
            reference, path = binding.get("correlationPropertyRef"), text(binding.find(BPMN + "dataPath"))
            if reference in names and path:
                found[names[reference]] = path
        return found


def _by_end(flows, end) -> dict[str, list[str]]:
    ends = {}
    for flow in flows.values():
        ends.setdefault(getattr(flow, end), []).append(flow.id)
    return ends


def properties(node) -> dict[str, str]:
    entries = node.iterfind(f"{_EXTENSION}properties/{SPIFF}property")
    return {entry.get("name"): entry.get("value") or "" for entry in entries if entry.get("name")}


def text(node) -> str:
    return "" if node is None else (node.text or "").strip()


def _parameters(operator) -> dict[str, str]:
    if operator is None:
        return {}
    entries = operator.iterfind(f"{SPIFF}parameters/{SPIFF}parameter")
    return {entry.get("id"): (entry.get("value") or "").strip() for entry in entries if entry.get("id")}


def _mappings(node) -> dict:
    """What goes into a called process and comes back; without `all` nothing else does."""
    whole = node.find(_EXTENSION + "mappings")
    if whole is None:
        return {}
    entries = [(each.get("direction"), each.get("target") or "", (each.get("source") or "").strip()) for each in whole]
    ins = tuple((target, source) for direction, target, source in entries if direction != "out")
    outs = tuple((target, source) for direction, target, source in entries if direction == "out")
    return {"ins": ins, "outs": outs, "only": whole.get("all") != "true"}


def _many(node) -> Many | None:
    loop = node.find(BPMN + "multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    return Many(
        sequential=loop.get("isSequential") == "true",
        collection=text(loop.find(BPMN + "loopDataInputRef")) or None,
        times=text(loop.find(BPMN + "loopCardinality")) or None,
        item=_variable(loop.find(BPMN + "inputDataItem")),
        result=_variable(loop.find(BPMN + "outputDataItem")),
        results=text(loop.find(BPMN + "loopDataOutputRef")) or None,
        until=text(loop.find(BPMN + "completionCondition")) or None,
    )


def _loop(node) -> Loop | None:
    loop = node.find(BPMN + "standardLoopCharacteristics")
    if loop is None:
        return None
    condition = text(loop.find(BPMN + "loopCondition")) or None
    return Loop(loop.get("testBefore") == "true", condition, loop.get("loopMaximum"))


def _adhoc(node) -> AdHoc | None:
    if node.tag != BPMN + "adHocSubProcess":
        return None
    until = text(node.find(BPMN + "completionCondition")) or None
    return AdHoc(until, node.get("ordering") == "Sequential", node.get("cancelRemainingInstances", "true") != "false")


def _is_triggered(node) -> bool:
    return node.tag == BPMN + "subProcess" and node.get("triggeredByEvent") == "true"


def _variable(item) -> str | None:
    return None if item is None else item.get("name") or item.get("id")


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
