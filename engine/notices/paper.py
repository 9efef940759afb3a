"""The last rung: paper that staff post or hand over, and what came of it.

Returned because the address was wrong, withheld, changed without notice, or because it was refused: the day it came back is the
day of service, if the address had been confirmed (法院专递规定 11). A mediation letter must be signed for (CPL-Interp 133).
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import require, visible
from engine.db import db, locked
from engine.documents.models import Document
from engine.errors import Conflict, Invalid, NotFound, problem
from engine.i18n import _
from engine.notices import addresses, serving
from engine.notices.models import Notice, Serving, ServingAttempt, ServingDay
from engine.workflow import trace

ACTS = ("posted", "signed_for", "returned", "lost")


class NotOnPaper(Conflict):
    """Only what went by paper can be posted, handed over or come back."""

    message = _("This document is not being served on paper.")


class NoteUnusable(Invalid):
    message = _("Say what happened, and when.")


def waiting(actor: Actor) -> list[Serving]:
    """What staff have to post or hand over, or wait to hear of."""
    return list(db.session.scalars(select(Serving).where(
        Serving.status == "open", Serving.rung == "paper", visible(actor, Serving)).order_by(Serving.opened_at).limit(200)))


def note(actor: Actor, serving_id: int, act: str, day: date | None, tracking: str = "", remark: str = "") -> Serving:
    """Note what happened to the paper. Raises NotOnPaper, NoteUnusable."""
    row = locked(Serving, serving_id)
    if row is None:
        raise NotFound()
    require(actor, Permission.SERVICE_NOTE, row)
    attempt = row.attempts[-1] if row.attempts else None
    if row.status != "open" or attempt is None or attempt.rung != "paper":
        raise NotOnPaper()
    _check(act, day, attempt, tracking, remark)
    at = datetime.combine(day, time(12), clock.SHANGHAI)
    attempt.noted_by, attempt.remark = actor.name, remark.strip()[:500] or attempt.remark
    match act:
        case "posted":
            attempt.status, attempt.sent_at, attempt.tracking = "sent", at, tracking.strip()[:64]
        case "signed_for":
            attempt.status, attempt.arrived_at, attempt.sent_at = "arrived", at, attempt.sent_at or at
            row.status, row.served_at, row.basis = "served", at, "signed_for"
        case "returned" | "lost":
            _came_back(row, attempt, at, act)
    trace.write(None, f"paper_{act}", actor.name, case_id=row.case_id, participant=row.participant_id, document=row.document_id)
    db.session.flush()
    return row


def _check(act: str, day: date | None, attempt: ServingAttempt, tracking: str, remark: str) -> None:
    faults = []
    if act not in ACTS:
        faults.append(problem("/act", "choice", _("Choose what happened.")))
    if day is None or day > clock.today():
        faults.append(problem("/day", "date", _("Give the day on which it happened; it cannot lie ahead.")))
    elif attempt.sent_at and day < attempt.sent_at.astimezone(clock.SHANGHAI).date():
        faults.append(problem("/day", "date", _("It cannot have come back or arrived before it was posted.")))
    if act == "posted" and not tracking.strip():
        faults.append(problem("/tracking", "missing", _("Give the number of the consignment.")))
    if act in ("returned", "lost") and not remark.strip():
        faults.append(problem("/remark", "missing", _("Say why it came back.")))
    if faults:
        raise NoteUnusable(problems=faults)


def _came_back(row: Serving, attempt: ServingAttempt, at: datetime, act: str) -> None:
    """The day of the return is the day of service, but not without a confirmed address, and not for what must be signed for."""
    attempt.status, attempt.returned_at = "returned" if act == "returned" else "failed", at
    kind = db.session.get(Document, row.document_id).kind
    if act == "returned" and row.address_id is not None and kind not in serving.MUST_BE_SIGNED_FOR:
        row.status, row.served_at, row.basis = "served", at, "returned"
    else:
        row.status, row.next_at = "failed", None


def again(actor: Actor, serving_id: int) -> Serving:
    """Another address has been found: begin the ladder again, by the confirmation that holds now."""
    row = locked(Serving, serving_id)
    if row is None:
        raise NotFound()
    require(actor, Permission.SERVICE_NOTE, row)
    if row.status != "failed":
        raise NotOnPaper()
    address = addresses.of(row.participant_id)
    row.status, row.rung, row.address_id = "open", "", address.id if address else None
    row.agrees = addresses.agrees_to(address, db.session.get(Document, row.document_id).kind)
    serving.climb(row)
    return row


def failed(actor: Actor) -> list[Serving]:
    """Documents that could not be served: somebody must find another address, or another way."""
    return list(db.session.scalars(select(Serving).where(
        Serving.status == "failed", visible(actor, Serving)).order_by(Serving.opened_at.desc()).limit(200)))


def gaps(actor: Actor, days: int = 7) -> list[Notice]:
    """Messages of the last days that are not known to have arrived, in the actor's cases."""
    listed = db.session.scalars(select(ServingDay.gaps).where(ServingDay.day >= clock.today() - timedelta(days=days)))
    ids = [one["notice"] for row in listed for one in row]
    return list(db.session.scalars(select(Notice).where(
        Notice.id.in_(ids), visible(actor, Notice)).order_by(Notice.id.desc()).limit(200)))
