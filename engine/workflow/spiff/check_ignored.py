"""What a file says beside what runs, additions of other tools and words without effect here: a designer is told of each."""

from engine.i18n import _
from engine.workflow.spiff.findings import Finding
from engine.workflow.spiff.reader import NODES
from engine.workflow.spiff.reading import BPMN, SCOPES, SPIFF, local

HARMLESS = frozenset(
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
        "categoryValueRef",
        "supportedInterfaceRef",
        "correlationSubscription",
    ]
)
_INERT = frozenset(BPMN + tag for tag in ("dataInput", "dataOutput", "inputSet", "outputSet", "completionCondition"))
KNOWN_EXTENSIONS = frozenset(
    SPIFF + tag for tag in ("properties", "serviceTaskOperator", "calledDecisionId", "instructionsForEndUser", "mappings")
)
REFUSED_EXTENSIONS = frozenset(SPIFF + tag for tag in ("preScript", "postScript"))
ROLES = frozenset(BPMN + tag for tag in ("performer", "humanPerformer", "potentialOwner", "resourceRole"))  # a lane says who
_LOOPS = tuple(BPMN + tag for tag in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"))
_AROUND = tuple(BPMN + tag for tag in ("process", "sequenceFlow", "participant", "lane"))
_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"


def check_ignored(root) -> list[Finding]:
    """One warning for each word of an element that has no effect."""
    told = [(node, tag) for node in root.iter(*NODES) for tag in (*_unknown(node), *_additions(node), *_in_its_parts(node))]
    told += [(each, tag) for each in root.iter(*_AROUND) for tag in _additions(each)]
    told += [(each, child.tag) for each in root.iter(BPMN + "process") for child in each if child.tag in ROLES]
    told += [(each.getparent(), local(each)) for each in root.iter(BPMN + "participantMultiplicity")]
    return [
        Finding("warning", node.get("id"), node.get("name"), "extension_ignored", _("“%(tag)s” has no effect."),
                {"tag": tag.split("}")[-1]})
        for node, tag in dict.fromkeys(told)
    ]  # fmt: skip


def _unknown(node) -> list[str]:
    tags = [child.tag for child in node if child.tag.startswith(BPMN) and not _is_understood(node, child)]
    return [*tags, "operationRef"] if node.get("operationRef") else tags


def _is_understood(node, child) -> bool:
    if local(child).endswith(("EventDefinition", "EventDefinitionRef")):
        return local(node).endswith("Event")
    if child.tag in ROLES:
        return False
    return child.tag in HARMLESS | NODES | _INERT or node.tag in SCOPES  # `check_structure` looks at what stands in these


def _in_its_parts(node) -> list[str]:
    parts = [child for child in node if local(child).endswith("EventDefinition") or child.tag in _LOOPS]
    return [tag for part in parts for tag in _additions(part)]


def _additions(element) -> list[str]:
    """Attributes and extensions that are not the standard's, and none of ours."""
    tags = [each.tag for each in element.iterfind(BPMN + "extensionElements/*")]
    attributes = [name for name in element.attrib if name.startswith("{") and not name.startswith(_SCHEMA)]
    return [tag for tag in tags if tag not in KNOWN_EXTENSIONS | REFUSED_EXTENSIONS] + attributes
