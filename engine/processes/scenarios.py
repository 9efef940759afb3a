"""Scenarios: walks through a diagram that a designer can read and run; publishing runs them, `pytest tests/processes` too."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.errors import DomainError, Invalid
from engine.i18n import Sentence, _
from engine.processes import library
from engine.processes.walk import StepFailed, Walk
from engine.workflow import spiff

ACTS = (
    "complete", "operation", "timer", "clock", "message", "case", "expect", "expect_not", "stage", "data", "stores", "thrown",
    "outcome", "end",
)  # fmt: skip
BESIDE = {
    "complete": {"as", "answers", "party", "everybody"}, "operation": {"returns", "throws", "fails", "times_out", "retry"},
    "message": {"payload"}, "timer": set(), "clock": set(), "case": set(),
}
CHECKS = set(ACTS) - set(BESIDE)
SHAPES = {
    "complete": str, "operation": str, "timer": str, "message": str, "case": dict, "as": str, "answers": dict, "party": int,
    "everybody": bool, "returns": dict, "throws": str, "payload": dict, "stage": str, "data": dict, "outcome": str, "end": str,
    "expect": (str, list), "expect_not": (str, list), "thrown": (str, list), "clock": (str, date), "fails": str,
    "times_out": bool, "retry": bool, "stores": dict,
}
MAX_STEPS = 300


class ScenarioRefused(Invalid):
    """A scenario file is not what a scenario file may be."""

    message = _("Scenario “%(name)s”, step %(step)s: %(why)s")


@dataclass(frozen=True)
class Scenario:
    """One walk: what the case is like, and step by step what happens and what must then be so."""

    name: str
    title: str
    title_en: str = ""
    case: Mapping = field(default_factory=dict)
    data: Mapping = field(default_factory=dict)
    returns: Mapping = field(default_factory=dict)
    stores: Mapping = field(default_factory=dict)  # what data stores hold when it begins
    steps: tuple[dict, ...] = ()
    starts: str | None = None  # the start event it begins with, when it is not the plain one

    @classmethod
    def read(cls, source: str, name: str = "") -> "Scenario":
        """Read a scenario file; raises ScenarioRefused at the first step that says nothing a walk can do."""
        try:
            row = tomllib.loads(source)
        except tomllib.TOMLDecodeError as error:
            raise ScenarioRefused(name=name, step=0, why=str(error)) from None
        steps = row.get("step", [])
        if not isinstance(steps, list) or not 0 < len(steps) <= MAX_STEPS:
            raise ScenarioRefused(name=name, step=0, why=_("it needs steps, at most 300"))
        if wrong := [part for part in ("case", "data", "returns", "stores") if not isinstance(row.get(part, {}), dict)]:
            raise ScenarioRefused(name=name, step=0, why=", ".join(wrong))
        if not isinstance(row.get("starts", ""), str):
            raise ScenarioRefused(name=name, step=0, why="starts")
        for number, step in enumerate(steps, start=1):
            if fault := _fault_of(step):
                raise ScenarioRefused(name=name, step=number, why=fault)
        return cls(name, str(row.get("title", name)), str(row.get("title_en", "")), row.get("case", {}), row.get("data", {}),
                   row.get("returns", {}), row.get("stores", {}), tuple(steps), row.get("starts"))


def _fault_of(step) -> str:
    if not isinstance(step, dict):
        return _("a step is a table")
    acts = [act for act in BESIDE if act in step]
    if len(acts) > 1:
        return _("a step does one thing")
    if not acts and not CHECKS & set(step):
        return _("it neither does nor expects anything")
    strange = set(step) - CHECKS - ({acts[0]} | BESIDE[acts[0]] if acts else set())
    misshapen = [part for part in step if part in SHAPES and not isinstance(step[part], SHAPES[part])]
    return ", ".join(sorted(strange | set(misshapen)))


@dataclass(frozen=True)
class Report:
    """How a scenario went: where it failed and why, and the way it took."""

    process_key: str
    scenario: str
    title: str
    passed: bool
    step: int = 0  # the step that failed, counted from 1; 0: it did not even start
    code: str = ""
    message: str = ""
    values: dict = field(default_factory=dict)
    path: tuple[tuple[str, str], ...] = ()  # (process key, element) in the order entered
    arrows: tuple[tuple[str, str], ...] = ()  # (process key, arrow) in the order taken
    waits: tuple[str, ...] = ()
    outcome: str = ""

    @property
    def why(self) -> str:
        return self.message % self.values if self.values else self.message


def of(files: Mapping[str, str]) -> list[Scenario]:
    """The scenarios of a process folder, by name. Raises ScenarioRefused."""
    paths = sorted(path for path in files if path.startswith("scenarios/"))
    return [Scenario.read(files[path], path.removeprefix("scenarios/").removesuffix(".toml")) for path in paths]


def run_all(key: str, folders: Mapping[str, Mapping[str, str]]) -> list[Report]:
    """Run every scenario of a process."""
    try:
        found = of(folders[key])
    except ScenarioRefused as refusal:
        name = refusal.details["name"]
        return [Report(key, name, name, False, 0, refusal.code, refusal.message, refusal.details)]
    return [run(key, folders, scenario) for scenario in found]


def run(key: str, folders: Mapping[str, Mapping[str, str]], scenario: Scenario) -> Report:
    """Walk one scenario in memory; never raises for what the diagram or the scenario gets wrong."""
    walk, number = None, 0
    try:
        walk = Walk(key, library.closure(key, folders), scenario.case, scenario.data, scenario.returns, scenario.starts,
                    scenario.stores)
        for step in scenario.steps:
            number += 1
            take(walk, step)
    except DomainError as error:
        return _report(key, scenario, walk, number, error)
    return _report(key, scenario, walk, number)


def take(walk: Walk, step: Mapping) -> None:
    """Do one step, then see whether everything it expects is so."""
    walk.run_calls(until=step.get("operation", ""))
    match step:
        case {"complete": element, "everybody": True}:
            walk.complete_all(element, step.get("answers"), step.get("as", ""))
        case {"complete": element}:
            walk.complete(element, step.get("answers"), step.get("as", ""), step.get("party"))
        case {"operation": name, "throws": code}:
            walk.throw(name, code)
        case {"operation": name, "fails": str()} | {"operation": name, "times_out": True}:
            walk.stop(name)
        case {"operation": name, "retry": True}:
            walk.retry(name)
        case {"operation": name}:
            walk.finish_call(name, step.get("returns"))
        case {"timer": name}:
            walk.fire(name)
        case {"clock": time}:
            walk.let_pass(time)
        case {"message": name}:
            walk.deliver(name, step.get("payload"))
        case {"case": facts}:
            walk.learn(facts)
    if CHECKS & set(step):
        walk.run_calls()
        _look(walk, step)


def _look(walk: Walk, step: Mapping) -> None:
    for element in _listed(step.get("expect")):
        if not walk.is_at(element):
            raise StepFailed(_("It should wait at “%(element)s” but waits at: %(open)s."), element=element, open=walk.standing())
    for element in _listed(step.get("expect_not")):
        if walk.is_at(element):
            raise StepFailed(_("It should not wait at “%(element)s”."), element=element)
    stage = walk.stages[-1] if walk.stages else "-"
    if step.get("stage", stage) != stage:
        raise StepFailed(_("The stage should be “%(stage)s” but is “%(found)s”."), stage=step["stage"], found=stage)
    wanted = {**step.get("data", {}), **({"outcome": step["outcome"]} if "outcome" in step else {})}
    known = [(walk.data, name, value) for name, value in wanted.items()]
    known += [(walk.stores, name, value) for name, value in step.get("stores", {}).items()]
    for place, name, value in known:
        if (found := place.get(name)) != value:
            message = _("“%(name)s” should be %(value)s but is %(found)s.")
            raise StepFailed(message, name=name, value=repr(value), found=repr(found))
    for name in _listed(step.get("thrown")):
        if name not in (heard := [each["name"] for each in walk.run.thrown]):
            message = _("“%(name)s” should have been sent out; sent were: %(sent)s.")
            raise StepFailed(message, name=name, sent=", ".join(heard) or "-")
    end = step.get("end")
    if end and not (walk.is_over and end in walk.ends):
        raise StepFailed(_("It should have ended at “%(element)s” but waits at: %(open)s."), element=end, open=walk.standing())


def _listed(value) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _report(key, scenario, walk, number, error: DomainError | None = None) -> Report:
    steps = walk.steps if walk else ()
    path, arrows = (
        tuple((step.process_key, step.element_id) for step in steps if step.event == event) for event in ("entered", "taken")
    )
    waits = tuple(dict.fromkeys(wait.element_id for wait in walk.run.waits())) if walk else ()
    found = {"path": path, "arrows": arrows, "waits": waits, "outcome": str(walk.data.get("outcome", "")) if walk else ""}
    if error is None:
        return Report(key, scenario.name, scenario.title, True, **found)
    message, values = _told(error)
    return Report(key, scenario.name, scenario.title, False, number, error.code, message, values, **found)


def _told(error: DomainError) -> tuple[str, dict]:
    """A refusal with many problems is told by all of them."""
    problems = getattr(error, "problems", [])
    if isinstance(error, spiff.ModelRefused) or not problems:
        return (str(error), {}) if isinstance(error, spiff.ModelRefused) else (error.message, error.details)
    parts = [{"where": fault["pointer"], "why": Sentence(fault["message"], fault["values"])} for fault in problems]
    return Sentence.of(Sentence(_("%(where)s: %(why)s"), part) for part in parts), {}
