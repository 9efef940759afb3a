"""Bring instances to another version, each in a transaction of its own, a second's worth at a time."""

import logging
import time

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.db import db, transaction
from engine.oversight import upgrades
from engine.workflow.incidents import ProcessFailed
from engine.workflow.motion import BatchStatus, ItemStatus, UpgradeBatch, UpgradeItem

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
            select(UpgradeItem.id).join(UpgradeBatch).where(
                UpgradeBatch.status == BatchStatus.RUNNING, UpgradeItem.status == ItemStatus.WAITING
            ).order_by(UpgradeItem.id).limit(200)))


def _carry_out(item_id: int) -> bool:
    """One instance; what fails is told with it and holds up no other."""
    try:
        with transaction():
            upgrades.carry_out(item_id)
    except (OperationalError, StaleDataError):
        log.info("an instance was busy; its upgrade comes again", extra={"item": item_id})
        return False
    except ProcessFailed as failure:
        with transaction():
            upgrades.failed(item_id, failure)
    except Exception as error:
        log.exception("an upgrade broke", extra={"item": item_id})
        with transaction():
            upgrades.failed(item_id, ProcessFailed(None, None, "", "process_broken", type(error).__name__))
    return True
