"""What scenarios walked through and what they left out: every element and every arrow, with the scenarios that came by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.processes.scenarios import Report
from engine.workflow import spiff, versions
from engine.workflow.xmlfiles import FileRefused

ELEMENT, ARROW = "element", "arrow"


@dataclass(frozen=True)
class Part:
    """One element or arrow of a process, and who came by: scenarios, of another process as `process/scenario`."""

    id: str
    name: str
    what: str
    walked_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Coverage:
    """All parts of one process."""

    process_key: str
    parts: tuple[Part, ...]

    def count(self, what: str) -> tuple[int, int]:
        """How many of these parts were walked, and how many there are."""
        parts = [part for part in self.parts if part.what == what]
        return sum(bool(part.walked_by) for part in parts), len(parts)

    @property
    def missed(self) -> list[Part]:
        return [part for part in self.parts if not part.walked_by]


def of(key: str, files: Mapping[str, str], reports: Iterable[Report]) -> Coverage:
    """How far these walks cover a process; nothing of a diagram that cannot be read."""
    try:
        process = spiff.read(versions.source(key, files))[key]
    except (spiff.ModelRefused, FileRefused, KeyError):
        return Coverage(key, ())
    seen: dict[tuple[str, str], list[str]] = {}
    for report in reports:
        name = report.scenario if report.process_key == key else f"{report.process_key}/{report.scenario}"
        for place in dict.fromkeys([*report.path, *report.arrows]):
            if place[0] == key:
                seen.setdefault(place, []).append(name)
    elements = [Part(each.id, each.name, ELEMENT, tuple(seen.get((key, each.id), ()))) for each in process.elements.values()]
    arrows = [Part(each.id, each.name or f"{each.source} → {each.target}", ARROW, tuple(seen.get((key, each.id), ())))
              for each in process.flows.values()]
    return Coverage(key, (*elements, *arrows))
