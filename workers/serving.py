"""Service that goes on without a process: the next rung of the ladder, and each day's account of what arrived."""

from engine.db import db, transaction
from engine.notices import addresses, lying, reconcile, serving
from engine.notices.models import ServiceAddress, Serving
from engine.operations import papers, serving_papers


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


def print_addresses(most: int = 20) -> int:
    """The confirmations of addresses (送达地址确认书) belong to the file and go to the court: print those not printed yet."""
    printed = 0
    while printed < most and _print_address():
        printed += 1
    return printed


def _print_address() -> bool:
    """One at a time: the number of each counts those before it."""
    with transaction(write=False):
        first = addresses.unprinted()
        key = first.id if first is not None else 0
        ordered = serving_papers.order_address(first) if first is not None else None
    if ordered is None:
        return False
    made = papers.printed(ordered)
    with transaction(door="serving"):
        row = db.session.get(ServiceAddress, key, with_for_update=True, populate_existing=True)
        if row.document_id is None:
            serving_papers.keep_address(row, made, ordered)
    return True


def account() -> int:
    """The daily reconciliation: sent = delivered; and paper that lies."""
    with transaction(door="serving"):
        return sum(len(day.gaps) for day in reconcile.reconcile()) + lying.look()
