"""Who is at the door of a room: staff by their log-in, a party by the link in their message.

The token of a link is taken out of the address at once and kept in the signed session cookie, under the number of the seat it
opens. A seat's number in the address says which of one's seats is meant, so that two parties may use one computer.
"""

from dataclasses import dataclass

from flask import Blueprint, g, request, session, url_for
from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import User
from engine.cases.models import Case
from engine.db import db
from engine.errors import NotFound
from engine.mediation import sessions
from engine.mediation.models import Attendance, MediationSession
from engine.notices import links
from webapp.identity import current_user

MOST_LINKS = 6  # in one cookie

blueprint = Blueprint("room", __name__)


@dataclass(frozen=True)
class Visitor:
    """Somebody who belongs into this room."""

    actor: Actor
    meeting: MediationSession
    case: Case
    seat: Attendance | None  # a mediator appointed after the planning gets theirs when they open the room
    token: str = ""  # of a party's link

    @property
    def holds_it(self) -> bool:
        """Is this the mediator who leads the meeting?"""
        return self.actor.kind == "user" and self.case.mediator_id == self.actor.user_id

    def to(self, endpoint: str, **values) -> str:
        """An address of this room, for this seat."""
        if self.token:
            values["seat"] = self.seat.id
        return url_for(f"room.{endpoint}", room=self.meeting.room, **values)


@dataclass(frozen=True)
class Pass:
    """What shows who somebody is, apart from the database: a live stream asks again with it every few seconds."""

    room: str
    user_id: int | None
    seat: int | None
    token: str


def shown_pass(room: str) -> Pass:
    """What this request brought."""
    seat = request.args.get("seat", type=int)
    if seat is not None:
        return Pass(room, None, seat, session.get("rooms", {}).get(str(seat), ""))
    user = current_user()
    return Pass(room, user.id if user else None, None, "")


def visitor(room: str) -> Visitor:
    """The visitor of this request. Raises NotFound for everybody who does not belong here."""
    found = recognise(shown_pass(room))
    g.actor = found.actor
    return found


def recognise(shown: Pass) -> Visitor:
    """The visitor with this pass, as things stand now. Raises NotFound."""
    actor = _actor(shown)
    meeting = sessions.by_room(actor, shown.room)
    try:
        seat = sessions.seat_of(actor, meeting)
    except NotFound:
        seat = None
    if shown.token and (seat is None or seat.id != shown.seat):
        raise NotFound()
    who = Visitor(actor, meeting, db.session.get(Case, meeting.case_id), seat, shown.token)
    if seat is None and not who.holds_it:
        raise NotFound()
    return who


def _actor(shown: Pass) -> Actor:
    if shown.token:
        return Actor.of_party(*links.find(shown.token))
    user = _active_user(shown.user_id) if shown.user_id else None
    if user is None:
        raise NotFound()
    return Actor.of_user(user)


def _active_user(user_id: int):
    return db.session.scalar(select(User).where(User.id == user_id, User.is_active))


def keep_link(room: str, token: str) -> Visitor:
    """Take a link's token into the session cookie. Raises NotFound when it is not for this room."""
    actor = Actor.of_party(*links.find(token))
    meeting = sessions.by_room(actor, room)
    seat = sessions.seat_of(actor, meeting)
    kept = {number: text for number, text in session.get("rooms", {}).items() if number != str(seat.id)}
    session["rooms"] = dict([*kept.items(), (str(seat.id), token)][-MOST_LINKS:])
    return Visitor(actor, meeting, db.session.get(Case, meeting.case_id), seat, token)
