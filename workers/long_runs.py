"""Go on with runs that are too long for one transaction: a turn each, whoever has waited longest first."""

import logging
import time

from sqlalchemy import exists, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.db import db, transaction
from engine.workflow import incidents, runtime
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Incident, Instance, InstanceStatus

log = logging.getLogger(__name__)

_held_up: dict[int, float] = {}  # instances that somebody else held when their turn came: until when all others go first

FAILED = "run_failed"  # the kind of incident that holds an instance's run back
LONGEST_PAUSE_SECONDS = 0.05
OTHERS_FIRST_SECONDS = 1.0


def go_on() -> bool:
    """One turn of one run, and then a pause as long, in which others write; False when no run waits for a turn."""
    began = time.monotonic()
    for instance_id in [each for each, until in _held_up.items() if until <= began]:
        del _held_up[instance_id]
    with transaction(write=False):
        instance_id = db.session.scalar(_waiting().where(Instance.id.not_in(list(_held_up))).limit(1))
    if instance_id is None:
        return False
    if not _take_turn(instance_id):
        _held_up[instance_id] = time.monotonic() + OTHERS_FIRST_SECONDS
    time.sleep(min(time.monotonic() - began, LONGEST_PAUSE_SECONDS))
    return True


def is_told():
    """The condition that somebody is looking into why the run of an instance cannot go on."""
    return exists().where(Incident.instance_id == Instance.id, Incident.kind == FAILED, Incident.resolved_at.is_(None))


def _waiting():
    return select(Instance.id).where(
        Instance.under_way_since.is_not(None), Instance.status == InstanceStatus.RUNNING, ~is_told(),
    ).order_by(Instance.under_way_since)


def _take_turn(instance_id: int) -> bool:
    """False when somebody else holds what it needs, so that it must come again."""
    try:
        with transaction(door="turn"):
            free = select(Instance.id).where(Instance.id == instance_id).with_for_update(skip_locked=True, key_share=True)
            is_free = db.session.scalar(free) is not None
            if is_free:
                runtime.take_turn(instance_id)
            return is_free
    except (OperationalError, StaleDataError):
        log.warning("the database did not let a run go on; it comes again", extra={"instance": instance_id})
        return False
    except ProcessFailed as failure:
        _tell(instance_id, f"{failure.reason}: {failure.text}", failure.element)
    except Exception as error:
        log.exception("a run could not go on", extra={"instance": instance_id})
        _tell(instance_id, type(error).__name__)
    return True


def _tell(instance_id: int, detail: str, element: str = "") -> None:
    with transaction():
        instance = db.session.get(Instance, instance_id)
        incidents.report(f"instance {instance_id}", FAILED, detail, instance.case_id, instance_id, element)
