"""User tasks of Camunda 7 files: groups become lanes with roles, form fields become a form of ours."""

from engine.access.models import Role
from engine.expressions import ExpressionRefused
from engine.expressions.juel import from_juel, is_juel
from engine.i18n import _
from engine.processes.importing.drawing import BPMN, Drawing, add, drop, give_property, local
from engine.processes.importing.kin import entries, said
from engine.processes.importing.names import key_from

PLATFORM, NOT_ITS = "调解平台", ("userTask", "manualTask", "task", "boundaryEvent")
KINDS = {"string": "text", "long": "number", "boolean": "checkbox", "date": "date", "enum": "select"}


def translate(drawing: Drawing) -> None:
    groups = {}
    for task in drawing.inside("userTask"):
        _form(drawing, task)
        if group := said(task, "candidateGroups"):
            groups[task.get("id")] = group.split(",")[0].strip()
        if users := said(task, "candidateUsers"):
            drawing.refused(task, _("People are not named in a drawing (“%(who)s”): a lane says whose task it is."), who=users)
    for task in drawing.inside("userTask"):
        _assignee(drawing, task)
    if groups:
        _lanes(drawing, groups)


def _assignee(drawing, task) -> None:
    who = said(task, "assignee")
    if who and is_juel(who):
        try:
            give_property(task, "assignee", from_juel(who, drawing.names))
            drawing.changed(task, _("The task goes to “%(who)s”."), who=who)
            return
        except ExpressionRefused:
            pass
    if who:
        drawing.refused(task, _("People are not named in a drawing (“%(who)s”): a lane says whose task it is."), who=who)


def _lanes(drawing, groups: dict[str, str]) -> None:
    """Lanes for the groups, when the drawing has none of its own."""
    if next(drawing.inside("lane"), None) is not None:
        for task in drawing.inside("userTask"):
            if task.get("id") in groups:
                drawing.understood(task, _("The lane says whose task it is, not the group “%(group)s”."),
                                   group=groups[task.get("id")])
        return
    _pool(drawing)
    place = add(drawing.process, BPMN + "laneSet", first=True, id=f"{drawing.key}_lanes")
    nobodys = [each.get("id") for each in drawing.process if _needs_nobody(each)]
    lanes = {group: [task for task in groups if groups[task] == group] for group in groups.values()} | {PLATFORM: nobodys}
    for number, (group, nodes) in enumerate(lanes.items(), start=1):
        lane = add(place, BPMN + "lane", id=f"{drawing.key}_lane_{number}", name=group)
        for node in nodes:
            add(lane, BPMN + "flowNodeRef", node)
        if group == PLATFORM:
            drawing.lanes[group] = "system"
            continue
        if group in {*Role, "party"}:
            drawing.lanes[group] = group
        drawing.changed(lane, _("The group “%(group)s” is a lane now; process.toml says which role it has."), group=group)


def _needs_nobody(node) -> bool:
    """Whether an element is the platform's: everything but what people do, and events on that."""
    return local(node).endswith(("Task", "Event", "Gateway", "Activity", "Process")) and local(node) not in NOT_ITS


def _pool(drawing: Drawing) -> None:
    """Lanes stand in a pool."""
    if all(each.get("processRef") != drawing.key for each in drawing.root.iter(BPMN + "participant")):
        whole = drawing.root.find(BPMN + "collaboration")
        if whole is None:
            whole = add(drawing.root, BPMN + "collaboration", first=True, id=f"{drawing.key}_collaboration")
        add(whole, BPMN + "participant", id=f"{drawing.key}_pool", name=drawing.process.get("name"), processRef=drawing.key)


def _form(drawing, task) -> None:
    for whole in entries(task, "formData"):
        fields = [each for each in whole if local(each) == "formField"]
        if fields:
            name = _form_name(task)
            components = [made for each in fields if (made := _component(drawing, task, each))]
            drawing.forms[name] = {"id": name, "title": task.get("name") or name, "title_en": "", "components": components}
            give_property(task, "form", name)
            drawing.changed(task, _("Its %(count)s fields are the form “%(form)s” now."), count=len(components), form=name)
        drop(whole)
    for key in ("formKey", "formRef"):
        if value := said(task, key):
            drawing.refused(task, _("The form “%(form)s” is not in the file: draw it again as a form of ours."), form=value)


def _form_name(task) -> str:
    return key_from(task.get("id"))


def _component(drawing, task, field) -> dict | None:
    kind, old = KINDS.get(field.get("type") or "string"), field.get("id") or ""
    if kind is None or not old:
        drawing.refused(task, _("The field “%(name)s” is of the kind “%(kind)s”, which our forms do not have."), name=old,
                        kind=field.get("type") or "-")
        return None
    key = key_from(old) if not old.isidentifier() or old != old.lower() else old
    if key != old:
        drawing.names[old] = key
        drawing.changed(task, _("The field “%(old)s” is called “%(new)s”."), old=old, new=key)
    made = {"key": key, "type": kind, "label": field.get("label") or old}
    if kind == "select":
        chosen = [each for each in field if local(each) == "value"]
        made["values"] = [{"value": each.get("id"), "label": each.get("name") or each.get("id")} for each in chosen]
    rules = {each.get("name") for each in field.iter() if local(each) == "constraint"}
    if "required" in rules:
        made["required"] = True
    lost = [*sorted(rules - {"required", None}), *(["defaultValue"] if field.get("defaultValue") else [])]
    if lost:
        drawing.refused(task, _("The field “%(name)s” loses what we cannot say in a form: %(lost)s."), name=key,
                        lost=", ".join(lost))
    return made
