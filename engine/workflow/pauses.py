"""Terms that stand still while the process is somewhere: an activity or event with the property `pauses`.

Online-Mediation Rules 26 (time of an appraisal), Invited-Mediation Rules 18 (suspension). Whatever way the process leaves, also
by an interrupting event or by its end, the terms go on, and their timers move by exactly the time they stood still.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from engine.db import database_now, db, locked
from engine.deadlines import clocks
from engine.deadlines.models import Deadline, DeadlineStatus
from engine.workflow import spiff, trace, waits
from engine.workflow.models import Instance
from engine.workflow.versions import Loaded


def follow(instance: Instance, loaded: Loaded, by: str, before: list | None = None) -> None:
    """Let the case's terms stand still or go on, as the instance's position now says; `before`: its position until now, if the
    drawing is still the same."""
    drawn = loaded.pausing
    now = {} if instance.is_over else {place: drawn[place] for place in map(tuple, instance.position) if place in drawn}
    is_same = before is not None and not now and not any(tuple(place) in drawn for place in before)
    if instance.case_id is None or is_same:
        return
    keys = {f"{instance.id}/{process_key}/{element}": each for (process_key, element), each in now.items()}
    _hold(instance, keys, loaded, by)
    let_go(instance, by, keys)


def _hold(instance: Instance, keys: Mapping[str, spiff.Element], loaded: Loaded, by: str) -> None:
    at = database_now()
    for key, element in keys.items():
        for row in clocks.all_running(instance.case_id, element.pauses):
            if key in row.standing_for or (row.status == DeadlineStatus.RUNNING and row.due_at <= at):
                continue
            _holder(instance, row)
            english = loaded.english_name(element.process_key, element.id)
            clocks.pause(row.id, element.properties.get("because") or element.name, at, key, english)
            _write(instance, row, "term_paused", by, element.id, row.due_at)


def let_go(instance: Instance, by: str, keys: Mapping[str, spiff.Element] | None = None) -> None:
    """What stood still because of an instance goes on, but for what it still stands for."""
    if instance.case_id is None:
        return
    keys, at = keys or {}, database_now()
    for row in db.session.scalars(_standing_still(instance)):
        for key in [key for key in row.standing_for if key.startswith(f"{instance.id}/") and key not in keys]:
            holder, old = _holder(instance, row), row.due_at
            clocks.resume(row.id, at, key)
            _write(instance, row, "term_resumed", by, key.rpartition("/")[2], old)
            if holder is not None and row.token and row.due_at != old:
                waits.move_timer(holder, row.token, row.due_at)


def _standing_still(instance: Instance):
    return select(Deadline).where(Deadline.case_id == instance.case_id, Deadline.status == DeadlineStatus.PAUSED).order_by(
        Deadline.instance_id, Deadline.id)


def _holder(instance: Instance, row: Deadline) -> Instance | None:
    """The instance whose timer the term is, locked: often another one of the same case."""
    if row.instance_id in (None, instance.id):
        return instance if row.instance_id else None
    return locked(Instance, row.instance_id)


def _write(instance: Instance, row: Deadline, event: str, by: str, element: str, old: datetime) -> None:
    trace.write(instance, event, by, element, term=row.term, old=old.isoformat(), new=row.due_at.isoformat())
