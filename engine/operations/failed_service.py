"""What is done about a service that failed: serve again, publish, leave it, and take a published paper as served."""

from collections.abc import Mapping
from datetime import date

from marshmallow import Schema, fields
from sqlalchemy import select

from engine.access.models import Body, Participant
from engine.cases.models import Case
from engine.db import db, locked
from engine.documents import facts
from engine.documents.models import Document
from engine.errors import NotFound
from engine.i18n import _
from engine.notices import failing, public_notice
from engine.notices.failing import NotToBePublished
from engine.notices.models import Serving
from engine.operations import papers
from engine.operations.operation import Call, Operation, Rejected, titled
from engine.operations.printing import PrintingOperation
from engine.workflow.models import UserTask, WaitStatus

GROUNDS = {"unknown": ("受送达人下落不明", "the person's whereabouts are unknown"),
           "no_other_way": ("用其他方式无法送达", "no other way of service reached the person")}
NOT_PUBLISHED = {"not_published": _("This document cannot be served by public notice")}


class OfService(Schema):
    serving = titled(fields.Integer, _("The service"), required=True)


class OfNotice(Schema):
    ground = titled(fields.String, _("Ground"), required=True)
    gist = titled(fields.String, _("What the paper says, in short"), required=True)


def order_notice(case: Case, document: Document, court: Body, addressee: str, said: Mapping) -> dict:
    """The public notice (公告) by which a court serves one of its papers on somebody (CPL 95), as `papers.make` takes it."""
    ground, ground_en = GROUNDS[said["ground"]]
    told = facts.of(
        "public_notice", case, document.number or case.court_number or case.number, papers.verification(),
        court=court.name, court_en=court.name_en, ground=ground, ground_en=ground_en, addressee=addressee, gist=said["gist"],
        document={"title": document.title, "title_en": document.title_en}, signers=[facts.place("court", court.name)])
    return papers.order("public_notice", told, "filing", {"court": court})


class ServeAgain(Operation):
    """Serve once more, by the address that holds now; what has arrived meanwhile stays as it is."""

    name = "notices.serve_again"
    title = _("Serve again")
    Inputs = OfService

    def record(self, result, call):
        failing.again(_service(call))
        return {}


class StopServing(Operation):
    """Leave a paper unserved, with the reason on record."""

    name = "notices.stop_serving"
    title = _("Leave it unserved")

    class Inputs(OfService):
        reason = titled(fields.String, _("Reason"), required=True)

    def record(self, result, call):
        failing.stop(_service(call), call.inputs["reason"], _who(call))
        return {}


class MakePublicNotice(PrintingOperation):
    """Write the public notice (公告) by which a court serves one of its papers when nothing else reaches the person (CPL 95)."""

    name = "courts.make_public_notice"
    title = _("Make a public notice")
    errors = NOT_PUBLISHED

    class Inputs(OfService, OfNotice):
        pass

    def prepare(self, call):
        row = db.session.get(Serving, call.inputs["serving"])
        if row is None:
            raise NotFound()
        case, document = db.session.get(Case, call.case_id), db.session.get(Document, row.document_id)
        if public_notice.obstacle(document) is not None:
            raise Rejected("not_published")
        court = db.session.get(Body, public_notice.court_of(document))
        return order_notice(case, document, court, db.session.get(Participant, row.participant_id).name, call.inputs)


class PublishNotice(Operation):
    """Note where and when a public notice was put up or printed; its term runs from the day of the last one (CPL-Interp 138)."""

    name = "notices.publish"
    title = _("Note the public notice")
    errors = NOT_PUBLISHED

    class Inputs(OfService):
        published_on = titled(fields.String, _("Day"), required=True)
        places = titled(fields.String, _("Where"), required=True)
        reason = titled(fields.String, _("Reason"), required=True)

    def record(self, result, call):
        asked = call.inputs
        day = date.fromisoformat(asked["published_on"])
        try:
            failing.publish(_service(call), day, asked["places"], asked["reason"], _who(call))
        except NotToBePublished as refusal:
            raise Rejected("not_published", str(refusal)) from refusal
        return {}


class DeemServed(Operation):
    """The term of a public notice is over: the paper counts as served on its last day (CPL 95), unless it arrived before."""

    name = "notices.deem_served"
    title = _("Take a published paper as served")
    Inputs = OfService

    class Outputs(Schema):
        served_at = titled(fields.DateTime, _("Served"), allow_none=True)

    def record(self, result, call):
        return {"served_at": failing.deem_served(_service(call))}


def _service(call: Call) -> Serving:
    row = locked(Serving, call.inputs["serving"])
    if row is None or row.case_id != call.case_id:
        raise NotFound()
    return row


def _who(call: Call) -> str:
    """Whoever said so, in the task before."""
    done = select(UserTask.completed_by).where(
        UserTask.instance_id == call.instance_id, UserTask.status == WaitStatus.DONE).order_by(UserTask.closed_at.desc())
    return db.session.scalar(done.limit(1)) or "system"
