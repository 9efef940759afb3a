"""Data stores: values that outlive a process, read when an activity or event begins and kept when it is done.

An arrow from a store fills the value into the data under the store's name; an arrow to a store keeps what stands under that
name when the activity is done. An activity that does not come to its end keeps nothing. Where the values lie is the affair of
who runs the process (`Context.stores`, `Run.stored`).
"""

from engine.expressions import RESERVED
from engine.i18n import _
from engine.workflow.spiff.findings import Finding
from engine.workflow.spiff.reading import BPMN, SPIFF
from engine.workflow.spiff.values import copied

LONGEST_NAME = 100
_ARROWS = {BPMN + "dataInputAssociation": "reads", BPMN + "dataOutputAssociation": "writes"}
_NAME = f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property[@name='store']"


def name_users(root) -> set:
    """Mark who reads or writes which store, by attributes of their own; returns the drawn things that are more than pictures."""
    return mark(root, _names(root), _ARROWS)


def mark(root, names: dict[str, tuple[str, object]], marks: dict[str, str]) -> set:
    """Let who is at the other end of an arrow bear the names; `marks`: kind of arrow → attribute."""
    used = set()
    for arrow in root.iter(*marks):
        ends = {(end.text or "").strip() for end in arrow.iterchildren(BPMN + "sourceRef", BPMN + "targetRef")}
        if found := sorted({names[end][0] for end in ends & names.keys()}):
            user, attribute = arrow.getparent(), marks[arrow.tag]
            user.set(attribute, " ".join([*(user.get(attribute) or "").split(), *found]))
            used |= {arrow, *(names[end][1] for end in ends & names.keys())}
    return used


def _names(root) -> dict[str, tuple[str, object]]:
    """By the id of what is drawn: the store's name (property `store`, else the store it refers to, else its id), and the node."""
    found = {each.get("id"): (each.get("id"), each) for each in root.iter(BPMN + "dataStore")}
    for each in root.iter(BPMN + "dataStoreReference"):
        given = each.find(_NAME)
        of = (each.get("dataStoreRef") or "").split(":")[-1]
        name = given.get("value") if given is not None and given.get("value") else of or each.get("id")
        found[each.get("id")] = ("_".join((name or "").split()) or "-", each)
    return found


def fill_in(token, element) -> None:
    """An activity or event begins: what the stores it reads hold is known under their names, None where one is empty."""
    stored, ask = token.workflow.top_workflow.stored, token.workflow.script_engine.context.stores
    for name in element.reads:
        locks = token.workflow.top_workflow.definition.written if name in element.writes else ()
        value = stored[name] if name in stored else ask(name, locks)
        token.data = {**token.data, **copied({name: value}, element.id)}


def keep(token) -> None:
    """An activity or event is done: what stands under the names of the stores it writes is kept, if anything does."""
    if token.element.writes:
        token.workflow.top_workflow.stored |= {name: token.data[name] for name in token.element.writes if name in token.data}


def rule(_process, element) -> list[Finding]:
    """Activities and events that a token comes to may use stores; the name of a store must be a name of data."""
    names = dict.fromkeys((*element.reads, *element.writes))
    if names and (element.is_gateway or element.triggered):
        message = _("Only activities and events can read or write a data store.")
        return [Finding("error", element.id, element.name, "store_here", message, {})]
    message = _("“%(name)s” cannot be the name of a data store: letters, digits and “_” only. Its property “store” gives it one.")
    return [
        Finding("error", element.id, element.name, "bad_store", message, {"name": name})
        for name in names
        if not name.isidentifier() or name.startswith("_") or name in RESERVED or len(name) > LONGEST_NAME
    ]
