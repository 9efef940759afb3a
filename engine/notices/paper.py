"""The last rung: paper that staff post or hand over, and what came of it.

Returned because the address was wrong, withheld, changed without notice, or because it was refused: the day it came back is the
day of service, if the address had been confirmed (法院专递规定 11). A mediation letter must be signed for (CPL-Interp 133); a
court's other papers may be left where somebody refuses them, with a witness or pictures (CPL 89). What fails becomes a task.

Courts post their own papers, the mediation organisation those that are its own.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.sql import ColumnElement

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Role
from engine.access.permissions import Permission
from engine.access.policy import related_by, require, visible
from engine.db import db, locked
from engine.documents.models import Document
from engine.errors import Conflict, Forbidden, Invalid, NotFound, problem
from engine.i18n import _
from engine.notices import failing, public_notice, reconcile, serving
from engine.notices.models import Notice, Serving, ServingAttempt, ServingDay
from engine.workflow import trace
from engine.workflow.models import Instance, InstanceStatus, UserTask, WaitStatus

ACTS = ("posted", "signed_for", "left", "returned", "lost", "not_found")
REASONED = ("left", "returned", "lost", "not_found")
FAILING = ("returned", "lost", "not_found")
LIVE = (InstanceStatus.RUNNING, InstanceStatus.SUSPENDED)
NO_REASON = _("Say why it came back, what was done to find the person, or who was witness.")


class NotOnPaper(Conflict):
    """Only what went by paper can be posted, handed over or come back."""

    message = _("This document is not being served on paper.")


class NoteUnusable(Invalid):
    message = _("Say what happened, and when.")


def waiting(actor: Actor) -> list[Serving]:
    """What staff have to post or hand over, or wait to hear of."""
    return list(db.session.scalars(select(Serving).where(
        Serving.status == "open", Serving.rung == "paper", _theirs(actor)).order_by(Serving.opened_at).limit(200)))


def _theirs(actor: Actor) -> ColumnElement[bool]:
    """Services that this actor's body carries out: a court's papers are the court's, all others the organisation's."""
    is_a_courts = public_notice.is_a_courts(Serving.document_id)
    return visible(actor, Serving) & or_(
        is_a_courts & related_by(actor, Role.CLERK, Serving.case_id), ~is_a_courts & _of_the_organisation(actor, Serving))


def _of_the_organisation(actor: Actor, model) -> ColumnElement[bool]:
    """Rows of the cases in which the actor works for the mediation organisation."""
    return or_(*(related_by(actor, role, model.case_id) for role in (Role.COORDINATOR, Role.MEDIATOR)))


def note(actor: Actor, serving_id: int, act: str, day: date | None, tracking: str = "", remark: str = "") -> Serving:
    """Note what happened to the paper. Raises NotOnPaper, NoteUnusable."""
    row = _locked(actor, serving_id)
    attempt = row.attempts[-1] if row.attempts else None
    if row.status != "open" or attempt is None or attempt.rung != "paper":
        raise NotOnPaper()
    _check(row, act, day, tracking, remark)
    at = datetime.combine(day, time(12), clock.SHANGHAI)
    attempt.noted_by, attempt.remark = actor.name, remark.strip()[:500] or attempt.remark
    match act:
        case "posted":
            attempt.status, attempt.sent_at, attempt.tracking = "sent", at, tracking.strip()[:64]
        case "signed_for":
            attempt.status, attempt.arrived_at, attempt.sent_at = "arrived", at, attempt.sent_at or at
            row.status, row.served_at, row.basis = "served", at, "signed_for"
        case "left":
            serving.settle(row, attempt, "left", at)
        case "returned" | "lost" | "not_found":
            _came_back(row, attempt, at, act)
    trace.write(None, f"paper_{act}", actor.name, case_id=row.case_id, participant=row.participant_id, document=row.document_id)
    db.session.flush()
    if row.status == "failed":
        failing.tell(row, actor.name)
    return row


def _locked(actor: Actor, serving_id: int) -> Serving:
    """A service this actor's body carries out, locked after the instances of its case, which may hear of it."""
    row = db.session.get(Serving, serving_id)
    if row is None:
        raise NotFound()
    require(actor, Permission.SERVICE_NOTE, row)
    if db.session.scalar(select(Serving.id).where(Serving.id == serving_id, _theirs(actor))) is None:
        raise Forbidden()
    live = select(Instance.id).where(Instance.case_id == row.case_id, Instance.status.in_(LIVE)).order_by(Instance.id)
    for key in db.session.scalars(live).all():
        locked(Instance, key)
    return locked(Serving, serving_id)


def acts_for(document: Document) -> tuple[str, ...]:
    """What may come of a paper: only a court leaves one, and never what must be signed for (CPL 89, CPL-Interp 133)."""
    may_leave = public_notice.served_by(document) == "court" and document.kind not in serving.MUST_BE_SIGNED_FOR
    return tuple(act for act in ACTS if act != "left" or may_leave)


def _check(row: Serving, act: str, day: date | None, tracking: str, remark: str) -> None:
    faults, attempt = [], row.attempts[-1]
    if act not in acts_for(db.session.get(Document, row.document_id)):
        faults.append(problem("/act", "choice", _("Choose what happened.")))
    if day is None or day > clock.today():
        faults.append(problem("/day", "date", _("Give the day on which it happened; it cannot lie ahead.")))
    elif attempt.sent_at and day < attempt.sent_at.astimezone(clock.SHANGHAI).date():
        faults.append(problem("/day", "date", _("It cannot have come back or arrived before it was posted.")))
    if act == "posted" and not tracking.strip():
        faults.append(problem("/tracking", "missing", _("Give the number of the consignment.")))
    if act in REASONED and not remark.strip():
        faults.append(problem("/remark", "missing", NO_REASON))
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
    row = _locked(actor, serving_id)
    if row.status != "failed":
        raise NotOnPaper()
    failing.again(row)
    return row


def failed(actor: Actor) -> list[Serving]:
    """Documents that could not be served: somebody must find another address, or another way."""
    return list(db.session.scalars(select(Serving).where(
        Serving.status == "failed", _theirs(actor)).order_by(Serving.opened_at.desc()).limit(200)))


def tasks_for(rows: list[Serving]) -> dict[int, int]:
    """The open task in which somebody is to find another way to serve, by service."""
    asked = db.session.scalars(select(UserTask).where(
        UserTask.case_id.in_({row.case_id for row in rows}), UserTask.process_key == failing.PROCESS,
        UserTask.status == WaitStatus.OPEN).order_by(UserTask.id))
    return {task.data["serving"]: task.id for task in asked if "serving" in task.data}


def gaps(actor: Actor, days: int = 7) -> list[Notice]:
    """Messages of the last days, and of earlier ones still told of, that are not known to have arrived, in the actor's cases."""
    lately = ServingDay.day >= clock.today() - timedelta(days=days)
    listed = db.session.scalars(select(ServingDay.gaps).where(lately | ServingDay.day.in_(reconcile.told_of())))
    ids = [one["notice"] for row in listed for one in row]
    return list(db.session.scalars(select(Notice).where(
        Notice.id.in_(ids), Notice.settled_at.is_(None), visible(actor, Notice), _of_the_organisation(actor, Notice)
    ).order_by(Notice.id.desc()).limit(200)))


def settle_gap(actor: Actor, notice_id: int, how: str) -> Notice:
    """Note how somebody was reached after all, or why nothing more is needed. Raises NotFound, NoteUnusable, NotAGap."""
    mine = Notice.id == notice_id, visible(actor, Notice), _of_the_organisation(actor, Notice)
    if db.session.scalar(select(Notice.id).where(*mine)) is None:
        raise NotFound()
    row = locked(Notice, notice_id)
    require(actor, Permission.SERVICE_NOTE, row)
    if not how.strip():
        raise NoteUnusable(problems=[problem("/how", "missing", _("Say how the person was reached, or why it is not needed."))])
    reconcile.settle(row, how, actor.name)
    return row
