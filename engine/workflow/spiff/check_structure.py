"""What a file may contain at all: known elements, usable ids, arrows that begin and end somewhere."""

from engine.i18n import _
from engine.workflow.spiff.check_around import check_around
from engine.workflow.spiff.check_ignored import HARMLESS, REFUSED_EXTENSIONS, ROLES, check_ignored
from engine.workflow.spiff.findings import Finding
from engine.workflow.spiff.parse import CLASSES
from engine.workflow.spiff.reader import NODES, TIMERS, snake, text
from engine.workflow.spiff.reading import BPMN, INSIDES, MAX_NODES, NCNAME, SCOPES, local
from engine.workflow.spiff.reasons import SEVERAL, WHY

# settings that would make an element mean something else, and the values that run as they say
_SETTINGS = {
    "startQuantity": {"1"},
    "completionQuantity": {"1"},
    "eventGatewayType": {"Exclusive"},
    "instantiate": {"false"},
    "parallelMultiple": {"false"},
    "waitForCompletion": {"true"},
    "behavior": {"All"},
    "method": {"##Compensate"},
    "ordering": {"Parallel", "Sequential"},
}
_REFUSED = ("eventDefinitionRef", "dataInputAssociation", "dataOutputAssociation")
_TIMES = tuple(BPMN + tag for tag in TIMERS)
RUNNING = frozenset(tag for tag in NODES if snake(tag.removeprefix(BPMN)) in CLASSES)
_VARIABLES = (BPMN + "inputDataItem", BPMN + "outputDataItem")  # their ids are names of data, used again and again


def check_file(source) -> list[Finding]:
    """Findings that keep a file from being understood at all, and what in it has no effect."""
    root = source.root
    found = []
    if root.tag != BPMN + "definitions":
        return [Finding("error", None, None, "not_bpmn", _("The file is not a BPMN 2.0 diagram."))]
    nodes = [element for element in root.iter() if element.tag in NODES]
    if len(nodes) > MAX_NODES:
        return [
            Finding("error", None, None, "too_many_nodes", _("The diagram has more than %(most)s elements."), {"most": MAX_NODES})
        ]
    flows = {flow.get("id"): flow for flow in root.iter(BPMN + "sequenceFlow")}
    if len(flows) > 2 * MAX_NODES:
        message = _("The diagram has more than %(most)s arrows.")
        return [Finding("error", None, None, "too_many_arrows", message, {"most": 2 * MAX_NODES})]
    if not source.processes:
        found.append(Finding("error", None, None, "no_process", _("The file contains no process.")))
    found += _ids(root)
    for scope in root.iter(*SCOPES):
        found += _scope(scope)
    named = {(local(each), each.get("id")) for each in root}
    for node in nodes:
        found += _node(node) + _references(node, named) + _default(node, flows)
    return found + check_ignored(root) + check_around(source)


def _ids(root) -> list[Finding]:
    found, seen = [], set()
    for element in root.iter():
        if not element.tag.startswith(BPMN):
            continue
        element_id = element.get("id")
        needed = element.tag in NODES or element.tag in (BPMN + "process", BPMN + "sequenceFlow")
        if element_id is None and not needed or element.tag in _VARIABLES:
            continue
        if element_id is None or not NCNAME.match(element_id) or len(element_id) > 120:
            found.append(
                _error(
                    element, "bad_id", _("“%(id)s” cannot be an id: letters, digits, “_”, “-” and “.” only."), id=element_id or ""
                )
            )
        elif element_id in seen:
            found.append(_error(element, "duplicate_id", _("The id “%(id)s” is used twice."), id=element_id))
        seen.add(element_id)
    return found


def _scope(scope) -> list[Finding]:
    found = []
    inside = {child.get("id") for child in scope if child.tag.startswith(BPMN) and child.tag not in HARMLESS}
    for child in scope:
        if child.tag in RUNNING | HARMLESS | ROLES or not child.tag.startswith(BPMN):
            continue
        if child.tag != BPMN + "completionCondition" or scope.tag != BPMN + "adHocSubProcess":
            found.append(_unsupported(child))
    if scope.get("triggeredByEvent", "false") != "false" and scope.tag != BPMN + "subProcess":
        found.append(_unsupported_in(scope, "triggeredByEvent"))
    if scope.tag == BPMN + "process" and not inside:
        found.append(_error(scope, "empty", _("The process is empty.")))
    if scope.tag in INSIDES and not inside:
        found.append(_error(scope, "empty", _("The sub-process is empty.")))
    for flow in scope.findall(BPMN + "sequenceFlow"):
        if flow.get("sourceRef") not in inside or flow.get("targetRef") not in inside:
            found.append(_error(flow, "loose_flow", _("The arrow does not begin and end at elements of the same process.")))
        if any(not text(each) for each in flow.iterchildren(BPMN + "conditionExpression")):
            message = _("The arrow is drawn with a condition, and the condition says nothing.")
            found.append(_error(flow, "condition_empty", message))
    return found


def _unsupported(child) -> Finding:
    return _error(child, "unsupported", WHY.get(local(child), _("“%(tag)s” is not supported.")), tag=local(child))


def _node(node) -> list[Finding]:
    found = []
    if node.getparent().tag not in SCOPES:
        found.append(_error(node, "misplaced", _("The element does not stand in a process.")))
    definitions = [child for child in node if local(child).endswith("EventDefinition")]
    for child in (*node, *node.iterfind(BPMN + "extensionElements/*")):
        if child.tag in REFUSED_EXTENSIONS or local(child) in _REFUSED:
            found.append(_unsupported_in(node, local(child)))
    for part in (node, *definitions, *node.iterfind(BPMN + "multiInstanceLoopCharacteristics")):
        said = _SETTINGS.keys() & part.attrib.keys()
        found += [_unsupported_in(node, name) for name in sorted(said) if part.get(name) not in _SETTINGS[name]]
    if len(definitions) > 1:
        found.append(_error(node, "unsupported", SEVERAL))
    if any(sum(1 for _time in each.iterchildren(*_TIMES)) > 1 for each in definitions):
        found.append(_error(node, "several_times", _("The timer says several times: only one of them could be meant.")))
    return found


def _references(node, named) -> list[Finding]:
    """What an event or task points to must be defined in the file."""
    found = []
    for part in (node, *(child for child in node if local(child).endswith("EventDefinition"))):
        for kind in ("message", "signal", "error", "escalation"):
            name = part.get(kind + "Ref")
            if name is not None and (kind, name) not in named:
                found.append(_error(node, "reference_unknown", _("“%(name)s” is not defined in the file."), name=name))
    return found


def _default(node, flows) -> list[Finding]:
    default = node.get("default")
    if not default:
        return []
    flow = flows.get(default)
    if flow is None or flow.getparent() is not node.getparent() or flow.get("sourceRef") != node.get("id"):
        return [_error(node, "default_unknown", _("The default arrow “%(flow)s” does not leave this element."), flow=default)]
    if flow.find(BPMN + "conditionExpression") is not None:
        return [_error(node, "default_conditional", _("The default arrow cannot have a condition."))]
    return []


def _unsupported_in(node, tag) -> Finding:
    return _error(node, "unsupported", WHY.get(tag, _("“%(tag)s” is not supported here.")), tag=tag)


def _error(element, code, message, **values) -> Finding:
    return Finding("error", element.get("id"), element.get("name"), code, message, values)
