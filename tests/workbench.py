"""Lay a process on the bench and walk it: what the shipped processes do, without database, workers or clock."""

from functools import cache
from pathlib import Path

from engine.processes import library
from engine.processes.walk import Walk

SHIPPED = Path(__file__).resolve().parents[1] / "bpmn"
MEDIATORS = [
    {"id": 11, "name": "李调解", "speciality_match": True, "load": 3, "load_limit": 30, "conflict": False},
    {"id": 12, "name": "王调解", "speciality_match": False, "load": 8, "load_limit": 30, "conflict": False},
]


@cache
def shipped() -> dict[str, dict[str, str]]:
    """Every process folder that is shipped, by key."""
    return library.read_folders(SHIPPED)


class Bench(Walk):
    """A walk that reads like a story: `bench("signing").as_("mediator").complete("draft_agreement", terms=[…])`."""

    role = ""

    def as_(self, role: str) -> "Bench":
        """Who acts from here on: tasks of another role are refused."""
        self.role = role
        return self

    def complete(self, element, answers=None, role="", party=None, **more):
        self.run_calls()
        super().complete(element, {**(answers or {}), **more}, role or self.role, party)
        return self

    def everybody(self, element, **answers):
        """All parties give the same answers."""
        self.run_calls()
        self.complete_all(element, answers, self.role)
        return self

    def fire(self, name):
        self.run_calls()
        super().fire(name)
        return self

    def deliver(self, message, payload=None):
        self.run_calls()
        super().deliver(message, payload)
        return self

    def expect(self, *elements):
        """It now waits at all of these."""
        self.run_calls()
        missing = [element for element in elements if not self.is_at(element)]
        assert not missing, f"not at {missing}, but at: {self.standing()}"
        return self


def bench(process_key: str, folders=None, **options) -> Bench:
    """A process with everything it calls, started; operations answer with examples."""
    options["returns"] = {"mediation.propose_mediators": {"candidates": MEDIATORS}, **options.get("returns", {})}
    folders = {**shipped(), **(folders or {})}
    return Bench(process_key, library.closure(process_key, folders), **options)
