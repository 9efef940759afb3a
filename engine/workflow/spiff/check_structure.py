"""What a file may contain at all: known elements, usable ids, arrows that begin and end somewhere."""

from engine.i18n import _
from engine.workflow.spiff.findings import Finding
from engine.workflow.spiff.parse import CLASSES
from engine.workflow.spiff.reader import NODES, snake
from engine.workflow.spiff.reading import BPMN, INSIDES, MAX_NODES, NCNAME, SCOPES, SPIFF, local

KNOWN_EVENTS = frozenset({"message", "timer", "error", "signal", "terminate"})
WHERE = {
    "startEvent": {"message", "timer", "signal"},
    "endEvent": {"message", "signal", "error", "terminate"},
    "intermediateCatchEvent": {"message", "timer", "signal"},
    "intermediateThrowEvent": {"message", "signal"},
    "boundaryEvent": {"message", "timer", "signal", "error"},
}
_HARMLESS = frozenset(
    BPMN + tag
    for tag in [
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "sequenceFlow",
        "laneSet",
        "ioBinding",
        "conditionExpression",
        "script",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "category",
        "supportedInterfaceRef",
        "correlationSubscription",
    ]
)
RUNNING = frozenset(tag for tag in NODES if snake(tag.removeprefix(BPMN)) in CLASSES)
_VARIABLES = (BPMN + "inputDataItem", BPMN + "outputDataItem")  # their ids are names of data, used again and again
KNOWN_EXTENSIONS = frozenset(
    SPIFF + tag for tag in ("properties", "serviceTaskOperator", "calledDecisionId", "instructionsForEndUser")
)
_REFUSED_EXTENSIONS = frozenset(SPIFF + tag for tag in ("preScript", "postScript"))


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
    if not source.processes:
        found.append(Finding("error", None, None, "no_process", _("The file contains no process.")))
    found += _ids(root)
    for scope in root.iter(*SCOPES):
        found += _scope(scope)
    named = {(local(each), each.get("id")) for each in root}
    for node in nodes:
        found += _node(node) + _references(node, named)
    found += [
        Finding("warning", each, None, "data_ignored", _("Drawn data is shown but has no effect; data flows along the arrows."))
        for each in source.dropped[:1]
    ]
    return found


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
    inside = {child.get("id") for child in scope if child.tag in NODES}
    for child in scope:
        if child.tag in RUNNING or child.tag in _HARMLESS or not child.tag.startswith(BPMN):
            continue
        found.append(_unsupported(child))
    if scope.get("triggeredByEvent") == "true":
        found.append(_error(scope, "unsupported", _("Event sub-processes are not supported; use a boundary event.")))
    if scope.tag == BPMN + "process" and not inside:
        found.append(_error(scope, "empty", _("The process is empty.")))
    if scope.tag in INSIDES and not inside:
        found.append(_error(scope, "empty", _("The sub-process is empty.")))
    for flow in scope.findall(BPMN + "sequenceFlow"):
        if flow.get("sourceRef") not in inside or flow.get("targetRef") not in inside:
            found.append(_error(flow, "loose_flow", _("The arrow does not begin and end at elements of the same process.")))
    return found


def _unsupported(child) -> Finding:
    return _error(child, "unsupported", _("“%(tag)s” is not supported."), tag=local(child))


def _node(node) -> list[Finding]:
    found = []
    definitions = [child for child in node if local(child).endswith("EventDefinition")]
    for child in node:
        if child.tag in _REFUSED_EXTENSIONS or local(child) == "eventDefinitionRef":
            found.append(_unsupported_in(node, local(child)))
    for extension in node.iterfind(BPMN + "extensionElements/*"):
        if extension.tag in _REFUSED_EXTENSIONS:
            found.append(_unsupported_in(node, local(extension)))
    if node.find(BPMN + "standardLoopCharacteristics") is not None:
        found.append(_unsupported_in(node, "standardLoopCharacteristics"))
    if node.get("isForCompensation") == "true":
        found.append(_unsupported_in(node, "isForCompensation"))
    if len(definitions) > 1:
        found.append(_error(node, "unsupported", _("An event with several definitions is not supported.")))
    found += _default(node) + _ignored(node)
    for definition in definitions[:1]:
        kind = local(definition).removesuffix("EventDefinition")
        if kind not in WHERE.get(local(node), KNOWN_EVENTS):
            found.append(_unsupported_in(node, local(definition)))
    return found


def _references(node, named) -> list[Finding]:
    """What an event or task points to must be defined in the file."""
    found = []
    for part in (node, *(child for child in node if local(child).endswith("EventDefinition"))):
        for kind in ("message", "signal", "error"):
            name = part.get(kind + "Ref")
            if name is not None and (kind, name) not in named:
                found.append(_error(node, "reference_unknown", _("“%(name)s” is not defined in the file."), name=name))
    return found


def _ignored(node) -> list[Finding]:
    """Extensions of other tools are not wrong, but a designer should know that they do nothing here."""
    tags = [extension.tag for extension in node.iterfind(BPMN + "extensionElements/*") if extension.tag not in KNOWN_EXTENSIONS]
    tags += [name for name in node.attrib if name.startswith("{")]
    return [
        Finding(
            "warning",
            node.get("id"),
            node.get("name"),
            "extension_ignored",
            _("“%(tag)s” has no effect."),
            {"tag": tag.split("}")[1]},
        )
        for tag in tags
        if tag not in _REFUSED_EXTENSIONS
    ]


def _default(node) -> list[Finding]:
    default = node.get("default")
    if not default:
        return []
    flows = [flow for flow in node.getparent().findall(BPMN + "sequenceFlow") if flow.get("id") == default]
    if not flows or flows[0].get("sourceRef") != node.get("id"):
        return [_error(node, "default_unknown", _("The default arrow “%(flow)s” does not leave this element."), flow=default)]
    if flows[0].find(BPMN + "conditionExpression") is not None:
        return [_error(node, "default_conditional", _("The default arrow cannot have a condition."))]
    return []


def _unsupported_in(node, tag) -> Finding:
    return _error(node, "unsupported", _("“%(tag)s” is not supported here."), tag=tag)


def _error(element, code, message, **values) -> Finding:
    return Finding("error", element.get("id"), element.get("name"), code, message, values)
