"""Objections to a ruling that confirmed an agreement: whose, whether in time, what became of them (CPL-Interp 372).

A party has fifteen days from its own receipt of the ruling, as the record of service shows, or as the court tells that serves it
itself; another interested person six months from when they knew or should have known that it harms their rights, which nothing
suspends or extends (CPL-Interp 127). Since when somebody outside knew, nobody here can know: no clock runs for them; each
objection is counted when it comes, with its last day and why, and one that is too late is not heard.
"""

import secrets
from datetime import date, datetime, time

from sqlalchemy import select

from engine import clock
from engine.access.models import Body, BodyKind, Participant
from engine.cases import court_numbers
from engine.cases.models import Case
from engine.courts import applications, confirmation
from engine.courts.models import ConfirmationApplication, CourtApplication, CourtProfile, RulingObjection
from engine.db import db, locked
from engine.deadlines import reckoning, terms
from engine.deadlines.yearly import installed
from engine.errors import Conflict, Invalid, NotFound, problem
from engine.i18n import _
from engine.notices import serving

KIND, RULING = "objection", "ruling"
OF_PARTY, OF_INTERESTED = "T18", "T18b"
OPEN, OVER = ("filed", "opened"), ("declined", "late", "upheld", "changed", "rejected")
NOT_RECEIVED = {"zh": "没有该当事人收到裁定的送达记录，期间尚未起算",
                "en": "No record shows that this party has received the ruling, so the period has not begun"}
ALPHABET, CODE_LENGTH = "23456789ABCDEFGHJKMNPQRSTUVWXYZ", 12


class NoSuchObjection(NotFound):
    message = _("There is no such objection.")


class ObjectionSettled(Conflict):
    message = _("This objection has been dealt with.")


class RulingElsewhere(Invalid):
    message = _("This court takes no objections on this platform. Hand the objection in at the court itself.")


def court_of_number(text: str, field: str) -> tuple[str, Body]:
    """The number as it is written, and its court, if that court's people work here.

    Says nothing about whether there is such a ruling: only what the number itself and the list of courts show. Raises Invalid.
    """
    try:
        number = court_numbers.parse(text)
    except Invalid as wrong:
        raise Invalid(problems=[problem(f"/{field}", wrong.code, wrong.message, **wrong.details)]) from None
    court = db.session.scalar(select(Body).join(CourtProfile, CourtProfile.body_id == Body.id).where(
        Body.kind == BodyKind.COURT, Body.code == number.court, Body.is_active, CourtProfile.decides_here))
    if court is None:
        raise Invalid(problems=[problem(f"/{field}", "elsewhere", RulingElsewhere.message)])
    return str(number), court


def ruling_named(row: RulingObjection) -> ConfirmationApplication | None:
    """The confirmation whose number the objection names, if this court made one."""
    return confirmed_under(row.ruling_number, row.court_id)


def confirmed_under(number: str, court_id: int) -> ConfirmationApplication | None:
    """The confirmation a court made under a number, in force or taken back since."""
    return db.session.scalar(select(ConfirmationApplication).where(
        ConfirmationApplication.number == number, ConfirmationApplication.court_id == court_id,
        ConfirmationApplication.status.in_(("confirmed", "set_aside"))).order_by(ConfirmationApplication.id.desc()).limit(1))


def enter(court_id: int, capacity: str, channel: str, name: str, reason: str, **columns) -> RulingObjection:
    """Keep an objection as it came."""
    row = RulingObjection(court_id=court_id, capacity=capacity, channel=channel, name=name, reason=reason,
                          receipt_code=receipt_code(), **columns)
    db.session.add(row)
    db.session.flush()
    return row


def receipt_code() -> str:
    """What an outsider asks with later; nobody guesses it."""
    plain = "".join(secrets.choice(ALPHABET) for _turn in range(CODE_LENGTH))
    return "-".join(plain[at:at + 4] for at in range(0, CODE_LENGTH, 4))


def by_receipt(code: str) -> RulingObjection:
    """The objection of a receipt, however people type its code. Raises NoSuchObjection."""
    plain = "".join(sign for sign in code.upper() if sign in ALPHABET)
    grouped = "-".join(plain[at:at + 4] for at in range(0, len(plain), 4))
    found = db.session.scalar(select(RulingObjection).where(RulingObjection.receipt_code == grouped))
    if found is None:
        raise NoSuchObjection()
    return found


def get(objection_id: int) -> RulingObjection:
    """An objection, locked for change. Raises NoSuchObjection."""
    if db.session.get(RulingObjection, objection_id) is None:
        raise NoSuchObjection()
    return locked(RulingObjection, objection_id)


def of_case(case_id: int) -> list[RulingObjection]:
    """A case's objections, oldest first."""
    query = select(RulingObjection).where(RulingObjection.case_id == case_id)
    return list(db.session.scalars(query.order_by(RulingObjection.id)))


def of_party(participant_id: int) -> RulingObjection | None:
    """A party's latest objection."""
    query = select(RulingObjection).where(RulingObjection.participant_id == participant_id)
    return db.session.scalar(query.order_by(RulingObjection.id.desc()).limit(1))


def begun_for(person: Participant) -> datetime | None:
    """When a party's fifteen days began: its receipt of the ruling; None while nothing shows one. A ruling that was made here is
    served here, and the record of service alone says when it came; of one made elsewhere, its court alone."""
    asked = confirmation.of_case(person.case_id)
    if asked is None or asked.ruling_id is None:
        told = confirmation.receipt_told(person.case_id, person.id)
        return received(told) if told else None
    served = serving.newest(person.id, RULING)
    return served.served_at if served is not None and served.document_id == asked.ruling_id else None


def ends_for(person: Participant) -> datetime | None:
    """Until when a party may object; None while its period has not begun."""
    begun = begun_for(person)
    return reckoning.due(terms.get(OF_PARTY), begun, installed()).due_at if begun else None


def count(row: RulingObjection) -> RulingObjection:
    """Work out whether it came in time, and why; a count that was overruled stays so."""
    row.term = OF_PARTY if row.capacity == "party" else OF_INTERESTED
    row.starts_at = _begins(row)
    if row.starts_at is None:
        row.due_at, row.explanation, row.counted_in_time = None, dict(NOT_RECEIVED), True
    else:
        found = reckoning.due(terms.get(row.term), row.starts_at, installed())
        row.due_at, row.explanation = found.due_at, _explained(row, found)
        row.counted_in_time = reckoning.is_kept(found.due_at, row.received_at, row.posted_on)
    if not row.overruled_by:
        row.in_time = row.counted_in_time
    db.session.flush()
    return row


def recount(case_id: int, participant_id: int) -> None:
    """The day of a party's receipt was corrected: its objections that are still open are counted anew."""
    for row in of_case(case_id):
        if row.participant_id == participant_id and row.status in OPEN:
            count(locked(RulingObjection, row.id))


def _begins(row: RulingObjection) -> datetime | None:
    """A party: its receipt. Others: the day they knew or should have known, which cannot be before the ruling was made."""
    if row.capacity == "party":
        person = db.session.get(Participant, row.participant_id) if row.participant_id else None
        return begun_for(person) if person else None
    knew = datetime.combine(row.knew_on, time(), clock.SHANGHAI) if row.knew_on else None
    ruled = confirmation.of_case(row.case_id)
    made = ruled.decided_at if ruled else None
    return max(filter(None, (knew, made)), default=None)


def _explained(row: RulingObjection, found: reckoning.Reckoning) -> dict:
    """The reckoning, then when it came."""
    term, came = terms.get(row.term), row.received_at.astimezone(clock.SHANGHAI).date()
    posted = row.posted_on
    zh = f"{term.starts.zh}；{found.explain('zh')}。{came.isoformat()}收到异议"
    zh += f"，{posted.isoformat()}交邮" if posted else ""
    en = f"{term.starts.en}; {found.explain('en')}. Received on {came.isoformat()}" + (
        f", given to the post on {posted.isoformat()}" if posted else "")
    return {"zh": zh, "en": en}


def overrule(row: RulingObjection, by: str, reason: str) -> RulingObjection:
    """A clerk puts the opposite in the place of the count, and says why."""
    row.in_time, row.overruled_by, row.overruled_reason = not row.counted_in_time, by, reason
    db.session.flush()
    return row


def bring(row: RulingObjection, case: Case) -> CourtApplication:
    """Enter it among what the court is asked for, once; others of the same case stay beside it."""
    known = db.session.get(CourtApplication, row.application_id) if row.application_id else None
    if known is not None:
        return known
    made = CourtApplication(case_id=case.id, kind=KIND, court_id=row.court_id, applicant_id=row.participant_id, status="filed",
                            number="", filed_at=row.received_at)
    db.session.add(made)
    db.session.flush()
    row.case_id, row.application_id = case.id, made.id
    db.session.flush()
    return made


def number_of(row: RulingObjection) -> str:
    """The court's number for it: the one it has, else the next of the series."""
    return applications.numbered(db.session.get(CourtApplication, row.application_id), db.session.get(Case, row.case_id))


def is_decided_there(row: RulingObjection, profile: CourtProfile | None) -> bool:
    """The court's own system decides it and tells us: one that takes our messages, or that registered the objection here."""
    return bool(profile and not profile.decides_here and (profile.callback_url or row.channel == "api"))


def is_before(case_id: int, objection_id: int | None, court_id: int | None) -> bool:
    """Is this objection of a case one that this court's own system decides?"""
    row = db.session.get(RulingObjection, objection_id or 0)
    return row is not None and row.case_id == case_id and row.court_id == court_id and row.status == "opened"


def note_number(row: RulingObjection, number: str) -> None:
    """The number under which the court's own system has it."""
    asked = db.session.get(CourtApplication, row.application_id)
    if number and asked is not None and not asked.number:
        asked.number = number
        db.session.flush()


def decide(row: RulingObjection, status: str, reason: str) -> str:
    """What the court made of it is on record; one that is upheld takes the confirmation away. Returns its number, if any."""
    number = "" if status == "late" else number_of(row)
    row.status, row.court_reason, row.decided_at = status, reason, clock.now()
    asked = db.session.get(CourtApplication, row.application_id)
    asked.status, asked.reason, asked.decided_at = status, reason, row.decided_at
    if status == "upheld":
        confirmation.set_aside(row.case_id, reason)
    db.session.flush()
    return number


def received(day: date) -> datetime:
    """The moment a paper came in on a day."""
    return datetime.combine(day, time(), clock.SHANGHAI)
