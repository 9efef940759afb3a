"""What we say to courts: the types of our messages, and their bodies from the register."""

import json
from decimal import Decimal

from sqlalchemy import select

from engine import config
from engine.access.policy import SERVED_AT
from engine.cases import outcomes
from engine.cases.models import Case, Closing, Referral
from engine.courts import complaints, confirmation
from engine.courts.models import CourtApplication, CourtEnding, CourtProfile, RulingObjection
from engine.db import db
from engine.deadlines import clocks
from engine.documents.models import Document
from engine.mediation import terms as clauses
from engine.mediation.models import Agreement

PROGRESS = ("accepted", "mediator_appointed", "session_planned", "agreement_signed", "extended", "performed", "suspended",
            "resumed", "simulation_found", "designation_overdue", "complaint_made", "complaint_answered")
REMINDERS = ("designation_overdue",)
AGREEMENTS = ("agreement", "deemed_agreement")
TERM_EVENTS = ("accepted", "extended", "suspended", "resumed")  # the mediation's term begins, grows, stands still or goes on
PROGRESS_PAPERS = {"accepted": ("referral_receipt",), "agreement_signed": AGREEMENTS, "extended": ("extension_consent",),
                   "suspended": ("suspension_report",), "resumed": ("suspension_decision",),
                   "complaint_made": (complaints.PAPER, complaints.EVIDENCE),
                   "simulation_found": ("suspension_decision", "suspicion_letter")}
FOR_COURTS = ("filing", "court")
REFUSED = ("O16", "O22")  # the receipt or the notice says why; there was no mediation to report on
REFUSAL_PAPERS = ("referral_receipt", "early_end_notice", "handover_list")
OUTCOME_PAPERS = ("court_report", "termination_notice", "no_answer_notice", "early_end_notice", "performance_record",
                  "suspension_decision", *AGREEMENTS, "undisputed_facts", "handover_list")
ENDING_PAPERS = (*AGREEMENTS, "withdrawal_application", "court_report")
APPLICATION_PAPERS = {
    "letter": AGREEMENTS,
    "payment_order": ("payment_order_application", *AGREEMENTS),
    "enforcement": ("enforcement_application", "performance_history", *AGREEMENTS, "ruling", "mediation_letter", "payment_order"),
}
CONFIRMATION_PAPERS = ("confirmation_application", "oral_application", *AGREEMENTS, "mediation_proof")
OF_EACH_PARTY = ("service_address", "signed_power", "property_proof")  # there may be several (CPL-Interp 354; Confirm-2011, 3)


def progress(case: Case, event: str, text: str = "", paper: int | None = None) -> dict:
    """`case.accepted`, `case.mediator_appointed` …: how far the case has come.

    `paper`: of a complaint; the court names it when it decides.
    """
    told = {"stage": case.stage, "organisation": case.organisation.code if case.organisation else None,
            "organisation_number": case.organisation_number or None,
            "accepted_at": case.accepted_at.isoformat() if case.accepted_at else None,
            "mediator": case.mediator.name if case.mediator else None}
    if case.outcome:
        told["outcome"] = case.outcome
    if text:
        told["text"] = text
    if paper is not None:
        told["paper"] = paper
    if event in TERM_EVENTS:
        told["term"] = mediation_term(case)
    return body(case, f"case.{event}", told, papers(case, PROGRESS_PAPERS.get(event, ())))


def outcome(case: Case) -> dict:
    """`case.concluded`: how the mediation ended, with what the court is owed. Never what was said in it."""
    closing = db.session.scalar(select(Closing).where(Closing.case_id == case.id))
    told = {"outcome": case.outcome, "successful": case.outcome in outcomes.SUCCESSFUL,
            "article": outcomes.article(case.outcome), "reason": closing.reason if closing else "",
            "decided_by": closing.decided_by if closing else "",
            "concluded_at": case.concluded_at.isoformat() if case.concluded_at else None, "term": mediation_term(case),
            "confirmation": case.confirmation or "none", "regime": case.regime, "ending": ending(case)}
    told["handed_over"] = closing.handed_over if closing else []
    return body(case, "case.concluded", told, papers(case, REFUSAL_PAPERS if case.outcome in REFUSED else OUTCOME_PAPERS))


def mediation_term(case: Case) -> dict | None:
    """The mediation's term with what lengthened it: the court does not count that towards its own (Online-Med 24, 26)."""
    row = clocks.latest(case.id, "mediation")
    if row is None:
        return None
    return {"id": row.term, "started_at": row.starts_at.isoformat(), "due_at": row.due_at.isoformat(), "status": str(row.status),
            "extensions": [{key: each[key] for key in ("days", "old", "new", "reason")} for each in row.extensions],
            "pauses": [{key: each[key] for key in ("from", "to", "reason")} for each in row.pauses]}


def ending(case: Case) -> dict | None:
    """How the court ended a docketed case, as far as it has."""
    row = db.session.scalar(select(CourtEnding).where(CourtEnding.case_id == case.id).order_by(CourtEnding.id.desc()).limit(1))
    if row is None:
        return None
    return {"kind": row.kind, "number": row.number, "decided_at": row.decided_at.isoformat(),
            "in_force_at": row.in_force_at.isoformat() if row.in_force_at else None,
            "fee": str(row.fee) if row.fee is not None else None, "reason": row.reason}


def ending_requested(case: Case, asked: str) -> dict:
    """`case.ending_requested`: the parties settled and ask for a mediation letter, for leave to withdraw, or for closing."""
    told = {"ending": asked, "outcome": case.outcome, "procedure": case.procedure, "during_trial": case.during_trial,
            "amount": str(case.settled_amount) if case.settled_amount is not None else None}
    return body(case, "case.ending_requested", told, papers(case, ENDING_PAPERS))


def confirmation_requested(case: Case, agreement: Agreement, application_id: int) -> dict:
    """`confirmation.requested`: the joint application with the agreement and the organisation's proof."""
    told = {"application": application_id, "effective_at": agreement.effective_at.isoformat(),
            "amount": str(clauses.total(agreement.terms)), "applicants": _applicants(case),
            "cause": case.cause, "organisation": case.organisation.code if case.organisation else None}
    return body(case, "confirmation.requested", told, papers(case, CONFIRMATION_PAPERS) + all_papers(case, OF_EACH_PARTY))


def application(case: Case, asked: CourtApplication, event: str, text: str = "", amount: Decimal | None = None) -> dict:
    """`payment_order.requested`, `payment_order.objected`, `enforcement.requested` …: what a party asks of the court, or did."""
    told = {"application": asked.id, "number": asked.number or None, "filed_at": asked.filed_at.isoformat(), "text": text,
            "cause": case.cause, "amount": str(amount) if amount is not None else None}
    return body(case, f"{asked.kind}.{event}", told, papers(case, APPLICATION_PAPERS[asked.kind] if event == "requested" else ()))


def confirmation_event(case: Case, event: str, text: str = "") -> dict:
    """`confirmation.supplemented`, `confirmation.withdrawal_requested`: what the parties did after they applied."""
    asked = confirmation.of_case(case.id)
    told = {"application": asked.id if asked else None, "number": asked.number or None if asked else None, "text": text,
            "applicants": _applicants(case)}
    return body(case, f"confirmation.{event}", told, papers(case, ("supplement",)) if event == "supplemented" else [])


def _applicants(case: Case) -> list[dict]:
    """The parties, who apply together (CPL 205), by the names by which the court says who received its ruling."""
    return [{"name": person.name, "side": person.side} for person in case.participants
            if person.role == "party" and person.is_current]


def objection(case: Case, row: RulingObjection) -> dict:
    """`objection.raised`: who objects to which ruling and why, when it came, how its time was counted; with all its evidence."""
    told = {"objection": row.id, "ruling_number": row.ruling_number, "capacity": row.capacity, "name": row.name,
            "interest": row.interest, "reason": row.reason, "received_at": row.received_at.isoformat(),
            "posted_on": row.posted_on.isoformat() if row.posted_on else None,
            "knew_on": row.knew_on.isoformat() if row.knew_on else None, "counted_in_time": row.counted_in_time,
            "explanation": row.explanation.get("zh", "")}
    of_objector = Document.kind == "objection_evidence", Document.created_by == row.name
    evidence = db.session.scalars(select(Document).where(Document.case_id == case.id, *of_objector).order_by(Document.id))
    shown = papers(case, ("ruling",)) + [_paper(case, one) for one in evidence]
    return body(case, "objection.raised", told, shown)


def body(case: Case, kind: str, data: dict, documents: list[dict]) -> dict:
    """The frame of every message."""
    referral = db.session.scalar(select(Referral).where(Referral.case_id == case.id))
    return {"type": kind, "case": case.number, "court_ref": referral.external_ref if referral and case.court_id else None,
            "court_number": case.court_number or None, "data": data, "documents": documents}


def papers(case: Case, kinds: tuple[str, ...]) -> list[dict]:
    """The latest document of each kind that a court may see, by reference: the court fetches it with its own token."""
    latest = {row.kind: row for row in _of_kinds(case, kinds, FOR_COURTS)}
    return [_paper(case, row) for row in latest.values()]


def all_papers(case: Case, kinds: tuple[str, ...]) -> list[dict]:
    """Every document of these kinds that a court may see, also where each side is served."""
    return [_paper(case, row) for row in _of_kinds(case, kinds, (*FOR_COURTS, *sorted(SERVED_AT)))]


def _of_kinds(case: Case, kinds: tuple[str, ...], audiences: tuple[str, ...]) -> list[Document]:
    return list(db.session.scalars(select(Document).where(
        Document.case_id == case.id, Document.kind.in_(kinds), Document.audience.in_(audiences)).order_by(Document.id)))


def _paper(case: Case, row: Document) -> dict:
    base = f"{config.current().public_url}/api/v1/cases/{case.number}/documents"
    return {"kind": row.kind, "title": row.title, "sha256": row.sha256, "url": f"{base}/{row.id}/content?sha256={row.sha256}"}


def as_text(message: dict) -> str:
    """The bytes that are signed and sent: the same for every attempt."""
    return json.dumps(message, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def profile_of(court_id: int | None) -> CourtProfile | None:
    """What we know of a court's system."""
    return db.session.get(CourtProfile, court_id) if court_id else None

