"""What a diagram may know of a case: the read-only name `case` in conditions, decisions and parameters."""

from sqlalchemy import select

from engine import clock
from engine.access.models import Body
from engine.cases import outcomes, regimes
from engine.cases.models import Case, Referral
from engine.courts import confirmation, deeds, docketed
from engine.courts.models import CourtProfile
from engine.db import db
from engine.deadlines import clocks
from engine.mediation import agreement, mediators, panel, quality, sessions, spot
from engine.mediation.models import Consent
from engine.notices import serving
from engine.tracks import proposals


def of(case_id: int | None) -> dict:
    """Facts of a case as plain values; empty for an instance without a case."""
    case = db.session.get(Case, case_id) if case_id else None
    if case is None:
        return {}
    referral = db.session.scalar(select(Referral).where(Referral.case_id == case.id))
    court_id = confirmation.court_of(case.id) or case.court_id  # in regime C only the confirming court
    profile = db.session.get(CourtProfile, court_id) if court_id else None
    consents, everybody = _consents(case), parties(case)
    return {
        "number": case.number, "regime": case.regime, "procedure": case.procedure, "during_trial": case.during_trial,
        "mediation_term": regimes.get(case.regime).term(case.procedure), "channel": case.channel, "stage": case.stage,
        "outcome": case.outcome, "agreed": outcomes.is_agreed(case),
        "sector": case.sector, "category": case.category, "claimant": case.claimant,
        "cause": case.cause, "region": case.region, "amount": case.amount,
        "court": _code(case.court), "organisation": _code(case.organisation), "institution": _code(case.institution),
        "designates_by": profile.designates_by if profile and case.court_id else "rule",
        "received_at": case.received_at.isoformat(),
        "requested_organisation": (referral.body.get("organisation") or "") if referral else "",
        "has_mediator": case.mediator_id is not None, "accepted": case.accepted_at is not None, 
        "mediated": sessions.were_held(case), "confirmation": case.confirmation,
        "confirmation_asked_again": confirmation.is_asked_again(case),
        "ending": _ending(case), "letter_possible": _letter_possible(case, profile),
        "mediators": (sitting := panel.everybody(case)), "panel": [one["id"] for one in sitting],
        "quality_check": quality.is_wanted(case), "agreement_settled": _is_settled(case),
        "mediator_in_question": case.concluded_at is None and mediators.is_in_question(case.id),
        "text_fixed": _may_be_signed(case) and agreement.is_fixed(case.id),
        "court_decides_here": bool(profile and profile.decides_here),
        "court_has_system": bool(profile and not profile.decides_here and profile.callback_url),
        "ruling": _ruling(case), "deed": deeds.in_force(case.id),
        "consents": consents, "parties": everybody,
        "parties_to_ask": [party for party in everybody if not consents.get(str(party["id"]))],
        "served": proposals.served_to(case.id), "spot_open": spot.still_open(case, everybody),
        "overdue": clocks.overdue(case.id),
    } | serving.standing(case.id)


def _is_settled(case: Case) -> bool:
    """Is an agreement being signed that binds already but for a seal?"""
    return _may_be_signed(case) and agreement.is_settled(case.id)


def _may_be_signed(case: Case) -> bool:
    """May an agreement lie for signing: the first one, or later one that changes it?"""
    return case.stage == "signing" or outcomes.is_agreed(case)


def _ruling(case: Case) -> int | None:
    """The document of the ruling that confirms, where this court makes its papers here."""
    found = confirmation.of_case(case.id) if case.confirmation == "confirmed" else None
    return found.ruling_id if found else None


def _ending(case: Case) -> str:
    """How the court ended a docketed case, or nothing."""
    found = docketed.of_case(case.id) if case.regime != "C" else None
    return found.kind if found else ""


def _letter_possible(case: Case, profile: CourtProfile | None) -> bool:
    """May both parties ask the court for a mediation letter before docketing: has it a series for them this year (诉前调书)?"""
    reached = profile is not None and (profile.decides_here or bool(profile.callback_url))
    return case.regime == "A" and reached and bool(regimes.series_for("letter", "A", clock.today().year, _code(case.court)))


def _code(body: Body | None) -> str:
    return body.code if body else ""


def parties(case: Case) -> list[dict]:
    """The parties of a case, in order: id, side, name, whether it is an institution of the platform."""
    return [{"id": p.id, "side": p.side, "name": p.name, "institution": p.body_id is not None}
            for p in case.participants if p.role == "party" and p.is_current]


def _consents(case: Case) -> dict:
    """The last answer of each party about mediation, by participant id as text: true, false; absent when never asked."""
    rows = db.session.scalars(
        select(Consent).where(Consent.case_id == case.id, Consent.subject == "mediation").order_by(Consent.id)
    )
    return {str(row.participant_id): row.is_given for row in rows}
