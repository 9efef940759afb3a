"""Sessions as iCalendar (RFC 5545). Calendars travel: there are numbers of cases in it, and no names."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import url_for

from engine import clock
from engine.inbox.workspace.schedule import LASTS, Appointment
from webapp import i18n
from webapp.i18n import gettext as _
from webapp.presenting import SESSIONS

LONGEST = 74  # octets of a line, without the space that a continued one begins with


def of(appointments: Sequence[Appointment]) -> str:
    """A whole calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sutiao//Schedule//EN", "METHOD:PUBLISH"]
    for one in appointments:
        lines += _event(one)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(one: Appointment) -> list[str]:
    session, mode = one.session, i18n.say(SESSIONS.get(one.session.mode, one.session.mode))
    link = url_for("cases.show", number=one.case.number, _external=True)
    summary = _("Mediation %(number)s (%(mode)s)", number=one.case.number, mode=mode)
    ends = session.open_until or session.planned_at + LASTS
    return ["BEGIN:VEVENT", f"UID:session-{session.id}@sutiao", f"DTSTAMP:{_moment(clock.now())}",
            f"DTSTART:{_moment(session.planned_at)}", f"DTEND:{_moment(ends)}", f"SUMMARY:{_text(summary)}",
            *([f"LOCATION:{_text(session.venue)}"] if session.venue else []), f"URL:{link}",
            "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(summary)}", "TRIGGER:-PT15M", "END:VALARM", "END:VEVENT"]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """A value with what has a meaning there said as itself."""
    for sign in "\\;,":
        words = words.replace(sign, f"\\{sign}")
    return " ".join(words.split())


def _folded(line: str) -> str:
    """A line in pieces that are not too long, none of which ends within a sign."""
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > LONGEST:
            pieces.append(piece)
            piece = ""
        piece += sign
    return "\r\n ".join([*pieces, piece])
