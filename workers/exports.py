"""Make the files that somebody asked for: a piece after the other, a second's worth at a time."""

import logging
import time

from sqlalchemy.exc import OperationalError

from engine.db import transaction
from engine.errors import DomainError
from engine.exports import making, shelf
from engine.workflow.pieces import end
from workers import pieces
from workers.attempts import ME

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 1.0


def look() -> int:
    """Go on with what waits; returns how many pieces were made."""
    made, until = 0, time.monotonic() + PATIENCE_SECONDS
    with transaction(write=False):
        waiting = making.waiting()
    for export_id in waiting:
        if time.monotonic() < until and pieces.begin([f"export {export_id}"]):
            made += _go_on(export_id, until)
    return made


def _go_on(export_id: int, until: float) -> int:
    made, subject = 0, f"export {export_id}"
    try:
        while make_piece(export_id):
            made += 1
            if time.monotonic() >= until:
                break
    except OperationalError:
        log.info("the database was busy; the file comes again", extra={"export": export_id})
    except DomainError as error:
        _fail(export_id, error)
    except Exception:
        log.exception("a file could not be made", extra={"export": export_id})
        _fail(export_id, DomainError())
    with transaction(door="attempt"):
        end([subject], ME)
    return made


def make_piece(export_id: int) -> bool:
    """One more piece: read, kept on the shelf, noted; False when that was the last, or there is nothing to do."""
    with transaction(write=False):
        found = making.read(export_id)
    if found is None:
        return False
    after, lines = found
    name = shelf.put(lines) if lines else None
    with transaction():
        is_noted = making.note(export_id, after, lines, name)
    if name and not is_noted:
        shelf.remove([name])
    return is_noted and len(lines) == making.PIECE


def _fail(export_id: int, error: DomainError) -> None:
    with transaction():
        making.fail(export_id, error)


def forget() -> int:
    """Give up what kills workers, delete what was kept for its days, and what a worker that died left on the shelf."""
    with transaction():
        gone = making.give_up() + making.expire()
    with transaction(write=False):
        return gone + making.sweep()
