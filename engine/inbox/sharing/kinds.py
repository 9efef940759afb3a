"""Kinds of tasks, for limits: a step of a process. Named by process and step, and in words as its diagram does."""

from collections.abc import Iterable

from sqlalchemy import Row, select

from engine.access.actor import Actor
from engine.db import db
from engine.inbox.lists import queries
from engine.inbox.sharing import absences
from engine.workflow import versions
from engine.workflow.models import UserTask
from engine.workflow.versions import ProcessUnknown

LOOKED_AT = 300  # of each role at each body: a kind of which none came lately needs no limit


def of(task: UserTask | Row) -> str:
    """The kind of a task."""
    return f"{task.process_key}/{task.element}"


def lately(actor: Actor) -> dict[str, tuple[str, str]]:
    """Which kinds of tasks came lately to the bodies whose roster somebody keeps, with their titles (Chinese, English)."""
    found = {}
    roles = ("coordinator", "clerk", "judge", "court_president", "party")
    for body in absences.keeps(actor):
        for role in roles:
            query = select(UserTask.process_key, UserTask.element, UserTask.title, UserTask.title_en).where(
                queries.IS_OPEN, UserTask.role == role, UserTask.body_id == body)
            for row in db.session.execute(query.order_by(UserTask.opened_at.desc()).limit(LOOKED_AT)):
                found.setdefault(of(row), (row.title, row.title_en))
    return found


def titles(keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What these kinds are called by the processes in force; a step that is gone keeps its name there."""
    found = {}
    for key in keys:
        process, _slash, step = key.partition("/")
        try:
            version = versions.latest(process)
        except ProcessUnknown:
            found[key] = (step, "")
            continue
        loaded = versions.load(version.id, versions.bind(version))
        element = loaded.definition.element(process, step)
        found[key] = (element.name if element else step, loaded.english_name(process, step))
    return found
