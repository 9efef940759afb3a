"""What became of the mails about terms: who should read them is told, and the administrators, when one did not arrive."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from engine import clock
from engine.access.models import User
from engine.db import db
from engine.notices.models import TermMail
from engine.workflow import incidents
from engine.workflow.models import Incident

KINDS = {"refused": "mail_refused", "unknown": "mail_unknown", "missed": "mail_missed"}  # status → kind of incident
LEFT_BEHIND = timedelta(minutes=5)  # a mail that has been leaving for so long: its worker died over it
SERVER = "mail server"  # what everybody's mails miss
BY = "system"


@dataclass(frozen=True)
class Last:
    """The last mail that somebody should have had."""

    day: date
    terms: int
    status: str  # away, sent, refused, unknown, missed
    why: str = ""


def note(row_id: int, status: str, why: str = "") -> None:
    """What became of it. What may have arrived is never sent again: a person looks."""
    row = db.session.get(TermMail, row_id)
    row.status = status
    user = db.session.get(User, row.user_id)
    if status == "sent":
        incidents.resolve_subject_of(_subject(user), KINDS["refused"], BY, "A later mail was taken.")
        incidents.resolve_subject_of(SERVER, KINDS["missed"], BY, "A mail was taken.")
    elif status in KINDS:
        incidents.report(SERVER if status == "missed" else _subject(user), KINDS[status], why)


def find_left_behind() -> int:
    """Mails whose worker died while they left: whether they arrived nobody knows. And those that no server took all day."""
    old = select(TermMail.id).where(TermMail.status == "leaving", TermMail.tried_at < clock.now() - LEFT_BEHIND)
    never = select(TermMail.id).where(TermMail.status == "away", TermMail.day < clock.today())
    left, missed = (list(db.session.scalars(each)) for each in (old, never))
    for row_id in left:
        note(row_id, "unknown", "The worker that sent it ended before it knew.")
    for row_id in missed:
        note(row_id, "missed", "The mail server was not reached, or took no mail, all day.")
    return len(left) + len(missed)


def begin_anew(user: User, is_wanted: bool) -> None:
    """Another address, or no mails any more: what was refused today is tried again there, and nobody need look into it."""
    row = db.session.scalar(select(TermMail).where(
        TermMail.user_id == user.id, TermMail.day == clock.today(), TermMail.status == "refused"))
    if row is not None and is_wanted:
        row.status = "away"
    why = "Another address was given, or no mail is wanted any more."
    incidents.resolve_subject_of(_subject(user), KINDS["refused"], user.name, why)


def last(user: User) -> Last | None:
    """How the last mail fared, for its reader."""
    row = db.session.scalar(select(TermMail).where(
        TermMail.user_id == user.id, TermMail.status.not_in(("nothing", "leaving"))).order_by(TermMail.day.desc()).limit(1))
    return row and Last(row.day, row.terms, row.status, _why(user, row.status))


def _why(user: User, status: str) -> str:
    """What the server answered, as long as the incident is open."""
    return status == "refused" and db.session.scalar(select(Incident.detail).where(
        Incident.subject == _subject(user), Incident.kind == KINDS[status], Incident.resolved_at.is_(None))) or ""


def _subject(user: User) -> str:
    return f"term mails of {user.login}"
