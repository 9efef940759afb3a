"""Sessions: planned, opened by the mediator, joined through the waiting room, ended."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases.models import Case
from engine.db import db, locked
from engine.errors import Conflict, Forbidden, Invalid, NotFound, problem
from engine.i18n import _
from engine.mediation.models import Attendance, MediationSession, SessionStatus
from engine.workflow import trace

MODES = ("video", "separate", "on_site", "telephone")
MOST_BESIDE_THE_MEDIATOR = 3  # everybody sends to everybody: more than four would choke a telephone's connection


class SessionNotPlannable(Invalid):
    message = _("The session cannot be planned like this.")


class SessionOver(Conflict):
    message = _("The session has ended.")


class NotAdmitted(Forbidden):
    message = _("The mediator has not let you in yet.")


class RoomFull(Conflict):
    message = _("The room has places for the mediator and three others; somebody has to leave first.")


class OtherSideIsIn(Conflict):
    message = _("The other side is still in the room; at separate times each side talks to the mediator alone.")


class NotTheMediator(Forbidden):
    message = _("Only the mediator of the case may do this.")


def plan(case: Case, planned_at: datetime, mode: str, place: str = "", instance_id: int | None = None,
         days_open: int = 0) -> MediationSession:
    """Put a session on the calendar; an earlier planned one that was not held is cancelled. Raises SessionNotPlannable."""
    if faults := _faults(planned_at, mode, place, days_open):
        raise SessionNotPlannable(problems=faults)
    for earlier in of_case(case.id):
        if earlier.status == SessionStatus.PLANNED:
            earlier.status = SessionStatus.CANCELLED
    session = MediationSession(case_id=case.id, instance_id=instance_id, room=secrets.token_urlsafe(16), mode=mode, place=place,
                               planned_at=planned_at, status=SessionStatus.PLANNED)
    if mode == "separate":
        session.open_until = planned_at + timedelta(days=days_open)
    session.attendances = [Attendance(participant_id=person.id) for person in case.participants if person.is_current]
    db.session.add(session)
    db.session.flush()
    return session


def _faults(planned_at: datetime, mode: str, place: str, days_open: int) -> list[dict]:
    faults = []
    if mode not in MODES:
        faults.append(problem("mode", "choice", _("%(value)s is not a way to meet."), value=mode))
    if mode == "on_site" and not place.strip():
        faults.append(problem("place", "missing", _("A meeting on site needs a place.")))
    if mode == "separate" and days_open < 1:
        faults.append(problem("days_open", "missing", _("Say for how many days each side may come.")))
    if planned_at.tzinfo is None:
        faults.append(problem("planned_at", "zone", _("The time needs a zone.")))
    return faults


def of_case(case_id: int) -> list[MediationSession]:
    """All sessions of a case, oldest first."""
    return list(db.session.scalars(
        select(MediationSession).where(MediationSession.case_id == case_id).order_by(MediationSession.id)))


def were_held(case: Case) -> bool:
    """Did the mediation begin? Who refuses before that refuses to mediate (O08), who leaves later does not go on (O10)."""
    return case.accepted_at is not None and any(
        one.status in (SessionStatus.OPEN, SessionStatus.ENDED) for one in of_case(case.id))


def awaited(case_id: int) -> set[int]:
    """Participants who have not come to the case's session whose room is open; at separate times nobody is late."""
    return set(db.session.scalars(select(Attendance.participant_id).join(
        MediationSession, MediationSession.id == Attendance.session_id).where(
        MediationSession.case_id == case_id, MediationSession.status == SessionStatus.OPEN, MediationSession.mode != "separate",
        Attendance.state == "expected")))


def by_room(actor: Actor, room: str) -> MediationSession:
    """The session behind a room's address, for somebody who belongs there. Raises NotFound."""
    session = db.session.scalar(select(MediationSession).where(MediationSession.room == room))
    if session is None:
        raise NotFound()
    require(actor, Permission.SESSION_JOIN, session)
    return session


def open(actor: Actor, session_id: int) -> MediationSession:
    """The mediator opens the room."""
    session = held_by(actor, session_id)
    if session.status in (SessionStatus.ENDED, SessionStatus.CANCELLED):
        raise SessionOver()
    if session.status == SessionStatus.PLANNED:
        session.status, session.started_at = SessionStatus.OPEN, clock.now()
        trace.write(None, "session_opened", actor.name, case_id=session.case_id, session=session.id)
        seat = mediators_seat(actor, session)
        seat.state, seat.admitted_at, seat.seen_at = "admitted", clock.now(), clock.now()
    db.session.flush()
    return session


def knock(actor: Actor, session_id: int) -> Attendance:
    """Somebody is at the door: they wait until the mediator lets them in.

    Who was in before comes straight back, but not at separate times: the other side may be in by now.
    """
    session = joined_by(actor, session_id)
    if session.status in (SessionStatus.ENDED, SessionStatus.CANCELLED):
        raise SessionOver()
    seat = seat_of(actor, session)
    seat.seen_at = clock.now()
    if seat.state == "left" and seat.admitted_at and session.mode != "separate" and has_place(session, seat):
        seat.state = "admitted"
        trace.write(None, "participant_returned", actor.name, case_id=session.case_id, session=session.id,
                    participant=seat.participant_id)
    elif seat.state in ("expected", "left"):
        seat.state = "waiting"
    db.session.flush()
    return seat


def has_place(session: MediationSession, seat: Attendance) -> bool:
    """May one more come in? The mediator's own place is always kept."""
    return is_mediators(seat) or len(_others_in(session, seat)) < MOST_BESIDE_THE_MEDIATOR


def _others_in(session: MediationSession, seat: Attendance) -> list[Attendance]:
    """Who is in beside this one and the mediators."""
    return [each for each in session.attendances if each.state == "admitted" and each.id != seat.id and not is_mediators(each)]


def _meets_the_other_side(session: MediationSession, seat: Attendance) -> bool:
    """Would somebody let in now, at separate times, find a side in the room that is not their own?"""
    return session.mode == "separate" and not is_mediators(seat) and any(
        each.participant.side != seat.participant.side for each in _others_in(session, seat))


def is_mediators(seat: Attendance) -> bool:
    """Is this the mediator's seat?"""
    return seat.participant.role == "mediator"


def admit(actor: Actor, session_id: int, attendance_id: int) -> Attendance:
    """The mediator lets somebody in. Raises RoomFull, OtherSideIsIn."""
    return _answer_door(actor, session_id, attendance_id, "admitted", "participant_admitted")


def refuse(actor: Actor, session_id: int, attendance_id: int) -> Attendance:
    """The mediator does not let somebody in, or asks them to leave."""
    return _answer_door(actor, session_id, attendance_id, "refused", "participant_refused")


def _answer_door(actor: Actor, session_id: int, attendance_id: int, state: str, event: str) -> Attendance:
    session = held_by(actor, session_id)
    seat = next((seat for seat in session.attendances if seat.id == attendance_id), None)
    if seat is None:
        raise NotFound()
    if session.status != SessionStatus.OPEN:
        raise SessionOver() if session.status == SessionStatus.ENDED else Conflict(_("The session has not begun."))
    if state == "admitted" and not has_place(session, seat):
        raise RoomFull()
    if state == "admitted" and _meets_the_other_side(session, seat):
        raise OtherSideIsIn()
    seat.state = state
    if state == "admitted":
        seat.admitted_at = seat.admitted_at or clock.now()
    trace.write(None, event, actor.name, case_id=session.case_id, session=session.id, participant=seat.participant_id)
    db.session.flush()
    return seat


def leave(actor: Actor, session_id: int) -> Attendance:
    """Somebody left; they may come back without being asked again."""
    session = joined_by(actor, session_id)
    seat = seat_of(actor, session)
    gone(session, seat, actor.name)
    db.session.flush()
    return seat


def gone(session: MediationSession, seat: Attendance, by: str) -> None:
    """Note that a seat is empty; the trace shows the gap of somebody who was in."""
    if seat.state == "admitted":
        trace.write(None, "participant_left", by, case_id=session.case_id, session=session.id, participant=seat.participant_id)
    if seat.state in ("admitted", "waiting"):
        seat.state, seat.left_at = "left", clock.now()


def seat_in(actor: Actor, session_id: int) -> Attendance:
    """The seat of somebody who is in. Raises NotAdmitted, SessionOver."""
    session = joined_by(actor, session_id)
    seat = seat_of(actor, session)
    if session.status != SessionStatus.OPEN:
        raise SessionOver()
    if seat.state != "admitted":
        raise NotAdmitted()
    return seat


def end(actor: Actor, session_id: int, result: str = "") -> MediationSession:
    """The mediator ends the session."""
    session = held_by(actor, session_id)
    if session.status in (SessionStatus.PLANNED, SessionStatus.OPEN):
        session.started_at = session.started_at or clock.now()
        session.status, session.ended_at, session.result = SessionStatus.ENDED, clock.now(), result
        for seat in session.attendances:
            if seat.state in ("admitted", "waiting"):
                seat.state, seat.left_at = "left", clock.now()
        trace.write(None, "session_ended", actor.name, case_id=session.case_id, session=session.id)
    db.session.flush()
    return session


def held_by(actor: Actor, session_id: int) -> MediationSession:
    """The session for its mediator, locked."""
    session = locked(MediationSession, session_id)
    require(actor, Permission.SESSION_HOLD, session)
    if not actor.is_system and db.session.get(Case, session.case_id).mediator_id != actor.user_id:
        raise NotTheMediator()
    return session


def joined_by(actor: Actor, session_id: int) -> MediationSession:
    """The session for somebody who belongs there, locked."""
    session = locked(MediationSession, session_id)
    require(actor, Permission.SESSION_JOIN, session)
    return session


def mediators_seat(actor: Actor, session: MediationSession) -> Attendance:
    """The seat of the case's mediator; one appointed after the session was planned gets theirs now."""
    try:
        return seat_of(actor, session)
    except NotFound:
        person = db.session.scalar(select(Participant).where(
            Participant.case_id == session.case_id, Participant.user_id == actor.user_id, Participant.role == "mediator",
            Participant.is_current))
        if person is None:
            raise
        session.attendances.append(Attendance(participant_id=person.id, participant=person))
        db.session.flush()
        return session.attendances[-1]


def seat_of(actor: Actor, session: MediationSession) -> Attendance:
    """The actor's own seat: a party's by their link, a user's by being that participant or staff of that institution."""
    for seat in session.attendances:
        person: Participant = seat.participant
        mine = (actor.participant_id == person.id if actor.kind == "party"
                else person.user_id == actor.user_id and actor.user_id is not None
                or person.body_id is not None and person.body_id == actor.body_id)
        if mine:
            return seat
    raise NotFound()
