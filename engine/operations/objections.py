"""The court's work on an objection to its confirming ruling: take it in, settle whether it is in time, decide."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf
from sqlalchemy import select

from engine.access.models import Body
from engine.cases.models import Case
from engine.courts import messages, objections
from engine.courts.models import CourtProfile, RulingObjection
from engine.db import db, locked
from engine.documents import facts, facts_of_claims
from engine.documents.models import Document
from engine.i18n import _
from engine.notices import public_notice
from engine.operations import papers
from engine.operations.court_callback import CourtCallback
from engine.operations.failed_service import OfNotice, order_notice
from engine.operations.operation import Call, Operation, Rejected, titled
from engine.operations.printing import PrintingOperation
from engine.workflow import trace
from engine.workflow.models import UserTask, WaitStatus

RESULTS = {"objection_upheld": "upheld", "objection_changed": "changed", "objection_rejected": "rejected"}
UNKNOWN = {"nothing_asked_for": _("There is no such objection.")}
COUNTED, OVERRULED = "counted", "overruled"
SAID = {True: ("在期间内", "in time"), False: ("已超过期间", "too late")}


class Asked(Schema):
    objection = titled(fields.Integer, _("Objection"), required=True)


class FileObjection(Operation):
    """Bring an objection before the court that ruled, and count whether it is in time (CPL-Interp 372): a party 15 days from its
    own receipt, an interested person 6 months from when they knew or should have known.
    """

    name = "courts.file_objection"
    title = _("Bring an objection before the court and count its time")
    errors = UNKNOWN
    Inputs = Asked

    class Outputs(Schema):
        decides_here = titled(fields.Boolean, _("Its people work on this platform"))
        in_time = titled(fields.Boolean, _("In time"))
        by_party = titled(fields.Boolean, _("A party of the case objects"))
        objector = titled(fields.Integer, _("The party that objects; 0 for others"))
        court_decides = titled(fields.Boolean, _("The court decides in its own system and tells us"))
        timeliness_choices = titled(fields.List, _("What a clerk may say to the count"), cls_or_instance=fields.Dict())

    def record(self, result, call):
        case, row = locked(Case, call.case_id), _objection(call)
        objections.bring(row, case)
        objections.count(row)
        profile = db.session.get(CourtProfile, row.court_id)
        zh, en = SAID[row.counted_in_time]
        other_zh, other_en = SAID[not row.counted_in_time]
        return {
            "decides_here": bool(profile and profile.decides_here), "in_time": row.in_time, "by_party": row.capacity == "party",
            "objector": row.participant_id or 0, "court_decides": objections.is_decided_there(row, profile),
            "timeliness_choices": [
                {"id": COUNTED, "name": f"按计算结果：{zh}（{row.explanation['zh']}）", "name_en": f"As counted: {en} "
                 f"({row.explanation['en']})"},
                {"id": OVERRULED, "name": f"不按计算结果，认定{other_zh}", "name_en": f"Not as counted: {other_en}"}],
        }


class SettleObjectionTime(Operation):
    """Whether an objection is in time: the count holds, unless the clerk put the opposite in its place with a reason."""

    name = "courts.settle_objection_time"
    title = _("Settle whether an objection is in time")
    errors = UNKNOWN

    class Inputs(Asked):
        timeliness = titled(fields.String, _("What the clerk says to the count"), required=True,
                            validate=OneOf((COUNTED, OVERRULED)))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)

    class Outputs(Schema):
        in_time = titled(fields.Boolean, _("In time"))

    def record(self, result, call):
        row = objections.count(_objection(call))
        if call.inputs["timeliness"] == OVERRULED and not row.overruled_by:
            objections.overrule(row, _completed_by(call, "receive_objection"), call.inputs["reason"] or "")
        return {"in_time": row.in_time}


class DecideObjection(Operation):
    """Note what the court made of an objection: too late, upheld, changed, rejected. Upheld, the confirmation is gone."""

    name = "courts.decide_objection"
    title = _("Note what the court made of an objection")
    errors = UNKNOWN

    class Inputs(Asked):
        result = titled(fields.String, _("What became of it"), required=True, validate=OneOf(("late", *RESULTS)))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)
        number = titled(fields.String, _("Number the court's own system gave it"), load_default="", allow_none=True)

    class Outputs(Schema):
        number = titled(fields.String, _("Case number"))

    def record(self, result, call):
        locked(Case, call.case_id)
        said = call.inputs["result"]
        row = _objection(call)
        objections.note_number(row, call.inputs["number"] or "")
        return {"number": objections.decide(row, RESULTS.get(said, said), call.inputs["reason"] or row.overruled_reason)}


class MakeObjectionRuling(Operation):
    """Write the ruling on an objection, under the number of the court's series and its seal; both sides may read it, and the
    outsider who objected.
    """

    name = "courts.make_objection_ruling"
    title = _("Make the ruling on an objection")
    timeout_seconds = 30
    errors = UNKNOWN

    class Inputs(Asked):
        result = titled(fields.String, _("What became of it"), required=True, validate=OneOf(tuple(RESULTS)))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)

    class Outputs(Schema):
        document_id = titled(fields.Integer, _("Document"))
        number = titled(fields.String, _("Case number"))
        on_paper = titled(fields.Boolean, _("An outsider who did not agree to electronic service"))

    def prepare(self, call):
        row, case = _objection(call), db.session.get(Case, call.case_id)
        court, number = db.session.get(Body, row.court_id), objections.number_of(row)
        told = facts.of("procedure_ruling", case, number, papers.verification(), court=court.name, ruling=call.inputs["result"],
                        **facts_of_claims.objection_paper(case, row, call.inputs["reason"] or ""),
                        signers=[facts.place("court", court.name)])
        return papers.order("procedure_ruling", told, "filing", {"court": court})

    def run(self, inputs, call):
        return papers.make(call.snapshot)

    def record(self, result, call):
        document, row = papers.keep(result, call.snapshot, call), _objection(call)
        row.document_id = document.id
        return {"document_id": document.id, "number": call.snapshot["facts"]["number"],
                "on_paper": row.capacity != "party" and not row.agrees}


class MakeObjectionNotice(PrintingOperation):
    """Write the public notice (公告) of the ruling on an objection, for an outsider whom nothing else reaches (CPL 95)."""

    name = "courts.make_objection_notice"
    title = _("Make the public notice of a ruling on an objection")
    errors = UNKNOWN

    class Inputs(Asked, OfNotice):
        pass

    def prepare(self, call):
        row, case = _objection(call), db.session.get(Case, call.case_id)
        document = db.session.get(Document, row.document_id or 0)
        if document is None:
            raise Rejected("nothing_asked_for")
        return order_notice(case, document, db.session.get(Body, row.court_id), row.name, call.inputs)


class NoteObjectionServed(Operation):
    """Note that the ruling was served on an outsider: when, and how; of a public notice also where and why. Without a day of its
    own, one that was published counts as served on the last day of the notice (CPL 95).
    """

    name = "courts.note_objection_served"
    title = _("Note that the ruling on an objection was served on an outsider")
    errors = UNKNOWN

    class Inputs(Asked):
        day = titled(fields.Date, _("Served on"), load_default=None, allow_none=True)
        published_on = titled(fields.Date, _("Day of the public notice"), load_default=None, allow_none=True)
        way = titled(fields.String, _("How"), required=True)
        places = titled(fields.String, _("Where the notice was put up or printed"), load_default="", allow_none=True)
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)

    def record(self, result, call):
        row, said = _objection(call), call.inputs
        day = said["day"] or said["published_on"] and public_notice.served_on(said["published_on"])
        if day is None:
            raise Rejected("nothing_asked_for", "neither a day of service nor that of a public notice")
        served = objections.received(day)
        row.read_at = min(served, row.read_at or served)  # the first way that reached them counts (在线诉讼规则 31)
        note = "；".join(one for one in (said["way"], said["places"], said["reason"]) if one)
        trace.write(None, "document_received", row.name, case_id=call.case_id, note=note, document=row.document_id)
        return {}


class TellObjection(CourtCallback):
    """Hand an objection with its evidence to the court's own system; one that the court registered itself is not told it."""

    name = "courts.tell_objection"
    title = _("Hand an objection to the court's system")
    errors = {**CourtCallback.errors, **UNKNOWN}
    Inputs = Asked

    def prepare(self, call):
        row, case = _objection(call), db.session.get(Case, call.case_id)
        return self.addressed(None if row.channel == "api" else row.court_id, messages.objection(case, row))


def _objection(call: Call) -> RulingObjection:
    """The call's objection, locked; one of another case is unknown here."""
    try:
        found = objections.get(call.inputs["objection"])
    except objections.NoSuchObjection:
        found = None
    if found is None or found.case_id not in (None, call.case_id):
        raise Rejected("nothing_asked_for")
    return found


def _completed_by(call: Call, element: str) -> str:
    """Who did the step of this instance last."""
    done = select(UserTask.completed_by).where(
        UserTask.instance_id == call.instance_id, UserTask.element == element, UserTask.status == WaitStatus.DONE)
    return db.session.scalar(done.order_by(UserTask.closed_at.desc()).limit(1)) or ""
