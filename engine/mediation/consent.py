"""Consents as records: who said yes or no, to what, when, by which channel. The last answer counts."""

from datetime import datetime

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import parties
from engine.cases.models import Case
from engine.db import db
from engine.errors import Invalid
from engine.i18n import _
from engine.mediation.models import Consent

SUBJECTS = ("mediation", "e_service", "recording", "extension", "confirmation", "mode", "no_objection", "assistance",
            "undisputed_facts", "mediator", "appraisal", "suspension")
CHANNELS = {"party": "link", "user": "staff", "client": "api", "system": "court"}


class SubjectUnknown(Invalid):
    message = _("%(subject)s is nothing one can consent to here.")


def give(actor: Actor, participant: Participant, subject: str, is_given: bool, reason: str = "", **detail) -> Consent:
    """Record what somebody said for themselves, or what staff heard from them."""
    require(actor, Permission.USER_TASK_COMPLETE, participant)
    return record(participant, subject, is_given, reason, CHANNELS[actor.kind], actor.name, **detail)


def record(participant: Participant, subject: str, is_given: bool, reason: str, channel: str, by: str, code: str = "",
           **detail) -> Consent:
    """Append one answer; earlier answers stay on record. Raises SubjectUnknown."""
    if subject not in SUBJECTS:
        raise SubjectUnknown(subject=subject)
    consent = Consent(case_id=participant.case_id, participant_id=participant.id, subject=subject, is_given=is_given,
                      reason=reason, reason_code=code, channel=channel, recorded_by=by, detail=detail)
    db.session.add(consent)
    db.session.flush()
    return consent


def apply_orally(case: Case, by: str) -> None:
    """Every party said before a court that it applies for confirmation (CPL-Interp 353); its clerk heard them."""
    for one in parties.current(case):
        record(one, "confirmation", True, "", "court", by, orally=True)


def latest(case_id: int, subject: str, since: datetime | None = None) -> dict[int, Consent]:
    """The last answer of each participant about a subject, by participant id."""
    asked = select(Consent).where(Consent.case_id == case_id, Consent.subject == subject).order_by(Consent.id)
    if since is not None:
        asked = asked.where(Consent.at >= since)
    return {row.participant_id: row for row in db.session.scalars(asked)}


def of_extension(case_id: int, since: datetime | None = None) -> list[dict]:
    """The consents to an extension, as the term's record keeps them: party, name, time, channel."""
    given = [row for row in latest(case_id, "extension", since).values() if row.is_given]
    return [
        {"party": row.participant_id, "name": db.session.get(Participant, row.participant_id).name,
         "at": row.at.isoformat(), "channel": row.channel}
        for row in given
    ]
