"""Complaints about mediators that a court's own system decides: which papers of a case are one."""

from sqlalchemy import select, update

from engine.db import db
from engine.documents.models import Document

PAPER, EVIDENCE = "complaint", "complaint_evidence"
DECIDING = "complaint"  # the audience of a complaint that both may decide: the court that was asked, the office in its stead


def of_case(case_id: int) -> list[int]:
    """The papers of the complaints that were made in a case."""
    return list(db.session.scalars(select(Document.id).where(Document.case_id == case_id, Document.kind == PAPER)))


def open_to_office(case_id: int, paper: int) -> int:
    """The court was silent: the office, which answers now, reads this complaint and its files, too. How many papers these are."""
    made = db.session.get(Document, paper)
    if made is None or (made.case_id, made.kind) != (case_id, PAPER):
        return 0
    files = made.told.get("attachments") or []
    meant = Document.id.in_(select(Document.id).where(
        Document.case_id == case_id, Document.kind == EVIDENCE, Document.filename.in_(files),
        Document.created_by == made.told["complainant"], Document.id < paper))
    return db.session.execute(update(Document).where(
        (Document.id == paper) | meant, Document.audience == "court").values(audience=DECIDING)).rowcount
