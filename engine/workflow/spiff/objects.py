"""Data objects: values that all branches of a process or sub-process have in common.

An arrow to a data object keeps what stands under its name when an activity or event is done: from then on it holds for everybody
in the object's scope. An arrow from it fills it in when one begins. Called processes have objects of their own.
"""

from engine.expressions import RESERVED
from engine.i18n import _
from engine.workflow.spiff import stores
from engine.workflow.spiff.findings import Finding
from engine.workflow.spiff.reading import BPMN, SCOPES

TOLD = 64  # who are told of a new value cost as much as a wait that opens: then others get their turn sooner
_MARKS = {BPMN + "dataInputAssociation": "uses", BPMN + "dataOutputAssociation": "shares"}


def name_users(root) -> set:
    """Mark who reads or writes which object; returns the drawn things that are more than pictures."""
    used = stores.mark(root, _names(root), _MARKS)
    meant = {(each.get("dataObjectRef") or "").split(":")[-1] for each in used}
    return used | {each for each in root.iter(BPMN + "dataObject") if each.get("id") in meant}


def names(root) -> dict[str, str]:
    """What each object is called, by the ids of what is drawn of it."""
    return {each: said.rpartition("@")[0] for each, (said, _node) in _names(root).items()}


def _names(root) -> dict[str, tuple[str, object]]:
    """By the id of what is drawn: name and scope of the object, and the node; only what can be a name of data is one."""
    drawn = {each.get("id"): each for each in root.iter(BPMN + "dataObject")}
    references = {each: drawn.get((each.get("dataObjectRef") or "").split(":")[-1], each)
                  for each in root.iter(BPMN + "dataObjectReference")}
    said = {}
    for each, of in [*((each, each) for each in drawn.values()), *references.items()]:
        if each.get("name"):
            said.setdefault(of, each.get("name"))
    found = {}
    for each, of in [*((each, each) for each in drawn.values()), *references.items()]:
        name, scope = "_".join(said.get(of, "").split()), of.getparent()
        if name.isidentifier() and not name.startswith("_") and name not in RESERVED and scope.tag in SCOPES:
            found[each.get("id")] = (f"{name}@{'' if scope.tag == SCOPES[0] else scope.get('id')}", each)
    return found


def read(marks: str | None) -> tuple[tuple[str, str | None], ...]:
    """Names and scopes of such a mark."""
    pairs = (each.rpartition("@") for each in dict.fromkeys((marks or "").split()))
    return tuple((name, scope or None) for name, _at, scope in pairs if name)


def fill_in(token, element) -> None:
    """An activity or event begins: what the objects it reads hold is known under their names."""
    for name, scope in element.uses:
        holder = _holder(token.workflow, scope)
        if holder is not None and name in holder.objects:
            token.data = {**token.data, name: holder.objects[name]}


def keep(token) -> None:
    """An activity or event is done: what stands under the names of the objects it writes holds for all in their scope."""
    for name, scope in token.element.shares:
        holder = _holder(token.workflow, scope)
        if holder is not None and name in token.data:
            holder.objects = {**holder.objects, name: token.data[name]}
            told = sum(_tell(workflow, {name: token.data[name]}) for workflow in _inside(holder, name))
            holder.top_workflow.budget.opened += told // TOLD


def changed(workflow, changes: dict) -> None:
    """An operator changed values: objects of these names hold them too."""
    workflow.objects = {name: changes.get(name, value) for name, value in workflow.objects.items()}


def _holder(workflow, scope):
    """The run of the scope an object belongs to, from inside."""
    while workflow is not None and workflow.scope != scope:
        workflow = _outer(workflow)
    return workflow


def _outer(workflow):
    around = workflow.around()
    return around and around.workflow


def _inside(holder, name: str) -> list:
    """The scope itself and the sub-processes at work in it, but for those that have an object of the same name."""
    instance = holder.top_workflow
    own = instance.definition.processes[holder.process_key].objects
    around = {token: workflow for workflow in instance.workflows() for token in workflow.tasks}
    found = [holder]
    known = {holder}
    for workflow in instance.subprocesses.values():  # outer ones come first
        outer = around.get(workflow.parent_task_id)
        if outer in known and workflow.process_key == holder.process_key and (name, workflow.scope) not in own:
            known.add(workflow)
            found.append(workflow)
    return found


def _tell(workflow, changes: dict) -> int:
    """Everybody knows it, and nobody of them has changed it; how many these are."""
    if workflow.ended:
        data, frames = workflow.ended
        workflow.ended = ({**data, **changes}, frames)
    for token in workflow.task_tree.children:
        token.data = {**token.data, **changes}
        tell_instances(token, changes)
    return len(workflow.tasks)


def tell_instances(token, changes: dict) -> None:
    """Of an activity done several times: those under way see it, each keeps its item, and what earlier ones brought gives way."""
    many, brought = token.element and token.element.many, token.internal_data.get("changes")
    seen = {key: value for key, value in changes.items() if not (many and key == many.item)}
    for one in [child for child in token.children if child.is_instance]:
        one.data = {**one.data, **seen}
    if brought:
        token.internal_data["changes"] = {key: seen.get(key, value) for key, value in brought.items()}


def rule(_process, element) -> list[Finding]:
    """Activities and events that a token comes to may use data objects."""
    if not (element.uses or element.shares) or not (element.is_gateway or element.triggered):
        return []
    message = _("Only activities and events can read or write a data object.")
    return [Finding("error", element.id, element.name, "object_here", message, {})]
