"""What two browsers tell each other to find their connection: from one seat to another, or to everybody in the room.

Only seats that were let in send and get signals. The sender is the seat of whoever asks, never what a message claims. The
session's row is locked while signals are written, so their ids grow in the order in which they become readable.
"""

import json
from datetime import timedelta

from sqlalchemy import delete, func, or_, select

from engine import clock
from engine.access.actor import Actor
from engine.db import db
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.mediation import sessions
from engine.mediation.models import Attendance, RoomSignal

LONGEST = {"hello": 200, "media": 200, "description": 60_000, "candidate": 4_000}  # kind → characters of its body
MOST_AT_ONCE = 50
MOST_KEPT = 2_000  # of one sender: who sends more is not finding a connection
LIFETIME = timedelta(seconds=60)


class SignalUnusable(Invalid):
    message = _("This is no signal of a mediation room.")


def send(actor: Actor, session_id: int, told: list) -> list[RoomSignal]:
    """Write signals, all or none: `[{kind, to, body}]`, `to` a seat or nothing for everybody.

    Raises SignalUnusable, NotAdmitted, SessionOver.
    """
    seat = sessions.seat_in(actor, session_id)
    others = {each.id for each in _admitted(session_id)} - {seat.id}
    if not isinstance(told, list) or not 0 < len(told) <= MOST_AT_ONCE:
        raise SignalUnusable(problems=[problem("signals", "count", _("Between one and %(most)s signals."), most=MOST_AT_ONCE)])
    if faults := [fault for number, one in enumerate(told) for fault in _faults(f"signals/{number}", one)]:
        raise SignalUnusable(problems=faults)
    if _kept(session_id, seat.id) + len(told) > MOST_KEPT:
        raise SignalUnusable(problems=[problem("signals", "count", _("Too many signals; wait a minute."))])
    written = [RoomSignal(session_id=session_id, sender=seat.id, recipient=one.get("to"), kind=one["kind"], body=one["body"])
               for one in told if one.get("to") is None or one["to"] in others]  # somebody may just have left
    db.session.add_all(written)
    db.session.flush()
    return written


def _admitted(session_id: int) -> list[Attendance]:
    return list(db.session.scalars(select(Attendance).where(Attendance.session_id == session_id, Attendance.state == "admitted")))


def _kept(session_id: int, seat_id: int) -> int:
    return db.session.scalar(select(func.count()).where(RoomSignal.session_id == session_id, RoomSignal.sender == seat_id))


def _faults(at: str, one) -> list[dict]:
    if not isinstance(one, dict) or not isinstance(one.get("kind"), str) or one["kind"] not in LONGEST:
        return [problem(f"{at}/kind", "choice", _("This kind of signal is not known."))]
    faults = []
    to, body = one.get("to"), one.get("body")
    if to is not None and (not isinstance(to, int) or isinstance(to, bool)):
        faults.append(problem(f"{at}/to", "type", _("A seat is a number.")))
    if not isinstance(body, dict) or len(json.dumps(body)) > LONGEST[one["kind"]] or "\\u0000" in json.dumps(body):
        faults.append(problem(f"{at}/body", "size", _("The body is missing or too long.")))
    return faults


def after(session_id: int, seat: Attendance, last: int) -> list[RoomSignal]:
    """What others have told this seat since a signal, oldest first; nothing for somebody who is not in.

    A seat also hears its own hello: a second window learns from it that the first is no longer the one.
    """
    if seat.state != "admitted":
        return []
    mine = or_(RoomSignal.recipient == seat.id, RoomSignal.recipient.is_(None) & (RoomSignal.sender != seat.id),
               (RoomSignal.kind == "hello") & (RoomSignal.sender == seat.id))
    return list(db.session.scalars(
        select(RoomSignal).where(RoomSignal.session_id == session_id, RoomSignal.id > last, mine).order_by(RoomSignal.id)))


def newest(session_id: int) -> int:
    """The id of a room's last signal; 0 when there is none."""
    return db.session.scalar(select(func.max(RoomSignal.id)).where(RoomSignal.session_id == session_id)) or 0


def sweep(session_id: int) -> None:
    """Drop what nobody will read any more. The newest stays: SQLite would give its number to another signal."""
    old = RoomSignal.at < clock.now() - LIFETIME
    db.session.execute(delete(RoomSignal).where(RoomSignal.session_id == session_id, RoomSignal.id < newest(session_id), old))
