"""The undisputed-facts record: facts all parties confirm in writing when the mediation fails.

《人民法院在线调解规则》 Arts. 18 and 22; 《最高人民法院关于人民法院进一步深化多元化纠纷解决机制改革的意见》第23条
(its wording is unverified). One party's refusal is enough for there to be no record. Only the signed record leaves with the
hand-back.
"""

from sqlalchemy import select

from engine import clock
from engine.cases.models import Case
from engine.db import db, locked
from engine.documents.models import Document
from engine.errors import Invalid, NotFound, problem
from engine.i18n import _
from engine.mediation import agreement
from engine.tracks.models import FactsRecord
from engine.workflow import trace

PAPER = "undisputed_facts"
MOST, LONGEST = 50, 2000


class FactsUnclear(Invalid):
    """A fact lacks its text or the evidence it comes from; all faults are listed."""

    message = _("The facts are not clear enough to be signed.")


def check(items: list[dict]) -> list[dict]:
    """The facts as they will be signed: text, source, and the claim they belong to. Raises FactsUnclear."""
    faults = []
    if not items or len(items) > MOST:
        faults.append(problem("items", "count", _("A record has between one and %(most)s facts."), most=MOST))
    checked = [{key: str(one.get(key) or "").strip() for key in ("text", "source", "claim")} for one in items[:MOST]]
    for number, one in enumerate(checked):
        faults += [problem(f"items/{number}/{key}", "missing", _("%(field)s is missing."), field=key)
                   for key in ("text", "source") if not one[key]]
        faults += [problem(f"items/{number}/{key}", "length", _("At most %(most)s characters."), most=LONGEST)
                   for key, value in one.items() if len(value) > LONGEST]
    if faults:
        raise FactsUnclear(problems=faults)
    return [{key: value for key, value in one.items() if value} for one in checked]


def freeze(case: Case, document: Document, items: list[dict]) -> FactsRecord:
    """The record open for signing; an earlier one is void. The caller holds the case's lock."""
    void_open(case.id)
    made = FactsRecord(case_id=case.id, audience=document.audience, items=items, status="frozen", document_id=document.id,
                       frozen_sha256=document.frozen_sha256, created_by=case.mediator.name if case.mediator else "")
    db.session.add(made)
    db.session.flush()
    return made


def open_for_signing(case_id: int) -> FactsRecord | None:
    """The frozen record, or None."""
    return db.session.scalar(select(FactsRecord).where(FactsRecord.case_id == case_id, FactsRecord.status == "frozen"))


def signed(case_id: int) -> FactsRecord | None:
    """The record that all have signed, or None."""
    return db.session.scalar(select(FactsRecord).where(FactsRecord.case_id == case_id, FactsRecord.status == "signed"))


def void_open(case_id: int) -> None:
    """Somebody refused, or did not sign in time: there is no record, and its paper stays where only the mediation sees it."""
    for record in db.session.scalars(select(FactsRecord).where(FactsRecord.case_id == case_id, FactsRecord.status == "frozen")):
        record.status = "void"
        record.audience = db.session.get(Document, record.document_id).audience = "mediation"
    db.session.flush()


def to_verify(case_id: int, record_id: int) -> dict:
    """The signed file by its hashes, once nobody's signature is missing. Raises agreement.SignaturesMissing."""
    record = db.session.get(FactsRecord, record_id)
    if record is None or record.case_id != case_id or record.status == "void":
        raise NotFound()
    return agreement.signed_file(record.document_id)


def keep(case_id: int, record_id: int, verified_sha256: str) -> FactsRecord:
    """Everybody has signed the file that was verified: the record belongs to the file. Raises agreement.ChangedMeanwhile."""
    record = locked(FactsRecord, record_id)
    document = agreement.verified_file(record.document_id, verified_sha256)
    record.status, record.signed_at = "signed", clock.now()
    record.audience = document.audience = "filing"
    trace.write(None, "facts_record_kept", "system", case_id=case_id, facts_record=record.id)
    db.session.flush()
    return record
