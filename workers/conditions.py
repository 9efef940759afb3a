"""Look again at instances that wait for a condition: what it asks for may have changed outside the process, or with time."""

import logging

from sqlalchemy import exists, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.db import db, transaction
from engine.errors import Conflict
from engine.workflow import incidents, runtime
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Incident, Instance, InstanceStatus, MessageWait, WaitStatus

log = logging.getLogger(__name__)

FAILED = "condition_failed"  # the kind of incident that keeps an instance from being looked at


def look() -> int:
    """Let every condition that holds by now happen; returns how many instances were looked at without trouble."""
    with transaction(write=False):
        ids = list(db.session.scalars(select(Instance.id).where(
            Instance.status == InstanceStatus.RUNNING,
            exists().where(MessageWait.instance_id == Instance.id, MessageWait.kind == "condition",
                           MessageWait.status == WaitStatus.OPEN),
            ~exists().where(Incident.instance_id == Instance.id, Incident.kind == FAILED, Incident.resolved_at.is_(None)),
        ).order_by(Instance.id)))
    return sum(map(_look_at, ids))


def _look_at(instance_id: int) -> bool:
    try:
        with transaction(), runtime.advancing(instance_id, "clock"):
            return True
    except (OperationalError, StaleDataError):
        log.warning("the database did not let a condition be looked at; it comes again", extra={"instance": instance_id})
    except ProcessFailed as failure:
        with transaction():
            instance = db.session.get(Instance, instance_id)
            incidents.report(f"instance {instance_id}", FAILED, f"{failure.reason}: {failure.text}", instance.case_id,
                             instance_id, failure.element)
    except Conflict:
        log.info("an instance ended or was suspended before it was looked at", extra={"instance": instance_id})
    return False
