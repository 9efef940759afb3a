"""Move a case to another organisation, or merge it into an open one: close code O20, and both cases name each other."""

import json

from sqlalchemy import select

from engine.access import handlers
from engine.access.models import Body, BodyKind, Participant
from engine.cases import intake
from engine.cases.models import Case, CaseLink, PowerOfAttorney, Referral
from engine.cases.numbering import new_platform_number
from engine.db import db
from engine.errors import Conflict
from engine.i18n import _
from engine.mediation.models import Consent

KEPT = ("regime", "channel", "title", "court_number", "court_id", "cause_code", "cause", "cause_list", "category", "claimant",
        "sector", "region", "amount", "claims", "statement", "details", "filed_on", "institution_id", "docketed_on", "procedure",
        "court_judge", "during_trial")
PERSON = ("side", "role", "position", "kind", "name", "id_type", "id_number", "phone", "email", "address", "domicile",
          "representative", "representative_post", "ethnicity", "occupation", "language", "needs", "authority", "body_id",
          "user_id")
POWER = ("kind", "proof", "matter", "matters", "valid_from", "valid_until", "recorded_by", "recorded_at", "ended_at", "ended_by",
         "ended_reason")  # its papers stay in the file of the case they were handed in for


class NotTransferable(Conflict):
    """The case cannot go there."""


class NoSuchOrganisation(NotTransferable):
    message = _("No other active mediation organisation has the code “%(code)s”.")


class NoSuchCase(NotTransferable):
    message = _("There is no open case %(number)s of this organisation with a party of this one.")


def move(case: Case, organisation_code: str, reason: str) -> Case:
    """Enter the same dispute as a new case at another organisation, and start its process. Raises NoSuchOrganisation."""
    body = db.session.scalar(select(Body).where(
        Body.code == organisation_code.strip(), Body.kind == BodyKind.ORGANISATION, Body.is_active,
        Body.id != case.organisation_id))
    if body is None:
        raise NoSuchOrganisation(code=organisation_code[:32])
    new = Case(number=new_platform_number(), stage="received", **{key: getattr(case, key) for key in KEPT})
    db.session.add(new)
    db.session.flush()
    _copy_referral(case, new, body)
    _copy_people(case, new)
    handlers.copy(case.id, new.id)
    _link(case, new, "transferred", reason)
    db.session.refresh(new)
    intake.begin(new, by="system")
    return new


def merge(case: Case, number: str, reason: str) -> Case:
    """Go on in another open case of the same organisation that shares a party. Raises NoSuchCase."""
    other = db.session.scalar(select(Case).where(
        Case.number == number.strip(), Case.id != case.id, Case.organisation_id == case.organisation_id,
        Case.concluded_at.is_(None)))
    if other is None or not _names(case) & _names(other):
        raise NoSuchCase(number=number[:64])
    _link(case, other, "merged", reason)
    return other


def of_case(case_id: int) -> list[tuple[CaseLink, int, str]]:
    """The links to the cases this one was moved to or merged into, and from those that came into it: the other's id and number,
    which is all that everybody of this case may know of it."""
    rows = db.session.scalars(select(CaseLink).where(
        (CaseLink.case_id == case_id) | (CaseLink.other_id == case_id)).order_by(CaseLink.id))
    return [(row, row.other_id, row.other_number) if row.case_id == case_id else (row, row.case_id, row.number) for row in rows]


def _names(case: Case) -> set[tuple[str, str]]:
    return {(person.name, person.id_number) for person in case.participants if person.role == "party"}


def _link(case: Case, other: Case, kind: str, reason: str) -> None:
    db.session.add(CaseLink(case_id=case.id, number=case.number, other_id=other.id, other_number=other.number, kind=kind,
                            reason=reason))
    db.session.flush()


def _copy_referral(case: Case, new: Case, body: Body) -> None:
    """What came in stays as it came; the new case asks for the organisation that takes it over."""
    old = db.session.scalar(select(Referral).where(Referral.case_id == case.id))
    content = json.loads(json.dumps(old.body if old else {})) | {"organisation": body.code}
    db.session.add(Referral(
        case_id=new.id, sender_id=old.sender_id if old else None, external_ref=f"{case.number}-{new.number[-8:]}",
        channel="transfer", body=content, body_hash=old.body_hash if old else "",
        received_at=old.received_at if old else case.received_at))


def _copy_people(case: Case, new: Case) -> None:
    """The people with their last consents to mediation; nothing of what was said or offered goes along."""
    twins: dict[int, Participant] = {}
    for person in case.participants:
        if person.is_current and person.role in ("party", "agent", "handler"):
            twins[person.id] = Participant(case_id=new.id, **{key: getattr(person, key) for key in PERSON})
            db.session.add(twins[person.id])
    db.session.flush()
    for person in case.participants:
        if person.id in twins and person.represents_id in twins:
            twins[person.id].represents_id = twins[person.represents_id].id
    _copy_powers(case, new, twins)
    for row in db.session.scalars(select(Consent).where(Consent.case_id == case.id, Consent.subject == "e_service")):
        if row.participant_id in twins:
            db.session.add(Consent(
                case_id=new.id, participant_id=twins[row.participant_id].id, subject=row.subject, is_given=row.is_given,
                reason=row.reason, channel=row.channel, recorded_by=row.recorded_by, at=row.at))
    db.session.flush()


def _copy_powers(case: Case, new: Case, twins: dict[int, Participant]) -> None:
    """What agents were entrusted with goes along: no more and no less (CPL-Interp 89)."""
    asked = select(PowerOfAttorney).where(PowerOfAttorney.case_id == case.id).order_by(PowerOfAttorney.id)
    for row in db.session.scalars(asked):
        if row.agent_id in twins and row.principal_id in twins:
            db.session.add(PowerOfAttorney(
                case_id=new.id, principal_id=twins[row.principal_id].id, agent_id=twins[row.agent_id].id, papers=[],
                **{key: getattr(row, key) for key in POWER}))
            db.session.flush()  # one after another: the last one counts
