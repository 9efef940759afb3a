"""Write down where a stretch of a run has come to: the instance's row, its history, what it threw and stored."""

from collections.abc import Iterator
from datetime import datetime

from engine import clock, crash, statements
from engine.db import db
from engine.workflow import incidents, pauses, spiff, stores, trace, waits
from engine.workflow.models import Instance, InstanceStatus
from engine.workflow.said import Thrown
from engine.workflow.surroundings import around
from engine.workflow.trace import Told
from engine.workflow.versions import Loaded


def keep(instance: Instance, run: spiff.Run, loaded: Loaded, by: str, told: Told | None, wake_at: datetime | None) -> None:
    """State, position, stage and end of an instance follow what the run did, and whoever has to know is told."""
    before, stage = instance.position or [], _stage(run, loaded)
    values = {"state": run.save(), "position": [list(place) for place in run.position()], "wake_at": wake_at}
    if reached := stage and stage != instance.stage:
        values["stage"] = stage
    if run.is_completed:
        waits.close_all(instance)
        values |= {"status": InstanceStatus.COMPLETED, "ended_at": clock.now(), "wake_at": None,
                   "under_way_since": None, "end_event": ",".join(run.end_events)[:200]}
    statements.change(instance, **values)
    crash.point("process.after_save")
    _tell(instance, run, by, told)
    pauses.follow(instance, loaded, by, before)  # before the case's row is written: it may lock another instance
    if reached:
        around().stage_reached(instance.case_id, stage)
    if run.is_completed:
        incidents.close_with(instance, by, "The process has ended.")
        trace.write(instance, "completed", by)


def _stage(run: spiff.Run, loaded: Loaded) -> str:
    """The public stage of the element entered last that names one."""
    stage = ""
    for step in run.steps:
        if step.event == "entered":
            element = loaded.definition.element(step.process_key, step.element_id)
            stage = element.properties.get("stage", "") or stage if element else stage
    return stage


def _tell(instance: Instance, run: spiff.Run, by: str, told: Told | None) -> None:
    """The trace has one entry for what was done and the way it led to."""
    path = [[step.process_key, step.element_id] for step in run.steps if step.event == "completed"]
    if told is not None:
        trace.write(instance, told.event, told.by or by, told.element, told.token, **told.detail, path=path)
    elif path:
        trace.write(instance, "moved", by, path=path)
    db.session.add_all(_thrown(instance, run, by))
    stores.keep_all(instance, run.stored, run.definition.written)
    for name in run.stored:
        trace.write(instance, "stored", by, name=name)


def _thrown(instance: Instance, run: spiff.Run, by: str) -> Iterator[Thrown]:
    for said in run.thrown:
        trace.write(instance, "message_thrown", by, said["element_id"], name=said["name"])
        yield Thrown(
            instance_id=instance.id, case_id=instance.case_id, element=said["element_id"], kind=said["kind"], name=said["name"],
            keys=said["keys"], payload=spiff.as_json(said["payload"]), thrown_at=clock.now(), expires_at=said["expires_at"])
