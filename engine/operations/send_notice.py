"""Send a short message."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import db
from engine.documents import shelf
from engine.i18n import _
from engine.notices import send, serving, sms
from engine.notices.models import Notice
from engine.operations.operation import Operation, TryAgain, titled


class SendNotice(Operation):
    """Send a short message to parties, each with their own link, check code and record of delivery. A document that it
    serves goes up the ladder of service until it has arrived (`engine/notices/serving.py`).

    `to` is `parties`, `applicant`, `respondent`, `absent` (not yet in the open room), a participant's id, or a list of them.
    Who cannot be reached is on record.
    """

    name = "notices.send"
    title = _("Send a short message")
    effect_class = "A"
    timeout_seconds = 60
    harmless_late = True  # who hears of a step that is over finds on the page what holds now

    class Inputs(Schema):
        template = titled(fields.String, _("Text"), required=True)
        to = titled(fields.Raw, _("To whom"), required=True)
        link = titled(fields.Boolean, _("With a link to the case"), load_default=True)
        values = titled(fields.Dict, _("What the text is told besides the register"), load_default=dict)
        serves = titled(fields.String, _("Document that is served with it"), load_default="", allow_none=True)

    class Outputs(Schema):
        sent = titled(fields.Integer, _("How many were sent"))
        unreached = titled(fields.List, _("Participants without a usable address"), cls_or_instance=fields.Integer())

    def is_harmless_late(self, call):
        """Not when it serves a document: service has effects of its own (CPL 87–95), and a person looks at it."""
        return not call.inputs["serves"]

    def prepare(self, call):
        case, asked = db.session.get(Case, call.case_id), call.inputs
        ready = send.prepare(case, asked["template"], asked["to"], call.key, "sms", asked["link"], asked["values"])
        if asked["serves"] and (document := shelf.find(case.id, asked["serves"])) is not None:
            for person in send.recipients(case, asked["to"]):
                serving.begin(case, person, document, send.find(call.key, person))
        return {"notices": ready}

    def read_anew(self, call):
        return {"envelopes": send.envelopes(call.snapshot["notices"])}

    def run(self, inputs, call):
        results = {}
        for envelope in call.private["envelopes"]:
            try:
                results[str(envelope["id"])] = sms.send(envelope["key"], envelope["to"], send.spoken(envelope), envelope["sign"])
            except sms.GatewayRefused as refusal:
                results[str(envelope["id"])] = f"!{refusal}"
            except sms.GatewayAway as away:  # those that left already leave again under the same key: the gateway sends them once
                raise TryAgain(str(away), away.seconds) from away
        return {"results": results}

    def record(self, result, call):
        told = send.note_results(call.key, result["results"])
        for key in result["results"]:
            serving.follow(db.session.get(Notice, int(key)))
        return told
