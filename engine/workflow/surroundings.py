"""What the heart asks of the world around it, without knowing who answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial

from engine import clock
from engine.db import database_now
from engine.deadlines import due_at, moment
from engine.workflow import spiff, stores
from engine.workflow.models import Instance


def _nothing(case_id):
    return {}


def _nobody(case_id, role):
    return None


def _silence(case_id, stage):
    return None


def _as_named(case_id, term):
    return term, None


@dataclass(frozen=True)
class Surroundings:
    """Answers about a case: its facts for expressions, whose staff a role is, who holds it, and who hears of a new stage.

    `term_for` says which term a name stands for in a case, and its length where the table of terms does not fix it.
    """

    facts: Callable[[int | None], Mapping] = _nothing
    body_for: Callable[[int | None, str], int | None] = _nobody
    assignee_for: Callable[[int | None, str], int | None] = _nobody
    stage_reached: Callable[[int | None, str], None] = _silence
    term_for: Callable[[int | None, str], tuple[str, int | None]] = _as_named


_around = Surroundings()


def use(surroundings: Surroundings) -> None:
    """Let these answer from now on."""
    global _around
    _around = surroundings


def around() -> Surroundings:
    """Who answers now."""
    return _around


def context_of(instance: Instance) -> spiff.Context:
    """What the expressions of an instance may know besides its data."""
    return context_at(cache(database_now), cache(partial(around().facts, instance.case_id)), instance.case_id)


def only_looking(instance: Instance) -> spiff.Context:
    """The same, for a trial: what would write a data store keeps nobody else from it."""
    return replace(context_of(instance), stores=lambda name, _locks: stores.held(name))


def context_at(now: Callable[[], datetime], facts: Callable[[], Mapping] = dict, case_id: int | None = None) -> spiff.Context:
    """What expressions may know at a moment, with a case or without one; nothing of it is asked for before it is needed."""
    functions = {
        "term": lambda name, since=None: due_in(case_id, name, moment(since) if since else now()),
        "now": now,
        "today": lambda: now().astimezone(clock.SHANGHAI).date(),
    }
    return spiff.Context(facts=facts, functions=functions, tell_time=now, stores=stores.held)


def due_in(case_id: int | None, name: str, start: datetime) -> datetime:
    """When a term that starts now ends in this case."""
    term, length = around().term_for(case_id, name)
    return due_at(term, start, length)
