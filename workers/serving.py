"""Service that goes on without a process: the next rung of the ladder, and each day's account of what arrived."""

from engine.db import db, transaction
from engine.notices import lying, reconcile, serving
from engine.notices.models import Serving


def carry() -> int:
    """Take the steps that are due: each in a transaction, with none open while a message leaves."""
    with transaction(write=False):
        waiting = serving.due()
    for key in waiting:
        with transaction(door="serving"):
            row = db.session.get(Serving, key, with_for_update={"skip_locked": True}, populate_existing=True)
            envelope = serving.step(row) if row is not None else None
        if envelope is not None:
            told = serving.leave(envelope)
            with transaction(door="serving"):
                db.session.get(Serving, key, with_for_update=True)
                serving.note(envelope, told)
    return len(waiting)


def account() -> int:
    """The daily reconciliation: sent = delivered; and paper that lies."""
    with transaction(door="serving"):
        return sum(len(day.gaps) for day in reconcile.reconcile()) + lying.look()
