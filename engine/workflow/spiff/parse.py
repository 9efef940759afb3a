"""From what was read to what runs: a spec for each element, wired by its arrows.

The library's own parsers are not used: they read things we never ask for, walk a drawing by recursion and stumble over odd files.
"""

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine.workflow.spiff import adhoc, choices, event_steps, handlers, joins, loops, many, memories, step, work
from engine.workflow.spiff.model import Element, Process


class ProcessSpec(BpmnProcessSpec):
    """The library's spec of a process; its inner nodes have names no element of a drawing can have."""

    def __init__(self, name):
        WorkflowSpec.__init__(self, name=name)
        self.start = step.Start(self, "(start)")
        self.end = step.Finish(self, "(end)")
        self.svg = self.io_specification = None
        self.description = name
        self.data_objects, self.data_stores, self.correlation_keys = {}, {}, {}
        self.bpmn_start_events = []
        self.watches = []
        self.adhoc = None

    def done(self, token):
        """An element of this scope is done."""
        if self.adhoc and token.element is not None and token.element.is_activity:
            adhoc.done(token)

    def arm(self, workflow, data, but=()):
        handlers.arm(workflow, data, but)


def _plain(_element, _process):
    return {}


def _event(_element, _process):
    return {"event_definition": NoneEventDefinition()}


def _boundary(element, _process):
    return {"event_definition": NoneEventDefinition(), "cancel_activity": element.interrupting}


def _script(element, _process):
    return {"script": element.script or ""}


def inner(element, process):
    """Which spec runs inside an activity: that of the process it calls, or of its own inside."""
    return {"subworkflow_spec": element.called or f"{process.key}/{element.id}"}


# kind → the class of its spec, and what the library's constructor asks for besides; a kind that is missing here is refused
CLASSES = {
    "task": (work.PlainWork, _plain),
    "user_task": (work.Work, _plain),
    "manual_task": (work.ManualWork, _plain),
    "service_task": (work.Operation, _plain),
    "send_task": (work.Sending, _event),
    "receive_task": (event_steps.Receiving, _event),
    "script_task": (work.Script, _script),
    "business_rule_task": (work.Deciding, _plain),
    "call_activity": (work.Calling, inner),
    "sub_process": (work.Inside, inner),
    "transaction": (work.Inside, inner),
    "ad_hoc_sub_process": (work.Inside, inner),
    "exclusive_gateway": (choices.Choice, _plain),
    "parallel_gateway": (joins.Parallel, _plain),
    "inclusive_gateway": (joins.Inclusive, _plain),
    "event_based_gateway": (choices.Listening, _event),
    "start_event": (event_steps.Beginning, _event),
    "end_event": (event_steps.Ending, _event),
    "intermediate_catch_event": (event_steps.Catching, _event),
    "intermediate_throw_event": (event_steps.Throwing, _event),
    "boundary_event": (event_steps.Guard, _boundary),
}
# how an activity is repeated → the class of the spec that holds the rounds
REPEATING = {"at_once": many.AllAtOnce, "one_by_one": many.OneByOne, "loop": loops.Looping}


def build(process: Process) -> dict[str, ProcessSpec]:
    """The specs of a process and of its sub-processes, by `process` and `process/sub_process`."""
    specs = {}
    for scope, inside in process.scopes.items():
        name = process.key if scope is None else f"{process.key}/{scope}"
        specs[name] = ProcessSpec(name)
        for each in inside:
            _make(specs[name], process.elements[each], process)
        _wire(specs[name], process, scope)
    return specs


def _make(spec: ProcessSpec, element: Element, process: Process) -> None:
    spec_class, extras = CLASSES[element.kind]
    if process.takes_back(element.id):
        spec_class = memories.TakingBack
    if element.repeats is None:
        spec_class(spec, element.id, **extras(element, process))
        return
    one = spec_class(spec, f"{element.id} [child]", **extras(element, process))
    if element.repeats == "loop":
        whole = REPEATING["loop"](spec, element.id, task_spec=one.name, maximum=None, condition=None, test_before=False)
    else:
        whole = REPEATING[element.repeats](spec, element.id, task_spec=one.name)
    whole.one = one


def _wire(spec: ProcessSpec, process: Process, scope):
    made = spec.task_specs
    elements = [process.elements[each] for each in process.scopes[scope]]
    for element in elements:
        task = made[element.id]
        for each in (task, getattr(task, "one", None)):
            if each is not None:
                each.element = element
        task.exits = tuple((flow, made[flow.target]) for flow in process.leaving(element.id))
        guards = [guard for guard in elements if guard.attached_to == element.id]
        task.guards = tuple(made[guard.id] for guard in guards if guard.event.kind != "compensate")
        if element.compensates:
            _remember(spec, process, element)
        if element.id in process.taken_back_by and not process.taken_back_by[element.id].attached_to:
            memories.wire(spec, process, element, inner(element, process)["subworkflow_spec"])
        if element.triggered and not process.takes_back(element.id):
            _watch(spec, task, process)
        for _flow, target in task.exits:
            TaskSpec.connect(task, target)
    begin = [made[element.id] for element in process.beginnings(scope)]
    spec.start.entry, spec.adhoc = _Begin, process.elements[scope].adhoc if scope else None
    spec.start.exits = tuple((_Begin(target.name), target) for target in begin)
    if scope and process.taken_back_by.get(scope) is process.elements[scope]:
        memories.add_everything(spec)
    for element in elements:
        if element.kind in ("parallel_gateway", "inclusive_gateway"):
            made[element.id].incoming = element.incoming
        if element.kind == "inclusive_gateway":
            made[element.id].reach = _reach(element, process)


def _watch(spec: ProcessSpec, task, process: Process) -> None:
    """The spec of what waits for the start event of an event sub-process."""
    (start,) = process.beginnings(task.element.id)
    watch = handlers.Watch(spec, f"({start.id})", **_event(start, process))
    watch.element, watch.handler = start, task
    spec.watches.append(watch)


def _remember(spec: ProcessSpec, process: Process, handler: Element) -> None:
    """The spec of what an activity leaves behind for the one that takes it back."""
    boundary = next(each for each in process.boundary(handler.compensates) if each.event.kind == "compensate")
    memory = memories.Memory(spec, f"({boundary.id})")
    memory.element, memory.handler, memory.activity = boundary, spec.task_specs[handler.id], handler.compensates
    memories.leave(spec.task_specs[handler.compensates], memory)


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
