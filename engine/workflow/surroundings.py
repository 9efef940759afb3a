"""What the heart asks of the world around it, without knowing who answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


def _nothing(case_id):
    return {}


def _nobody(case_id, role):
    return None


def _silence(case_id, stage):
    return None


@dataclass(frozen=True)
class Surroundings:
    """Answers about a case: its facts for expressions, whose staff a role is, who holds it, and who hears of a new stage."""

    facts: Callable[[int | None], Mapping] = _nothing
    body_for: Callable[[int | None, str], int | None] = _nobody
    assignee_for: Callable[[int | None, str], int | None] = _nobody
    stage_reached: Callable[[int | None, str], None] = _silence


_around = Surroundings()


def use(surroundings: Surroundings) -> None:
    """Let these answer from now on."""
    global _around
    _around = surroundings


def around() -> Surroundings:
    """Who answers now."""
    return _around
