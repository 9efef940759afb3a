"""A process's diagrams with its position and history laid over them, and the same as a list of steps."""

from dataclasses import dataclass

from sqlalchemy import select

from engine.db import db
from engine.workflow import trace, versions
from engine.workflow.models import CallStatus, Instance, OperationCall
from engine.workflow.surroundings import around

SILENT = ("parallel_gateway", "exclusive_gateway", "inclusive_gateway", "event_based_gateway")


@dataclass(frozen=True)
class Step:
    """One element of a diagram, as a person would list it."""

    process_key: str
    element: str
    kind: str
    title: str
    title_en: str
    role: str
    times: int
    is_here: bool
    is_stuck: bool
    term: str = ""  # the term that it waits for, or that it should be done within

    @property
    def state(self) -> str:
        return "stuck" if self.is_stuck else "here" if self.is_here else "done" if self.times else "ahead"


@dataclass(frozen=True)
class Sheet:
    """One diagram: of the process itself, or of one it calls."""

    instance_id: int
    key: str
    title: str
    title_en: str
    xml: str
    steps: list[Step]

    @property
    def is_active(self) -> bool:
        return any(step.is_here for step in self.steps)

    @property
    def is_touched(self) -> bool:
        return any(step.is_here or step.times for step in self.steps)

    @property
    def listed(self) -> list[Step]:
        """The steps worth a line: named, and no mere crossing."""
        return [step for step in self.steps if step.title and step.kind not in SILENT]

    def marks(self) -> dict:
        """For the drawing: element id → state."""
        return {step.element: step.state for step in self.steps if step.state != "ahead"}

    def clocks(self) -> dict[str, str]:
        """For the drawing: element id → its term."""
        return {step.element: step.term for step in self.steps if step.term}


def sheets(instance: Instance) -> list[Sheet]:
    """The diagrams of an instance: its own first, then those of called processes where it is or has been."""
    loaded = versions.of_instance(instance)
    visited, here, stuck = trace.visited(instance.id), {tuple(place) for place in instance.position}, _stuck(instance)
    found: dict[str, list[Step]] = {}
    for key in loaded.definition.processes:
        for element_id in loaded.definition.order(key):
            element, place = loaded.definition.element(key, element_id), (key, element_id)
            found.setdefault(key, []).append(Step(
                key, element_id, element.kind, element.name or "", loaded.english_name(key, element_id),
                loaded.role(key, element.lane), visited.get(place, 0), place in here, place in stuck,
                term=_term(instance, element)))
    all_sheets = [_sheet(instance, loaded, key, steps) for key, steps in found.items()]
    return [sheet for sheet in all_sheets if sheet.is_touched or sheet.key == loaded.definition.key]


def _sheet(instance: Instance, loaded, key: str, steps: list[Step]) -> Sheet:
    settings = loaded.settings.get(key, {})
    title, english = settings.get("title", key), settings.get("title_en", "")
    return Sheet(instance.id, key, title, english, loaded.files[key]["process.bpmn"], steps)


def _term(instance: Instance, element) -> str:
    name = element.properties.get("term") or element.properties.get("due") or ""
    return name and around().term_for(instance.case_id, name)[0]


def _stuck(instance: Instance) -> set[tuple[str, str]]:
    calls = db.session.execute(select(OperationCall.process_key, OperationCall.element).where(
        OperationCall.instance_id == instance.id, OperationCall.status == CallStatus.STUCK))
    return {tuple(row) for row in calls}
