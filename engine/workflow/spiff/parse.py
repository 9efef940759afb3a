"""Let the library's parser make its specs from the normalised XML, and join them with what we read ourselves.

The library walks a drawing by recursion (500 nodes in a row are too many), orders arrows by their height in the picture and looks
names up with unescaped XPath; here its task parsers make one spec at a time and the wiring is ours.
"""

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine.workflow.spiff import joins, many, steps
from engine.workflow.spiff.model import Element, Process
from engine.workflow.spiff.reader import NODES
from engine.workflow.spiff.reading import BPMN


class ProcessSpec(BpmnProcessSpec):
    """The library's spec of a process; its inner nodes have names no element of a drawing can have."""

    def __init__(self, name):
        WorkflowSpec.__init__(self, name=name)
        self.start = steps.Start(self, "(start)")
        self.end = steps.Finish(self, "(end)")
        self.svg = self.io_specification = None
        self.description = name
        self.data_objects, self.data_stores, self.correlation_keys = {}, {}, {}
        self.bpmn_start_events = []


class _ScopeParser(ProcessParser):
    """Makes the specs of one process or sub-process, without following its arrows."""

    def make(self, name: str, nodes) -> ProcessSpec:
        self.spec = ProcessSpec(name)
        for node in nodes:
            self._make_one(node)
        return self.spec

    def _make_one(self, node):
        parser_class, spec_class = self.parser._get_parser_class(node.tag)
        parser = parser_class(self, spec_class, node, self.nsmap, lane=self.lane)
        parser.PARALLEL_MI_CLASS, parser.SEQUENTIAL_MI_CLASS = many.AllAtOnce, many.OneByOne
        parser.task = parser.create_task()
        loop = node.find(BPMN + "multiInstanceLoopCharacteristics")
        if loop is not None:
            parser._add_multiinstance_task(loop)
            parser.task.one = self.spec.task_specs[parser.task.task_spec]


class _InsideParser(TaskParser):
    """An activity with a workflow of its own: the specs are named by process and sub-process."""

    def create_task(self):
        called = self.node.get("calledElement") or f"{self.process_parser.process_key}/{self.bpmn_id}"
        return self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=called, **self.bpmn_attributes)


def _with(tag, spec_class, parser_class=None):
    return full_tag(tag), (parser_class or BpmnParser.PARSER_CLASSES[full_tag(tag)][0], spec_class)


class Parser(BpmnParser):
    """The library's parser with our spec classes."""

    PROCESS_PARSER_CLASS = _ScopeParser
    PARSER_CLASSES = dict(
        (
            _with("task", steps.PlainWork),
            _with("userTask", steps.Work),
            _with("manualTask", steps.ManualWork),
            _with("serviceTask", steps.Operation),
            _with("sendTask", steps.Sending),
            _with("receiveTask", steps.Receiving),
            _with("scriptTask", steps.Script),
            _with("businessRuleTask", steps.Deciding, TaskParser),
            _with("callActivity", steps.Calling, _InsideParser),
            _with("subProcess", steps.Inside, _InsideParser),
            _with("exclusiveGateway", steps.Choice),
            _with("parallelGateway", joins.Parallel),
            _with("inclusiveGateway", joins.Inclusive),
            _with("eventBasedGateway", steps.Listening),
            _with("startEvent", steps.Beginning),
            _with("endEvent", steps.Ending),
            _with("intermediateCatchEvent", steps.Catching),
            _with("intermediateThrowEvent", steps.Throwing),
            _with("boundaryEvent", steps.Guard),
        )
    )


def build(root, process: Process) -> dict[str, ProcessSpec]:
    """The specs of a process and of its sub-processes, by `process` and `process/sub_process`."""
    parser = Parser()
    parser.add_bpmn_xml(root)
    nodes = {node.get("id"): node for node in root.iter(*NODES)}
    whole = next(node for node in root.iter(BPMN + "process") if node.get("id") == process.key)
    specs = {}
    for scope, inside in process.scopes.items():
        name = process.key if scope is None else f"{process.key}/{scope}"
        scope_parser = _ScopeParser(parser, whole if scope is None else nodes[scope], parser.namespaces, {})
        scope_parser.process_key = process.key
        specs[name] = scope_parser.make(name, [nodes[each] for each in inside])
        _wire(specs[name], process, scope)
    return specs


def _wire(spec: ProcessSpec, process: Process, scope):
    made = spec.task_specs
    elements = [process.elements[each] for each in process.scopes[scope]]
    for element in elements:
        task = made[element.id]
        for each in (task, getattr(task, "one", None)):
            if each is not None:
                each.element = element
        task.exits = tuple((flow, made[flow.target]) for flow in process.leaving(element.id))
        task.guards = tuple(made[guard.id] for guard in elements if guard.attached_to == element.id)
        for _flow, target in task.exits:
            TaskSpec.connect(task, target)
    begin = [made[element.id] for element in process.beginnings(scope)]
    spec.start.exits = tuple((_Begin(target.name), target) for target in begin)
    for element in elements:
        if element.kind in ("parallel_gateway", "inclusive_gateway"):
            made[element.id].incoming = element.incoming
        if element.kind == "inclusive_gateway":
            made[element.id].reach = _reach(element, process)


class _Begin:
    """The arrow nobody draws, from the circle nobody draws to the first element."""

    condition = None
    is_default = False

    def __init__(self, name):
        self.id = f"({name})"


def _reach(gateway: Element, process: Process) -> dict[str, frozenset[str]]:
    """For each arrow into a gateway: the elements from which it can be reached without passing the gateway."""
    found = {}
    for flow_id in gateway.incoming:
        seen, todo = set(), [process.flows[flow_id].source]
        while todo:
            name = todo.pop()
            if name in seen or name == gateway.id:
                continue
            seen.add(name)
            element = process.elements[name]
            todo += [process.flows[each].source for each in element.incoming]
            if element.attached_to:
                todo.append(element.attached_to)
        found[flow_id] = frozenset(seen)
    return found
