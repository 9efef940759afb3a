"""What was done last with tasks, and may be taken back for some minutes, the last first: the session keeps it."""

from datetime import datetime, timedelta

from flask import session

from engine import clock
from engine.access.actor import Actor
from engine.clock import SHANGHAI
from engine.db import db
from engine.inbox import verbs
from engine.workflow.models import UserTask

KEPT, LASTS = "undo_tasks", timedelta(minutes=10)
MOST_ACTS, MOST_TASKS = 5, 100  # the session travels with every request


def offer(verb: str, done: list) -> None:
    """Offer to take this back, where something has changed: tasks with what they were and are, as `many.Outcome` tells them."""
    if not (done := [each for each in done if each[1] != each[2]]):
        return
    acts = [*_acts(), {"verb": verb, "done": done, "until": (clock.now() + LASTS).timestamp()}][-MOST_ACTS:]
    while len(acts) > 1 and sum(len(act["done"]) for act in acts) > MOST_TASKS:
        acts = acts[1:]
    session[KEPT] = acts


def forget() -> None:
    """What was done now cannot be taken back, so nothing before it is offered either."""
    session.pop(KEPT, None)


def offered() -> dict | None:
    """What may be taken back next: `verb`, `done`, `until`."""
    acts = _acts()
    return acts[-1] | {"until": datetime.fromtimestamp(acts[-1]["until"], SHANGHAI)} if acts else None


def take() -> dict:
    """The same, which is offered no more."""
    acts = _acts()
    session[KEPT] = acts[:-1]
    return acts[-1] if acts else {"verb": "claim", "done": []}


def _acts() -> list[dict]:
    kept, now = session.get(KEPT), clock.now().timestamp()
    return [act for act in kept if act["until"] > now] if isinstance(kept, list) else []


def do(actor: Actor, verb: str, task_id: int, **told) -> UserTask:
    """Do it with one task, and offer to take it back. Raises what doing it raises."""
    before, now = verbs.do(actor, verb, task_id, told)
    offer(verb, [(task_id, before, now)])
    return db.session.get(UserTask, task_id)


def of_task(task_id: int) -> dict | None:
    """What may be taken back next, where it is of this task."""
    found = offered()
    return found if found and any(each[0] == task_id for each in found["done"]) else None
