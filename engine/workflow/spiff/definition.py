"""A process with everything it calls, checked and parsed: what runs are made of. Immutable, so it can be cached and shared."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from engine.workflow.decisions import Decision
from engine.workflow.spiff import checks
from engine.workflow.spiff.findings import ModelRefused
from engine.workflow.spiff.model import Element, Process
from engine.workflow.spiff.parse import build
from engine.workflow.spiff.sources import Source, closure, read_source


@dataclass(frozen=True)
class Definition:
    """`elements` by (process key, element id) and `decisions` by (process key, decision id), of the process and all it calls."""

    key: str
    elements: dict[tuple[str, str], Element]
    specs: dict
    decisions: dict[tuple[str, str], Decision]
    processes: dict[str, Process]

    @cached_property
    def is_conditional(self) -> bool:
        """Whether anything in it waits for a condition."""
        return any(each.event and each.event.kind == "conditional" for each in self.elements.values())

    @cached_property
    def written(self) -> tuple[str, ...]:
        """The data stores that any of it writes, by name: who needs one of them for himself takes all, in this order."""
        return tuple(sorted({name for each in self.elements.values() for name in each.writes}))

    def element(self, process_key: str, element_id: str) -> Element | None:
        return self.elements.get((process_key, element_id))

    def order(self, process_key: str | None = None) -> list[str]:
        """Ids of a process's elements in reading order, for lists of its steps."""
        return reading_order(self.processes[process_key or self.key])


def parse(process_key: str, sources: Iterable[Source], is_kept: bool = False) -> Definition:
    """Check and parse a process and what it calls; `ModelRefused` lists everything that is wrong.

    `is_kept`: it was published under the rules of its time; what is refused since then goes on as it did.
    """
    read = [read_source(source) for source in sources]
    findings = [finding for finding in checks.check_read(read, whole=process_key) if finding.is_error]
    if any(not is_kept or finding.code not in checks.LATER for finding in findings):
        raise ModelRefused(findings)
    processes = {process.key: process for each in read for process in each.processes}
    used = closure(process_key, processes)
    specs = {}
    for each in read:
        for process in each.processes:
            if process.key in used:
                specs |= build(process)
    decisions = {
        (process.key, name): table for each in read for process in each.processes for name, table in each.decisions.items()
    }
    elements = {(key, element.id): element for key in used for element in processes[key].elements.values()}
    return Definition(process_key, elements, specs, decisions, {key: processes[key] for key in used})


def reading_order(process: Process) -> list[str]:
    """Elements as one would read them: from the start along the arrows, boundary events after what they stand on."""
    seen, todo = [], deque(element.id for element in process.beginnings(None))
    known = set(todo)
    while todo:
        element = process.elements[todo.popleft()]
        seen.append(element.id)
        following = [guard.id for guard in process.boundary(element.id)]
        if element.has_inside:
            following += [inner.id for inner in process.beginnings(element.id)]
        following += [flow.target for flow in process.leaving(element.id)]
        new = [each for each in dict.fromkeys(following) if each not in known]
        known.update(new)
        todo.extend(new)
    return seen + [each for each in process.elements if each not in known]
