"""Who serves a paper, and whether a court may serve it by public notice: a table (`tables/public_notice.toml`)."""

import tomllib
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.sql import ColumnElement

from engine import clock
from engine.cases.models import Case
from engine.db import db
from engine.deadlines import due_at
from engine.deadlines.reckoning import last_day
from engine.deadlines.terms import Words
from engine.documents.models import Document, Signature

TABLE = Path(__file__).with_name("tables") / "public_notice.toml"
TERM = "TPUBLIC"  # after which a published paper counts as served
NOT_A_COURTS = Words("调解组织的文书不能公告送达。", "A mediation organisation's paper cannot be published.")


@cache
def rules() -> dict:
    """The table, as it is."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def is_a_courts(document_id: ColumnElement) -> ColumnElement[bool]:
    """The condition for documents under a court's seal: to serve them is the court's act, of all others the organisation's."""
    return exists().where(Signature.document_id == document_id, Signature.kind == "court")


def served_by(document: Document) -> str:
    """Whose staff post a paper, hand it over and note what came of it: `court` or `organisation`."""
    return "court" if court_of(document) is not None else "organisation"


def court_of(document: Document) -> int | None:
    """The court under whose seal a paper is."""
    return db.session.scalar(select(Signature.body_id).where(
        Signature.document_id == document.id, Signature.kind == "court").limit(1))


def is_kept_up(kind: str) -> bool:
    """Must a paper of this kind be served, whatever it takes?"""
    return kind in rules()["kept_up"]


def obstacle(document: Document) -> Words | None:
    """Why a paper cannot be published at all; None when it can (see also `first_converts`)."""
    if document.kind in (never := rules()["never"]):
        return Words(**never[document.kind])
    return None if document.kind in rules()["published"] and served_by(document) == "court" else NOT_A_COURTS


def served_on(day: date) -> date:
    """The day on which a paper counts as served that was put up or printed on a day: the last of the notice's term (CPL 95)."""
    return last_day(due_at(TERM, datetime.combine(day, time(), clock.SHANGHAI)))


def first_converts(case: Case, document: Document) -> bool:
    """Must the court change to the ordinary procedure before it publishes (CPL-Interp 140)?"""
    return case.procedure == "simplified" and document.kind in rules()["docketed"]
