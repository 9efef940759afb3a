"""Make a file piece by piece. A piece lies on the shelf before its row says so: a worker that dies leaves a piece too many, never
a file with a gap; the next worker goes on after the last row that was noted."""

from sqlalchemy import String, cast, exists, select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import User
from engine.db import db, locked
from engine.errors import Conflict, DomainError
from engine.exports import asking, shelf
from engine.exports.kinds import KINDS
from engine.exports.models import Export
from engine.i18n import _
from engine.workflow.models import Incident
from engine.workflow.pieces import KILLS, is_resting

PIECE = 500


class NoLongerHere(Conflict):
    """Whoever asked for it may no longer sign in."""

    message = _("Whoever asked for this has no account any more.")


class TooHard(Conflict):
    """Several workers died over it."""

    message = _("Making this file was given up: it broke off several times. The administrators know of it.")


def waiting(most: int = 20) -> list[int]:
    """What is to be made, the oldest first, but for what costs workers their lives."""
    query = select(Export.id).where(Export.status == asking.RUNNING, ~_kills(), ~is_resting("export", Export.id))
    return list(db.session.scalars(query.order_by(Export.id).limit(most)))


def _kills():
    subject = "export " + cast(Export.id, String)
    return exists().where(Incident.kind == KILLS, Incident.resolved_at.is_(None), Incident.subject == subject)


def give_up() -> int:
    """What costs workers their lives ends as failed, so that its owner may ask for something else; returns how many."""
    found = list(db.session.scalars(select(Export.id).where(Export.status == asking.RUNNING, _kills())))
    for export_id in found:
        fail(export_id, TooHard())
    return len(found)


def read(export_id: int) -> tuple[int | None, list[dict]] | None:
    """The next lines with the rights of whoever asked as they are now, and after which row; None: there is nothing to do.
    Raises DomainError."""
    row = db.session.get(Export, export_id)
    if row is None or row.status != asking.RUNNING:
        return None
    user = db.session.get(User, row.user_id)
    if not user.is_active:
        raise NoLongerHere()
    kind = KINDS[row.kind]
    return row.last_row, kind.lines(Actor.of_user(user), kind.read(row.asked), row.last_row, PIECE)


def note(export_id: int, after: int | None, lines: list[dict], name: str | None) -> bool:
    """Say that these lines are made. False: another worker was faster, or nobody wants them any more."""
    row = db.session.scalar(select(Export).where(Export.id == export_id).with_for_update())
    if row is None or row.status != asking.RUNNING or row.last_row != after:
        return False
    if name:
        row.pieces, row.done, row.last_row = [*row.pieces, name], row.done + len(lines), lines[-1]["id"]
        row.total = max(row.total, row.done)
    if len(lines) < PIECE:
        _end(row, asking.READY)
        row.total = row.done
    db.session.flush()
    return True


def fail(export_id: int, error: DomainError) -> None:
    """It cannot be made, and this is why."""
    row = db.session.scalar(select(Export).where(Export.id == export_id).with_for_update())
    if row is not None and row.status == asking.RUNNING:
        row.why = {"message": str(error.message), "values": {name: str(value) for name, value in error.details.items()}}
        shelf.remove_after_commit(list(row.pieces))
        row.pieces = []
        _end(row, asking.FAILED)


def _end(row: Export, status: str) -> None:
    row.status, row.ended_at = status, clock.now()
    row.expires_at = asking.kept_until(row.ended_at)


def expire(most: int = 100) -> int:
    """Delete what was kept for its days; returns how many."""
    old = select(Export.id).where(Export.expires_at <= clock.now()).order_by(Export.expires_at).limit(most)
    past = db.session.scalars(old).all()
    for export_id in past:
        asking.remove(locked(Export, export_id))
    return len(past)


def sweep() -> int:
    """Remove pieces that no row names; returns how many. Opens no transaction that writes."""
    left = set(shelf.old())
    if left:
        left -= {name for names in db.session.scalars(select(Export.pieces)) for name in names}
    shelf.remove(left)
    return len(left)
