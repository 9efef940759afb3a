"""GET /cases, /cases/{number}, its events and its documents: what a court or institution may see of its own cases."""

import base64
import binascii
from datetime import UTC, datetime
from urllib.parse import quote

from flask import Response, g, request
from flask_smorest import Blueprint
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from engine import clock
from engine.access.policy import visible
from engine.cases.models import Case
from engine.db import db
from engine.documents import shelf
from engine.documents.models import Document
from engine.errors import Invalid, NotFound, problem
from engine.i18n import _
from engine.workflow.models import TraceEntry
from webapp.api import describe, incoming, presenting
from webapp.api.fields import MOMENT
from webapp.api.identity import needs
from webapp.api.schemas import CaseListQuerySchema
from webapp.auditing import opens

blueprint = Blueprint("api_cases", __name__, description="Cases, their clocks, waits and documents")
blueprint.before_request(incoming.receive)

FAULTS = (400, 401, 403, 404)
TOLD = {  # events of the trace that other systems hear of → in words
    "started": _("The case began."),
    "message_received": _("A message came in."),
    "message_delivered": _("The message moved the case on."),
    "timer_fired": _("A day came: a term ran out, or something begins."),
    "term_paused": _("A term stands still."),
    "term_resumed": _("A term goes on."),
    "completed": _("The case ended."),
    "cancelled": _("The case was stopped."),
}
SAFE_TYPES = {"application/pdf", "image/png", "image/jpeg"}


def _updated_at():
    """When something last happened to a case: the newest line of its trace, or its receipt."""
    newest = select(func.max(TraceEntry.at)).where(TraceEntry.case_id == Case.id).scalar_subquery()
    return func.coalesce(newest, Case.received_at)


@blueprint.get("/cases")
@describe.operation("List cases by their last change", query=CaseListQuerySchema, answer="CaseList", problems=(401, 403, 422))
@needs("cases")
def index():
    """The cases changed since a moment, the longest unchanged first. `next` leads on; it is null at the end."""
    asked = incoming.query(CaseListQuerySchema)
    updated, limit, as_of = _updated_at(), int(asked["limit"]), clock.now()
    query = select(Case, updated.label("updated_at")).where(visible(g.actor, Case))
    for condition in _conditions(asked, updated):
        query = query.where(condition)
    rows = db.session.execute(
        query.options(joinedload(Case.organisation)).order_by(updated, Case.id).limit(limit + 1)).all()
    cases = [presenting.head(case, _moment(at)) for case, at in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return {"cases": cases, "next": _cursor(_moment(last[1]), last[0].id) if last else None, "as_of": presenting.when(as_of)}


def _conditions(asked: dict, updated) -> list:
    conditions = []
    if asked["since"]:
        conditions.append(updated >= _since(asked["since"]))
    if asked.get("stage"):
        conditions.append(Case.stage == asked["stage"])
    if asked["cursor"]:
        at, last_id = _place(asked["cursor"])
        conditions.append(or_(updated > at, and_(updated == at, Case.id > last_id)))
    return conditions


def _since(text: str) -> datetime:
    text = text.replace(" ", "+")  # a bare + in a query string arrives as a blank
    try:
        if not MOMENT.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = _("This must be a time with zone, such as 2024-11-05T09:00:00Z.")
        raise Invalid(problems=[problem("/since", "format", message)]) from error


def _moment(value) -> datetime:
    """SQLite gives the result of a function back as text."""
    value = datetime.fromisoformat(value) if isinstance(value, str) else value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _cursor(at: datetime, last_id: int) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()} {last_id}".encode()).decode()


def _place(cursor: str) -> tuple[datetime, int]:
    try:
        at, last_id = base64.urlsafe_b64decode(cursor).decode().split(" ")
        moment, number = datetime.fromisoformat(at), int(last_id)
        if moment.tzinfo is None or not 0 <= number < 2**31:
            raise ValueError(cursor)
        return moment, number
    except (binascii.Error, ValueError, OverflowError) as error:
        raise Invalid(problems=[problem("/cursor", "format", _("This is not a cursor of ours."))]) from error


@blueprint.get("/cases/<number>")
@describe.operation("A case with its stage, clocks and waits", answer="Case", problems=FAULTS)
@needs("cases")
@opens
def show(number: str):
    """Each wait says who, what, since when, by when, under which article, and what follows if not."""
    case = presenting.visible_case(g.actor, number)
    at = db.session.scalar(select(_updated_at()).where(Case.id == case.id).select_from(Case))
    return presenting.whole(case, _moment(at))


@blueprint.get("/cases/<number>/events")
@describe.operation("What happened to a case, in order", answer="EventList", problems=FAULTS)
@needs("cases")
def events(number: str):
    case = presenting.visible_case(g.actor, number)
    rows = db.session.scalars(
        select(TraceEntry).where(TraceEntry.case_id == case.id, TraceEntry.event.in_(TOLD)).order_by(TraceEntry.id))
    return {"events": [
        {"event": row.event, "what": presenting.told(TOLD[row.event]), "at": presenting.when(row.at)} for row in rows]}


@blueprint.get("/cases/<number>/documents")
@describe.operation("The documents of a case that the asker may see", answer="DocumentList", problems=FAULTS)
@needs("documents")
def documents(number: str):
    """A court sees what was filed, the agreement and the outcome; never what was shown or said in mediation."""
    case = presenting.visible_case(g.actor, number)
    rows = db.session.scalars(select(Document).where(Document.case_id == case.id, visible(g.actor, Document))
                              .options(selectinload(Document.signatures)).order_by(Document.id))
    return {"documents": [presenting.document(row, case) for row in rows]}


@blueprint.get("/cases/<number>/documents/<int:document_id>/content")
@describe.operation("The file of a document", answer="", media_type="application/octet-stream", problems=FAULTS)
@needs("documents")
@opens
def content(number: str, document_id: int):
    """The bytes, whose SHA-256 is in the list; with `?sha256=` as they were under that hash, before a signature or a time stamp
    was added.
    """
    case = presenting.visible_case(g.actor, number)
    row = db.session.scalar(select(Document).where(
        Document.id == min(document_id, 2**31 - 1), Document.case_id == case.id, visible(g.actor, Document)))
    if row is None:
        raise NotFound()
    return _file(row, request.args.get("sha256", "")[:64])


def _file(row: Document, sha256: str) -> Response:
    shown_as = row.media_type if row.media_type in SAFE_TYPES else "application/octet-stream"
    answer = Response(shelf.as_of(row, sha256), content_type=shown_as)
    name = quote(row.filename or f"{row.kind}-{row.id}")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["ETag"] = f'"{sha256 or row.sha256}"'
    return answer
