"""Bring a file into the one shape our reader expects; nothing here changes what a drawing means."""

from functools import cache

from lxml import etree

from engine.deadlines import terms
from engine.workflow.spiff import objects, stores
from engine.workflow.spiff.reading import BPMN, SCOPES, SPIFF, local

DECORATION = frozenset(
    BPMN + tag
    for tag in [
        "dataObject",
        "dataObjectReference",
        "dataStore",
        "dataStoreReference",
        "dataInputAssociation",
        "dataOutputAssociation",
        "ioSpecification",
        "textAnnotation",
        "association",
        "group",
        "property",
        "auditing",
        "monitoring",
    ]
)


# what an association may lead from and to under a name of its own
_NAMED = [BPMN + tag for tag in ("dataObject", "dataObjectReference", "dataInput", "dataOutput")]
_SWITCHES = frozenset(
    [
        "isExecutable",
        "isForCompensation",
        "isInterrupting",
        "isSequential",
        "cancelActivity",
        "cancelRemainingInstances",
        "instantiate",
        "parallelMultiple",
        "testBefore",
        "triggeredByEvent",
    ]
)
_TRUTHS = {"1": "true", "0": "false"}


def normalise(root) -> list[str]:
    """Rewrite the tree in place; returns the ids of drawn data that is decoration only and was left out."""
    _name_compensated(root)
    _name_lists(root)
    dropped = _drop_decoration(root, stores.name_users(root) | objects.name_users(root))
    for element in root.iter():
        for name in _SWITCHES.intersection(element.attrib):
            value = element.get(name).strip()
            element.set(name, _TRUTHS.get(value, value))
    for reference in ("messageRef", "signalRef", "errorRef", "escalationRef", "calledElement"):
        for element in root.iter():
            if element.get(reference):
                element.set(reference, element.get(reference).split(":")[-1])
    for scope in list(root.iter(*SCOPES)):
        _join_links(scope)
    for event in root.iter(*(BPMN + tag for tag in ("boundaryEvent", "intermediateCatchEvent", "startEvent"))):
        _spell_out_term(event)
    for loop in root.iter(BPMN + "multiInstanceLoopCharacteristics"):
        _spell_out_list(loop)
    return dropped


def drop_pictures(root, key: str) -> list[tuple[str, str]]:
    """Take processes out that are drawn for the reader only; returns their ids and names.

    What runs is what is marked as executable, besides the process the file is kept for; without any mark, whatever has content.
    """
    processes = [each for each in root.iter(BPMN + "process") if each.getparent() is root]
    runs = [each for each in processes if each.get("isExecutable") == "true"]
    runs = runs or [each for each in processes if each.get("isExecutable") != "false" and len(each)] or processes
    pictures = [each for each in processes if each not in runs and each.get("id") != key]
    for each in pictures:
        root.remove(each)
    return [(each.get("id"), each.get("name") or each.get("id")) for each in pictures]


def _name_compensated(root) -> None:
    """The association from a compensation event becomes a mark on the activity that takes back: what it takes back."""
    hosts = {
        event.get("id"): event.get("attachedToRef")
        for event in root.iter(BPMN + "boundaryEvent")
        if event.find(BPMN + "compensateEventDefinition") is not None
    }
    handlers = {}
    for association in root.iter(BPMN + "association"):
        if association.get("sourceRef") in hosts:
            handlers.setdefault(association.get("targetRef"), hosts[association.get("sourceRef")])
    for element in root.iter():
        element.attrib.pop("compensates", None)
        if element.get("id") in handlers:
            element.set("compensates", handlers[element.get("id")])


def _name_lists(root) -> None:
    """A list of many that is drawn as a data object is known by its name."""
    names = {each.get("id"): each.get("name") for each in root.iter(*_NAMED) if each.get("name")} | objects.names(root)
    for reference in root.iter(BPMN + "loopDataInputRef", BPMN + "loopDataOutputRef"):
        text = (reference.text or "").strip()
        reference.text = names.get(text.split(":")[-1], text)


def _drop_decoration(root, used) -> list[str]:
    dropped = []
    names = {each.get("id"): each.get("name") for each in root.iter(*_NAMED)}
    for element in [each for each in root.iter() if each.tag in DECORATION and not _changes_data(each, names)]:
        if local(element).startswith(("data", "io")) and element not in used:
            dropped.append(element.get("id") or element.getparent().get("id"))
        if element.getparent() is not None:
            element.getparent().remove(element)
    return dropped


def _changes_data(element, names) -> bool:
    """An association that says more than that data is used here; data flows along the arrows under its own name."""
    if element.find(BPMN + "assignment") is not None or element.find(BPMN + "transformation") is not None:
        return True
    ends = [names.get((end.text or "").strip()) for end in element.iterchildren(BPMN + "sourceRef", BPMN + "targetRef")]
    return len(set(filter(None, ends))) > 1


def _join_links(scope):
    """A link throw and the catch of the same name become one arrow; both stay as events that pass through.

    A throw that an arrow leaves, or a catch that one leads to, means nothing in the standard and stays what it is: refused.
    """
    flows, catches = scope.findall(BPMN + "sequenceFlow"), {}
    left, led_to = {each.get("sourceRef") for each in flows}, {each.get("targetRef") for each in flows}
    for catch in scope.findall(BPMN + "intermediateCatchEvent"):
        link = catch.find(BPMN + "linkEventDefinition")
        if link is not None and catch.get("id") not in led_to:
            catches.setdefault(link.get("name") or catch.get("name"), (catch, link))
    for throw in scope.findall(BPMN + "intermediateThrowEvent"):
        link = throw.find(BPMN + "linkEventDefinition")
        if link is None or throw.get("id") in left or (link.get("name") or throw.get("name")) not in catches:
            continue
        catch, its_link = catches[link.get("name") or throw.get("name")]
        throw.remove(link)
        if its_link.getparent() is catch:
            catch.remove(its_link)
            catch.tag = BPMN + "intermediateThrowEvent"
        flow = etree.SubElement(scope, BPMN + "sequenceFlow", id=f"{throw.get('id')}.link")
        flow.set("sourceRef", throw.get("id"))
        flow.set("targetRef", catch.get("id"))


def _spell_out_term(event):
    """The property `term` of a timer event is the expression `term("…")`; a term without a length keeps the time drawn for it.

    The property `since` names the data that say when the term began; without it, it begins now.
    """
    timer = event.find(BPMN + "timerEventDefinition")
    if timer is None:
        return
    since = event.find(f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property[@name='since']")
    begun = f', {since.get("value")}' if since is not None and since.get("value") else ""
    for entry in event.iterfind(f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property[@name='term']"):
        name = (entry.get("value") or "").replace("\\", "").replace('"', "")
        if len(timer) and name in _set_by_others():
            continue
        for old in list(timer):
            timer.remove(old)
        etree.SubElement(timer, BPMN + "timeDate").text = f'term("{name}"{begun})'


@cache
def _set_by_others() -> frozenset[str]:
    """Terms whose end the parties agree on or a court sets: the table knows no length."""
    return frozenset(name for term in terms.every() if term.unit is terms.Unit.AGREED for name in (term.id, term.name))


def _spell_out_list(loop):
    """The properties `collection` and `results` say what the standard's references say.

    Drawing tools drop a `loopDataInputRef` that names no drawn element when they save; properties they keep.
    """
    for name, tag in (("collection", "loopDataInputRef"), ("results", "loopDataOutputRef")):
        for entry in loop.getparent().iterfind(f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property[@name='{name}']"):
            if entry.get("value") and loop.find(BPMN + tag) is None:
                etree.SubElement(loop, BPMN + tag).text = entry.get("value")
