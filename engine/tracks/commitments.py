"""The registry of institutions' promises for small disputes, and what a promise covers (NFRA-2025-14, item 16; DOMAIN §4.5).

No promise is written into the program: limit, scope and validity are rows, each version of them stays on record.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from engine import clock
from engine.access.models import Participant
from engine.cases import claimants
from engine.cases.models import Case
from engine.db import db
from engine.documents.facts import parties_of
from engine.tracks.models import Commitment, Proposal


def in_force(institution_id: int | None, day: date | None = None) -> Commitment | None:
    """The newest version that holds on a day, or None."""
    day = day or clock.today()
    rows = db.session.scalars(select(Commitment).where(
        Commitment.institution_id == institution_id, Commitment.valid_from <= day, Commitment.revoked_at.is_(None)
    ).order_by(Commitment.version.desc()))
    return next((row for row in rows if row.valid_until is None or row.valid_until >= day), None)


def holds(commitment: Commitment | None, day: date | None = None) -> bool:
    """Is this version the one in force on a day?"""
    return commitment is not None and in_force(commitment.institution_id, day) is commitment


def every() -> list[Commitment]:
    """All versions of all institutions, newest first."""
    return list(db.session.scalars(select(Commitment).order_by(Commitment.institution_id, Commitment.version.desc())))


def sides(case: Case) -> tuple[Participant | None, Participant | None]:
    """The one consumer who claims and the one institution that answers; None where a case has more or other parties."""
    people = parties_of(case)
    is_consumer = claimants.every()[case.claimant].consumer_rules
    consumers = [one for one in people if one.side == "applicant" and one.kind == "natural" and is_consumer]
    institutions = [one for one in people if one.side == "respondent" and one.body_id]
    fits = len(people) == 2 and len(consumers) == len(institutions) == 1
    return (consumers[0], institutions[0]) if fits else (None, None)


def covers(case: Case) -> dict:
    """What the diagram's table decides on: the promise in force, its limit, whether the dispute's kind is in it, the claim."""
    consumer, institution = sides(case)
    commitment = in_force(institution.body_id) if institution else None
    return {
        "commitment_id": commitment.id if commitment else None, "has_commitment": commitment is not None,
        "limit": commitment.limit if commitment else Decimal(0),
        "in_scope": bool(commitment and case.category in commitment.categories), "claimed": case.amount,
        "consumer": {"id": consumer.id, "side": consumer.side, "name": consumer.name} if consumer else None,
    }


def acceptance() -> dict[int, dict[str, int]]:
    """How often opinions under each version were given, accepted and refused, by the version's id."""
    rows = db.session.execute(select(Proposal.commitment_id, Proposal.status, func.count()).where(
        Proposal.commitment_id.is_not(None)).group_by(Proposal.commitment_id, Proposal.status))
    found: dict[int, dict[str, int]] = {}
    for commitment_id, status, count in rows:
        told = found.setdefault(commitment_id, {"given": 0, "agreed": 0, "refused": 0})
        told["given"] += count
        if status in told:
            told[status] += count
    return found
