"""Which documents are due for a document time stamp, and the three steps of adding it: take, add (no transaction open), keep."""

from datetime import timedelta

from sqlalchemy import func, select

from engine import clock, storage
from engine.db import db, locked
from engine.documents import long_term, stamping
from engine.documents.models import Document, Signature
from engine.workflow import incidents

LEASE = timedelta(minutes=10)  # after it, a stamp that nobody brought is asked for again
SUBJECT, KIND = "time stamps", "no_time_stamp"  # of the incident while the authority does not answer


def tell_of(failure: stamping.NoTimeStamp) -> None:
    """The authority does not answer: one incident until it does."""
    incidents.report(SUBJECT, KIND, str(failure.details["why"]))


def is_told_of() -> bool:
    """Is the authority known not to answer?"""
    return incidents.is_open(SUBJECT)


def answers_again() -> None:
    """It does; what waited for it is due at once."""
    incidents.resolve_subject(SUBJECT, "worker", "The authority answers again.")
    waiting = Document.stamp_due_at.between(clock.now(), clock.now() + LEASE)
    for row in db.session.scalars(select(Document).where(waiting).with_for_update(skip_locked=True)):
        row.stamp_due_at = clock.now()


def tell_of_document(document_id: int, why: str) -> None:
    """This document cannot be stamped; it is tried again after a while."""
    incidents.report(f"document {document_id}", "not_archived", why, db.session.get(Document, document_id).case_id)


def note_signed(document: Document) -> None:
    """One more signature is on it: what they are worth together, and whether the document is complete and to be kept."""
    stamped = all(signature.stamped_at for signature in document.signatures)
    document.level = "B-T" if stamped else "B-B"
    is_complete = len(document.signatures) == len(document.signature_fields)
    document.stamp_due_at = clock.now() if stamping.is_demanded() and is_complete else None


def take_up(limit: int = 200) -> int:
    """Documents that were completed before an authority was set become due for a document time stamp, a few at a time: from then
    on it proves that their signatures existed (EN 319 142-1: B-T by a document time stamp, and B-LTA). Returns how many.
    """
    signed = select(func.count()).where(Signature.document_id == Document.id).scalar_subquery()
    length = func.jsonb_array_length if db.engine.dialect.name == "postgresql" else func.json_array_length
    unstamped = select(Document).where(Document.level.in_(("", "B-B")), Document.stamp_due_at.is_(None), signed > 0,
                                       signed == length(Document.signature_fields))
    rows = db.session.scalars(unstamped.order_by(Document.id).limit(limit).with_for_update(skip_locked=True)).all()
    for row in rows:
        row.level, row.stamp_due_at = row.level or "B-B", clock.now()
    return len(rows)


def due(limit: int = 5) -> list[int]:
    """Documents whose next stamp is due, the longest due first."""
    return list(db.session.scalars(select(Document.id).where(
        Document.stamp_due_at <= clock.now()).order_by(Document.stamp_due_at).limit(limit)))


def take(document_id: int) -> str:
    """The hash of the bytes to stamp; empty when somebody else has it, or it is not due any more."""
    query = select(Document).where(Document.id == document_id, Document.stamp_due_at <= clock.now())
    row = db.session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if row is None:
        return ""
    row.stamp_due_at = clock.now() + LEASE
    return row.sha256


def add(sha256: str) -> dict:
    """The same document with its stamp, kept under its hash. Raises NoTimeStamp, StampBroken, FileMissing, FileDamaged."""
    data = long_term.extended(storage.get(sha256))
    return {"sha256": storage.put(data), "size": len(data), "until": long_term.holds_until(data)}


def keep(document_id: int, taken: str, made: dict) -> bool:
    """Put it in the place of what was taken; False when the document has changed meanwhile: it comes again."""
    row = locked(Document, document_id)
    if row.sha256 != taken:
        row.stamp_due_at = clock.now()
        return False
    row.sha256, row.size, row.level, row.stamped_at = made["sha256"], made["size"], "B-LTA", clock.now()
    row.stamp_due_at = max(made["until"] - long_term.AHEAD, clock.now() + long_term.AT_LEAST)
    incidents.resolve_subject(f"document {document_id}", "worker", "The document has its time stamp.")
    db.session.flush()
    return True
