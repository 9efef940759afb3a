"""Which process of a file runs: the executable one, or the one with something in it; other pools stay as pictures."""

from engine.errors import Invalid
from engine.i18n import _
from engine.processes.importing import names
from engine.processes.importing.drawing import BPMN, Drawing, local


class NoProcess(Invalid):
    message = _("The file contains no process.")


def settle(drawing: Drawing, wanted: str) -> None:
    """Choose the process, give it the folder's key, and leave the others as pictures."""
    processes = [each for each in drawing.processes() if _weight(each)]
    if not processes:
        raise NoProcess()
    for number, each in enumerate(drawing.processes(), start=1):
        if not each.get("id"):
            each.set("id", f"process_{number}")
    chosen = max(processes, key=lambda each: (each.get("isExecutable") in ("true", "1"), _weight(each)))
    old = chosen.get("id")
    drawing.key = wanted or names.key_from(old if any(letter.isalpha() for letter in old) else chosen.get("name") or old)
    _set_key(drawing, chosen, old)
    first = drawing.processes()[0]
    if first is not chosen:
        first.addprevious(chosen)
    if chosen.get("isExecutable") not in ("true", "1"):
        chosen.set("isExecutable", "true")
        drawing.changed(chosen, _("The file does not say that it can be executed; it is meant to run now."))
    for other in drawing.processes():
        if other is not chosen and other.get("isExecutable") not in ("false", "0"):
            other.set("isExecutable", "false")
            drawing.changed(other, _("One process of a file runs; the pool “%(name)s” is a picture now."),
                            name=_name(drawing, other))
    _calls(drawing, chosen)


def _weight(process) -> int:
    return sum(1 for each in process if local(each).endswith(("Task", "task", "Event", "Gateway", "Activity", "Process")))


def _set_key(drawing, chosen, old) -> None:
    if old == drawing.key:
        return
    for other in drawing.root.iter():
        if other is not chosen and other.get("id") == drawing.key:
            names.rename(drawing.root, {drawing.key: f"{drawing.key}_element"})
    names.rename(drawing.root, {old: drawing.key})
    drawing.changed(chosen, _("The process “%(old)s” is called “%(new)s” here, as its folder."), old=old[:80], new=drawing.key)


def _name(drawing, process) -> str:
    pools = [each for each in drawing.root.iter(BPMN + "participant") if each.get("processRef") == process.get("id")]
    return next((each.get("name") for each in [*pools, process] if each.get("name")), process.get("id"))


def _calls(drawing, chosen) -> None:
    here = {each.get("id") for each in drawing.processes()}
    for call in chosen.iter(BPMN + "callActivity"):
        if call.get("calledElement") in here:
            drawing.refused(call, _("It calls the process “%(name)s” of the same file: take that in on its own."),
                            name=call.get("calledElement"))
