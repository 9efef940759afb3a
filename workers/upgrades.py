"""Bring instances to another version, each in a transaction of its own, a second's worth at a time."""

import logging
import time

from sqlalchemy import exists, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.db import db, transaction
from engine.oversight import upgrades
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import Incident, Instance, InstanceStatus
from engine.workflow.motion import BatchStatus, ItemStatus, UpgradeBatch, UpgradeItem
from engine.workflow.pieces import KILLS, end, is_resting
from workers import long_runs, pieces
from workers.attempts import ME

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 1.0


def look() -> int:
    """Upgrade what waits in running batches; returns how many instances were settled."""
    settled, until = 0, time.monotonic() + PATIENCE_SECONDS
    for item_id in _waiting():
        settled += _carry_out(item_id)
        if time.monotonic() >= until:
            break
    return settled


def _waiting() -> list[int]:
    with transaction(write=False):
        return list(db.session.scalars(
            select(UpgradeItem.id).join(UpgradeBatch).join(Instance, Instance.id == UpgradeItem.instance_id).where(
                UpgradeBatch.status == BatchStatus.RUNNING, UpgradeItem.status == ItemStatus.WAITING,
                or_(Instance.under_way_since.is_(None), Instance.status != InstanceStatus.RUNNING, long_runs.is_told()),
                ~exists().where(Incident.instance_id == UpgradeItem.instance_id, Incident.kind == KILLS,
                                Incident.resolved_at.is_(None)),
                ~is_resting("upgrade", UpgradeItem.id),
            ).order_by(UpgradeItem.id).limit(200)))


def _carry_out(item_id: int) -> bool:
    """One instance; what fails is told with it and holds up no other."""
    subject = f"upgrade {item_id}"
    if not pieces.begin([subject]):
        return False
    try:
        with transaction():
            upgrades.carry_out(item_id)
            end([subject], ME)
    except (OperationalError, StaleDataError):
        log.info("an instance was busy; its upgrade comes again", extra={"item": item_id})
        pieces.let_go([subject])
        return False
    except ProcessFailed as failure:
        _failed(item_id, failure)
    except Exception as error:
        log.exception("an upgrade broke", extra={"item": item_id})
        _failed(item_id, ProcessFailed(None, None, "", "process_broken", type(error).__name__))
    return True


def _failed(item_id: int, failure: ProcessFailed) -> None:
    with transaction():
        upgrades.failed(item_id, failure)
        end([f"upgrade {item_id}"], ME)
