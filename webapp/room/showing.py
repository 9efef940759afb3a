"""What a room looks like from one seat: the state that its page draws."""

from flask_babel import gettext as _

from engine.mediation import sessions
from engine.mediation.models import Attendance, SessionStatus
from webapp import i18n
from webapp.presenting import SIDES
from webapp.room.entering import Visitor

OVER = (SessionStatus.ENDED, SessionStatus.CANCELLED)
AGENTS = ("agent", "handler")


def state(who: Visitor) -> dict:
    """Who is here and how far the minutes are, as this visitor may know it."""
    meeting, seat = who.meeting, who.seat
    is_in = seat is not None and seat.state == "admitted"
    knows_names = is_in or who.holds_it
    return {
        "status": meeting.status, "is_over": meeting.status in OVER, "is_open": meeting.status == SessionStatus.OPEN,
        "me": {"id": seat.id if seat else None, "state": seat.state if seat else "expected"},
        "is_full": seat is not None and not sessions.has_place(meeting, seat),
        "seats": [_seat(each, who, knows_names) for each in meeting.attendances],
        "minutes": minutes(who, is_in),
    }


def _seat(each: Attendance, who: Visitor, knows_names: bool) -> dict:
    mine = who.seat is not None and each.id == who.seat.id
    return {"id": each.id, "name": each.participant.name if mine or knows_names else "", "role": role(each), "state": each.state,
            "is_mediator": sessions.is_mediators(each)}


def role(seat: Attendance) -> str:
    """Applicant, respondent's agent, mediator."""
    side = i18n.say(SIDES[seat.participant.side])
    return _("%(side)s’s agent", side=side) if seat.participant.role in AGENTS else side


def minutes(who: Visitor, is_in: bool) -> dict:
    """The minutes: everybody who was let in reads along, but at separate times; each sees all answers once they are closed."""
    meeting = who.meeting
    frozen = meeting.minutes_frozen_at is not None
    may_read = who.holds_it or frozen or is_in and meeting.mode != "separate"
    return {
        "text": meeting.minutes if may_read else "", "is_frozen": frozen,
        "answers": [_answer(each) for each in meeting.attendances if not sessions.is_mediators(each)] if frozen else [],
        "mine": who.seat.minutes_answer if who.seat else "",
    }


def _answer(each: Attendance) -> dict:
    return {"name": each.participant.name, "answer": each.minutes_answer, "remark": each.minutes_remark}
