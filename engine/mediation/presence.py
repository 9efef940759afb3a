"""Who is in the room now: every page says so every few seconds, and whoever falls silent has left."""

from datetime import timedelta

from sqlalchemy import func, select

from engine import clock
from engine.access.actor import Actor
from engine.db import db
from engine.mediation import sessions, signals
from engine.mediation.models import Attendance, MediationSession, RoomSignal, SessionStatus

SILENCE = timedelta(seconds=20)


def beat(actor: Actor, session_id: int) -> tuple[Attendance, bool]:
    """Say "I am here". Answers the own seat, and whether it had been given up meanwhile: then the connections are made anew."""
    session = sessions.joined_by(actor, session_id)
    seat = sessions.seat_of(actor, session)
    if session.status in (SessionStatus.ENDED, SessionStatus.CANCELLED):
        return seat, False
    was_away = seat.state == "left"
    if was_away:
        sessions.knock(actor, session_id)
    seat.seen_at = clock.now()
    sweep(session)
    return seat, was_away


def sweep(session: MediationSession) -> None:
    """Empty the seats of those who fell silent, and drop signals nobody will read any more. The caller holds the lock."""
    for seat in session.attendances:
        if seat.state in ("waiting", "admitted") and (seat.seen_at is None or clock.now() - seat.seen_at > SILENCE):
            sessions.gone(session, seat, "system")
    signals.sweep(session.id)
    db.session.flush()


def mark(session_id: int) -> tuple:
    """Differs when anything about a room has changed: one small question instead of the whole picture."""
    meeting = select(MediationSession.revision).where(MediationSession.id == session_id).scalar_subquery()
    seats = select(func.sum(Attendance.revision)).where(Attendance.session_id == session_id).scalar_subquery()
    told = select(func.max(RoomSignal.id)).where(RoomSignal.session_id == session_id).scalar_subquery()
    return tuple(db.session.execute(select(meeting, seats, told)).one())
