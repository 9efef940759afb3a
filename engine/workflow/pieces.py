"""What a worker writes down before it goes on with a process: whoever dies over it leaves the mark behind, and marks are counted.

A call has its attempts and its lease. Turns of long runs, timers, conditions and what is passed on have no row of their own to
count on: for each such piece, from the moment a worker begins with it until it is through, there is one here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, cast, delete, exists, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import database_now, db, later
from engine.workflow import incidents
from engine.workflow.models import Incident, Instance, Message
from engine.workflow.motion import UpgradeItem
from engine.workflow.said import StartEvent, Thrown

KILLS = "run_kills_worker"  # the kind of incident that holds a piece back
RUN_FAILED = "run_failed"  # the kind of incident that holds an instance's long run back
MOST = 5  # so many workers may one piece cost before a person looks
KEPT = timedelta(days=1)
PAUSES = (2, 4, 8, 16, 16)  # seconds after the first, second … worker began, in which others leave it alone
ROWS = {"instance": Instance, "thrown": Thrown, "message": Message, "start": StartEvent, "upgrade": UpgradeItem}


class BegunPiece(db.Model):
    """A worker has begun with this piece; it is gone when the piece is through, also when that failed."""

    subject: Mapped[str] = mapped_column(String(100), primary_key=True)  # as of incidents: "instance 9", "thrown 3"
    attempts: Mapped[int]
    worker: Mapped[str] = mapped_column(String(100))  # that began last
    begun_at: Mapped[datetime]
    rests_until: Mapped[datetime]


def begin(subjects: Sequence[str], worker: str) -> list[str]:
    """Write down that this worker begins with these pieces; returns those that nobody had begun with before."""
    if not subjects:
        return []
    dialect, now = postgresql if db.engine.dialect.name == "postgresql" else sqlite, database_now()
    row = {"attempts": 1, "worker": worker, "begun_at": now, "rests_until": later(now, PAUSES[0])}
    marks = dialect.insert(BegunPiece).values([{"subject": each, **row} for each in sorted(subjects)])
    begun = set(db.session.scalars(marks.on_conflict_do_nothing().returning(BegunPiece.subject)))
    return [each for each in subjects if each in begun]


def left(subjects: Sequence[str]) -> list[str]:
    """Those of these pieces that some worker began with and never got through. Each is to be begun again alone, so that it costs
    no other an attempt."""
    found = set(db.session.scalars(select(BegunPiece.subject).where(
        BegunPiece.subject.in_(subjects), BegunPiece.rests_until <= database_now())))
    return [each for each in subjects if each in found]


def begin_again(subject: str, worker: str) -> bool:
    """Write down one more attempt at a piece; False when another worker has begun with it, or when it has cost so many that an
    incident now asks for a person."""
    now = database_now()
    query = select(BegunPiece).where(BegunPiece.subject == subject, BegunPiece.rests_until <= now)
    mark = db.session.scalar(query.with_for_update(skip_locked=True), execution_options={"populate_existing": True})
    if mark is None:
        return False
    if mark.attempts >= MOST:
        _give_up(mark)
        return False
    mark.attempts, mark.worker, mark.begun_at = mark.attempts + 1, worker, now
    mark.rests_until = later(now, PAUSES[mark.attempts - 1])
    db.session.flush()
    return True


def _give_up(mark: BegunPiece) -> None:
    tell(mark.subject, KILLS, f"{mark.attempts} workers began with it and did not come back, the last one {mark.worker}.")
    db.session.delete(mark)  # who resolves the incident gives it all its attempts anew
    db.session.flush()


def tell(subject: str, kind: str, detail: str, element: str = "") -> None:
    """Open the incident of a piece that cannot go on."""
    noun, number = subject.split()
    row = db.session.get(ROWS[noun], int(number)) if noun in ROWS else None
    case_id = int(number) if noun == "case" else getattr(row, "case_id", None)
    instance_id = int(number) if noun == "instance" else getattr(row, "instance_id", None)
    incidents.report(subject, kind, detail, case_id, instance_id, element or getattr(row, "element", ""))


def end(subjects: Sequence[str], worker: str) -> None:
    """These are through: part of the transaction that is what came of them. Who took one over meanwhile has a mark of its own."""
    db.session.execute(delete(BegunPiece).where(BegunPiece.subject.in_(subjects), BegunPiece.worker == worker))


def forget() -> int:
    """Remove marks of pieces that nobody came back to: what they were about ended another way. Returns how many."""
    return db.session.execute(delete(BegunPiece).where(BegunPiece.begun_at < database_now() - KEPT)).rowcount


def holds_back(instance_id, failed: str) -> ColumnElement:
    """The condition that somebody is looking into why an instance cannot go on: it failed so, or killed its workers."""
    kinds = Incident.kind.in_((failed, KILLS))
    return exists().where(Incident.instance_id == instance_id, kinds, Incident.resolved_at.is_(None))


def is_resting(noun: str, number) -> ColumnElement:
    """The condition that a worker has begun with this piece, and that others leave it alone for the moment."""
    subject = literal(f"{noun} ") + cast(number, String)
    return exists().where(BegunPiece.subject == subject, BegunPiece.rests_until > database_now())
