"""Complaints about mediators that a court's own system decides: which papers of a case are one."""

from sqlalchemy import select

from engine.db import db
from engine.documents.models import Document

PAPER, EVIDENCE = "complaint", "complaint_evidence"


def of_case(case_id: int) -> list[int]:
    """The papers of the complaints that were made in a case."""
    return list(db.session.scalars(select(Document.id).where(Document.case_id == case_id, Document.kind == PAPER)))
