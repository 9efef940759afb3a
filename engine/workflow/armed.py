"""Which clock a task stands under: a timer of the same term on the task, or on a larger part of the diagram around it.

A case has one clock of a kind: where such a timer is armed, the task's due date is that clock's, and it starts none of its own.
"""

from collections.abc import Iterator

from engine.workflow import spiff
from engine.workflow.versions import Loaded


def around(loaded: Loaded, process_key: str, element_id: str, term: str) -> spiff.Element | None:
    """The timer event with this term that stands on the task or on what the task is part of, also across calls; the nearest."""
    for process, place in _hosts(loaded, process_key, element_id, set()):
        for element in process.elements.values():
            if element.attached_to == place and element.properties.get("term") == term:
                return element
    return None


def _hosts(loaded: Loaded, process_key: str, element_id: str, seen: set[str]) -> Iterator[tuple[spiff.Process, str]]:
    process = loaded.definition.processes[process_key]
    place = element_id
    while place:
        yield process, place
        place = process.elements[place].scope
    if process_key in seen:
        return
    for caller in loaded.definition.processes.values():
        for element in caller.elements.values():
            if element.called == process_key:
                yield from _hosts(loaded, caller.key, element.id, seen | {process_key})
