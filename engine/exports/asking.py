"""Ask for a file, see how far it is, read it with the rights of today, drop it."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from engine import clock, config
from engine.access.actor import Actor
from engine.access.models import User
from engine.db import db, locked
from engine.errors import Conflict, Invalid, NotFound
from engine.exports import shelf
from engine.exports.kinds import KINDS, told
from engine.exports.models import Export
from engine.i18n import _

AT_ONCE = 300  # so many rows come with the request itself
MOST = 100_000
RUNNING, READY, FAILED = "running", "ready", "failed"
FAILURE_IS_NEWS = timedelta(days=1)


class TooManyRows(Invalid):
    """Nobody reads so many; and whoever wants all of it wants a copy of the database."""

    message = _("A file takes at most %(most)s rows; take fewer by a filter.")


class OneIsBeingMade(Conflict):
    message = _("A file for you is being made already; wait for it, or drop it.")


class NotReady(Conflict):
    message = _("The file is not ready yet.")


def begin(actor: Actor, kind: str, asked) -> Export | list[dict]:
    """The lines at once where they are few; otherwise written down, for a worker. Raises TooManyRows, OneIsBeingMade."""
    number = KINDS[kind].count(actor, asked, MOST + 1)
    if number > MOST:
        raise TooManyRows(most=MOST)
    if number <= AT_ONCE:
        return KINDS[kind].few(actor, asked, AT_ONCE)
    locked(User, actor.user_id)  # two requests of one person: one after the other
    if db.session.scalar(_own(actor, Export.id).where(Export.status == RUNNING).limit(1)):
        raise OneIsBeingMade()
    row = Export(user_id=actor.user_id, kind=kind, asked=told(asked), total=number)
    db.session.add(row)
    db.session.flush()
    return row


def get(actor: Actor, export_id: int) -> Export:
    """One's own. Raises NotFound."""
    row = db.session.scalar(_own(actor).where(Export.id == export_id))
    if row is None or (row.expires_at and row.expires_at <= clock.now()):
        raise NotFound()
    return row


def every(actor: Actor) -> list[Export]:
    """One's own that there are, the newest first."""
    rows = db.session.scalars(_own(actor).order_by(Export.id.desc()))
    return [row for row in rows if not row.expires_at or row.expires_at > clock.now()]


def news(actor: Actor) -> list[Export]:
    """Those under way, those that are ready and were not taken yet, and for a day those that could not be made."""
    lately = clock.now() - FAILURE_IS_NEWS
    return [row for row in every(actor) if row.fetched_at is None and (row.status != FAILED or row.ended_at > lately)]


def fetch(actor: Actor, export_id: int) -> Iterator[dict]:
    """All lines of a file that its owner may see today. Raises NotReady, NotFound; Forbidden without the right to the kind."""
    row = get(actor, export_id)
    kind = KINDS[row.kind]
    kind.seen(actor, [])
    if row.status != READY:
        raise NotReady()
    row.fetched_at = row.fetched_at or clock.now()
    db.session.flush()
    return _lines(actor, kind, list(row.pieces))


def _lines(actor: Actor, kind, pieces: list[str]) -> Iterator[dict]:
    for name in pieces:
        lines = shelf.get(name)
        seen = kind.seen(actor, [line["id"] for line in lines])
        yield from (line for line in lines if line["id"] in seen)


def drop(actor: Actor, export_id: int) -> None:
    """Away with it, made or not."""
    get(actor, export_id)
    remove(locked(Export, export_id))


def remove(row: Export) -> None:
    """The row; its pieces go when that is certain (`making.sweep` takes what a crash leaves)."""
    pieces = list(row.pieces)
    db.session.delete(row)
    db.session.flush()
    shelf.remove_after_commit(pieces)


def kept_until(moment):
    """When a file that was made now is deleted."""
    return moment + timedelta(days=config.current().export_days)


def _own(actor: Actor, *columns):
    return select(*(columns or (Export,))).where(Export.user_id == actor.user_id)
