"""The minutes of a session: written by the mediator, frozen, then confirmed or objected to by each side (Online-Mediation 22)."""

from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.db import db
from engine.errors import Conflict, Invalid, problem
from engine.i18n import _
from engine.mediation import sessions
from engine.mediation.models import Attendance, MediationSession
from engine.workflow import messages, trace

LONGEST = 20_000
LAID_OPEN = "minutes_laid_open"  # by it, the process begins that asks the parties to check them


class MinutesFrozen(Conflict):
    message = _("The minutes are closed; nobody can change them any more.")


class MinutesStillOpen(Conflict):
    message = _("The mediator is still writing the minutes.")


class MinutesUnusable(Invalid):
    message = _("The minutes cannot be kept like this.")


def write(actor: Actor, session_id: int, text: str) -> MediationSession:
    """The mediator keeps what has been said so far. Raises MinutesFrozen, MinutesUnusable."""
    session = sessions.held_by(actor, session_id)
    if session.minutes_frozen_at:
        raise MinutesFrozen()
    if len(text) > LONGEST:
        raise MinutesUnusable(problems=[problem("minutes", "length", _("At most %(most)s characters."), most=LONGEST)])
    session.minutes = text
    db.session.flush()
    return session


def freeze(actor: Actor, session_id: int) -> MediationSession:
    """Close the minutes: from now on each side confirms or objects to exactly these words."""
    session = sessions.held_by(actor, session_id)
    if not session.minutes.strip():
        raise MinutesUnusable(problems=[problem("minutes", "missing", _("There is nothing in the minutes."))])
    if session.minutes_frozen_at is None:
        session.minutes_frozen_at = clock.now()
        trace.write(None, "minutes_frozen", actor.name, case_id=session.case_id, session=session.id)
        _ask_to_check(session, actor.name)
    db.session.flush()
    return session


def _ask_to_check(session: MediationSession, by: str) -> None:
    """A process tells the parties; at a meeting in person they sign the sheet there."""
    to = [seat.participant_id for seat in session.attendances if seat.participant.role == "party" and not seat.minutes_answer]
    if session.mode != "on_site" and to:
        messages.receive(session.case_id, LAID_OPEN, {"paper": "minutes", "to": to}, "session", f"minutes-{session.id}", by,
                         goes_beyond=True)


def answer(actor: Actor, session_id: int, confirmed: bool, remark: str = "") -> Attendance:
    """A side confirms the frozen minutes, or objects and says to what. Raises MinutesStillOpen, MinutesUnusable."""
    session = sessions.joined_by(actor, session_id)
    if session.minutes_frozen_at is None:
        raise MinutesStillOpen()
    if not confirmed and not remark.strip():
        raise MinutesUnusable(problems=[problem("remark", "missing", _("Say which words are wrong."))])
    seat = sessions.seat_of(actor, session)
    seat.minutes_answer = "confirmed" if confirmed else "objected"
    seat.minutes_remark, seat.minutes_answered_at = remark.strip(), clock.now()
    trace.write(None, f"minutes_{seat.minutes_answer}", actor.name, case_id=session.case_id, session=session.id,
                participant=seat.participant_id)
    db.session.flush()
    return seat


def to_confirm(actor: Actor) -> list[MediationSession]:
    """Sessions of a party's case whose minutes still wait for their answer."""
    asked = select(MediationSession).join(Attendance, Attendance.session_id == MediationSession.id).where(
        Attendance.participant_id == actor.participant_id, Attendance.minutes_answer == "",
        MediationSession.minutes_frozen_at.is_not(None))
    return list(db.session.scalars(asked.order_by(MediationSession.id)))

