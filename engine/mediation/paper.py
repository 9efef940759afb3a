"""Signing on paper: who cannot or will not sign electronically signs a print of exactly the frozen text, by hand.

The mediator has it signed before a witness, checks who signs, scans it; somebody else of the organisation compares the scan.
Then the party's place in the electronic document is filled by the organisation's certificate, which says so and names the
scan's hash: it never pretends to be the party's own electronic signature. The moment of signing is that on the paper
(Invited-Mediation 2016, Art. 24: signature, seal or fingerprint; People's Mediation Law, Art. 29).
"""

from datetime import datetime

from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Body, Participant
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import powers
from engine.cases.models import Case
from engine.db import db, locked
from engine.deadlines import moment
from engine.documents import ahead, facts
from engine.documents.models import Document
from engine.errors import Conflict, Forbidden, Invalid, NotFound, problem
from engine.i18n import _
from engine.mediation import mediators
from engine.mediation.agreement import NotFrozen
from engine.mediation.models import Agreement, PaperSignature
from engine.workflow import trace

SCAN, SHEET = "paper_scan", "paper_sheet"
AUDIENCE = "signing"
METHOD = "paper"
STAMP = "纸质签署（见扫描件）"
MEDIA = ("application/pdf", "image/jpeg")
TAKEN, CONFIRMED, RETURNED = "taken", "confirmed", "returned"


class PaperRefused(Invalid):
    message = _("This signature on paper cannot be noted.")


class SamePersonChecks(Forbidden):
    """Two pairs of eyes: whoever had it signed does not confirm it."""

    message = _("Somebody else than who had the paper signed has to compare it.")


class NothingToCheck(Conflict):
    message = _("There is no scan of a signature on paper to be compared.")


def take(actor: Actor, agreement: Agreement, participant_id: int, told: dict) -> PaperSignature:
    """Note that a party signed the print: when, where, how, who was there, how it was identified. Raises PaperRefused."""
    require(actor, Permission.AGREEMENT_DRAFT, agreement)
    agreement = locked(Agreement, agreement.id)
    document = locked(Document, agreement.document_id)
    if agreement.status != "frozen":
        raise NotFrozen()
    mediators.check_not_in_question(agreement.case_id)
    person = db.session.get(Participant, participant_id)
    if person is None or person.case_id != agreement.case_id:
        raise NotFound()
    at = moment(told["signed_on_paper_at"])
    _check(document, at, told)
    agent = _agent_who_signed(person, at, told)
    row = PaperSignature(
        case_id=agreement.case_id, agreement_id=agreement.id, participant_id=person.id, agent=agent, signed_at=at,
        place=told["paper_place"], manner=told["paper_manner"], identity=told["paper_identity"], witness=told["paper_witness"],
        taken_by=actor.name, taken_by_id=actor.user_id)
    db.session.add(row)
    db.session.flush()
    trace.write(None, "paper_signature_taken", actor.name, case_id=row.case_id, agreement=agreement.id, participant=person.id)
    return row


def _check(document: Document, at: datetime, told: dict) -> None:
    faults = []
    if not document.created_at.replace(second=0, microsecond=0) <= at <= clock.now():  # paper says the minute
        faults.append(problem("/signed_on_paper_at", "moment", _("It was signed after the text was frozen, and not in the "
                                                                     "future.")))
    faults += _code_faults(document, told)
    if faults:
        raise PaperRefused(problems=faults)


def _agent_who_signed(person: Participant, at: datetime, told: dict) -> Participant | None:
    """The agent that the paper names: on record for the party, with authority to settle on that day (CPL 62; CPL-Interp 147)."""
    if told.get("paper_signer") != "agent":
        return None
    name, day = str(told.get("paper_agent") or "").strip(), at.astimezone(clock.SHANGHAI).date()
    found = next((one for one in powers.agents_of(person)
                  if one.name == name and "settle" in (powers.matters(one, day) or ())), None)
    if found is None:
        raise PaperRefused(problems=[problem("/paper_agent", "authority", _(
            "No agent of this name had authority to settle that day: register the power of attorney first."))])
    return found


def _code_faults(document: Document, told: dict) -> list[dict]:
    """The code on the paper is that of the text which is frozen now: no other version was printed."""
    said = str(told.get("paper_code") or "").strip().replace(" ", "").upper()
    if said == document.check_code.upper():
        return []
    return [problem("/paper_code", "code", _("This is not the check code of the text that is to be signed: print it again."))]


def keep_scan(agreement_id: int, participant_id: int, scan: Document) -> None:
    """The scan belongs to the signature that was noted last."""
    row = newest(agreement_id, participant_id)
    if row is not None:
        row.scan_id = scan.id
        db.session.flush()


def newest(agreement_id: int, participant_id: int) -> PaperSignature | None:
    """What was noted last of a party's signature on paper."""
    return db.session.scalar(select(PaperSignature).where(
        PaperSignature.agreement_id == agreement_id, PaperSignature.participant_id == participant_id
    ).order_by(PaperSignature.id.desc()).limit(1))


def check(actor: Actor, agreement: Agreement, participant_id: int, told: dict, made: ahead.Made | None = None) -> PaperSignature:
    """Somebody else compared scan and text: confirm it, which signs the party's place, or send it back with a reason.

    `made` is what `ahead.make` made of `order`. Raises SamePersonChecks, NothingToCheck, PaperRefused, SignedMeanwhile.
    """
    agreement, document, row = _to_check(actor, agreement, participant_id)
    row.checked_by, row.checked_at = actor.name, clock.now()
    if told["paper_check"] == "return":
        row.status, row.reason = RETURNED, told.get("paper_reason") or ""
    else:
        if faults := _code_faults(document, told):
            raise PaperRefused(problems=faults)
        signature = ahead.enter(document, _order(document, row), made, participant_id=participant_id, method=METHOD,
                                signed_at=row.signed_at)
        db.session.flush()
        row.status, row.signature_id = CONFIRMED, signature.id
    trace.write(None, f"paper_signature_{row.status}", actor.name, case_id=row.case_id, agreement=agreement.id,
                participant=participant_id)
    db.session.flush()
    return row


def order(actor: Actor, agreement: Agreement, participant_id: int) -> ahead.Order:
    """What is signed when the comparison is confirmed, for `ahead.make`. Raises as `check` does."""
    _agreement, document, row = _to_check(actor, agreement, participant_id)
    return _order(document, row)


def _to_check(actor: Actor, agreement: Agreement, participant_id: int) -> tuple[Agreement, Document, PaperSignature]:
    """What is to be compared, locked, for somebody else than who had it signed."""
    require(actor, Permission.AGREEMENT_SEAL, db.session.get(Case, agreement.case_id))  # the office sees the scan, not the draft
    agreement = locked(Agreement, agreement.id)
    document = locked(Document, agreement.document_id)
    row = newest(agreement.id, participant_id)
    if agreement.status != "frozen":
        raise NotFrozen()
    if row is None or row.status != TAKEN or row.scan_id is None:
        raise NothingToCheck()
    if actor.user_id == row.taken_by_id:
        raise SamePersonChecks()
    return agreement, document, row


def _order(document: Document, row: PaperSignature) -> ahead.Order:
    """Fill the party's place: the organisation certifies the signature on paper and the hash of its scan."""
    case, person, scan = (db.session.get(model, key) for model, key in (
        (Case, row.case_id), (Participant, row.participant_id), (Document, row.scan_id)))
    field = facts.field_of(case, person.id)
    if field is None:
        raise NotFound()
    by = f"代理人{row.agent.name}" if row.agent else ""
    return ahead.Order.of(
        document, field, "party", f"{person.name}（{by}纸质签署）", f"organisation-{case.organisation_id}",
        holder=f"{_issuer(case.organisation)}（证明纸质签署）", words=STAMP, reason=f"{by}纸质签署，扫描件SHA-256：{scan.sha256}")


def _issuer(body: Body | None) -> str:
    return body.name if body else "调解组织"


def of_document(document: Document) -> dict[int, PaperSignature]:
    """The signatures on paper of a document, by the signature that certifies each."""
    found = db.session.scalars(select(PaperSignature).join(Agreement, Agreement.id == PaperSignature.agreement_id).where(
        Agreement.document_id == document.id, PaperSignature.status == CONFIRMED))
    return {row.signature_id: row for row in found}


def open_papers(agreement: Agreement) -> None:
    """With the agreement its scans belong to the file."""
    rows = db.session.scalars(select(PaperSignature).where(PaperSignature.agreement_id == agreement.id))
    for scan in [db.session.get(Document, row.scan_id) for row in rows if row.scan_id and row.status == CONFIRMED]:
        scan.audience = "filing"
