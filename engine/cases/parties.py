"""Parties come and go: one of several leaves alone, a third party is invited and joins (CPL-Interp 150)."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from engine.access.models import Body, Participant, Side
from engine.cases.models import Case, Note
from engine.db import db
from engine.errors import Conflict, NotFound
from engine.i18n import _
from engine.workflow import trace

INVITEE = "invitee"  # named as a third party, has not said yes: a party in no list yet
TEXTS = {"name": 200, "id_type": 32, "id_number": 64, "phone": 32, "email": 200, "address": 300}


class SideWouldBeEmpty(Conflict):
    """The last one of a side does not leave alone: that ends the mediation."""

    message = _("%(who)s is the last one of that side; the mediation would have to be ended instead.")


def current(case: Case, side: str = "") -> list[Participant]:
    """The parties that are in the case now, of one side or of all."""
    return [person for person in case.participants
            if person.role == "party" and person.is_current and side in ("", person.side)]


def may_leave_alone(case: Case, person: Participant) -> bool:
    """Does the mediation go on without this party: others of its side stay, or it is a third party."""
    return person.side == Side.THIRD or len(current(case, person.side)) > 1


def release(case: Case, ids: Iterable[int], reason: str) -> list[Participant]:
    """These parties, and who speaks for them, leave the case; the others go on. Raises SideWouldBeEmpty, NotFound."""
    leaving = [_of(case, each) for each in ids]
    for person in leaving:
        if not person.is_current:
            continue
        if not may_leave_alone(case, person):
            raise SideWouldBeEmpty(who=person.name)
        for gone in (person, *(each for each in case.participants if each.represents_id == person.id)):
            gone.is_current = False
        trace.write(None, "party_left", person.name, case_id=case.id, participant=person.id)
        if reason:
            db.session.add(Note(case_id=case.id, author=person.name, text=reason, audience="filing"))
    db.session.flush()
    return leaving


def invite_third(case: Case, told: Mapping) -> Participant:
    """Write down who is named as a third party; not a party before they say yes."""
    body = db.session.scalar(select(Body).where(Body.code == told["body"])) if told.get("body") else None
    person = Participant(
        case_id=case.id, side=Side.THIRD, role=INVITEE, kind="legal" if told.get("kind") == "legal" else "natural",
        position=len([each for each in case.participants if each.side == Side.THIRD]), body_id=body.id if body else None,
        **{key: str(told.get(key) or "")[:limit] for key, limit in TEXTS.items()},
    )
    db.session.add(person)
    db.session.flush()
    return person


def matter(case: Case) -> dict[str, str]:
    """What the dispute is, for somebody who is asked to join: who with whom, about what."""
    sides = ["、".join(person.name for person in current(case, side)) for side in (Side.APPLICANT, Side.RESPONDENT)]
    return {"zh": f"{sides[0]}与{sides[1]}{case.cause}", "en": f"{sides[0]} and {sides[1]}: {case.cause}"}


def admit(case: Case, participant_id: int) -> Participant:
    """The third party said yes: from now on it is asked, told and bound like every party."""
    person = _of(case, participant_id)
    person.role = "party"
    trace.write(None, "party_joined", person.name, case_id=case.id, participant=person.id)
    db.session.flush()
    return person


def _of(case: Case, participant_id: int) -> Participant:
    person = db.session.get(Participant, participant_id)
    if person is None or person.case_id != case.id:
        raise NotFound()
    return person
