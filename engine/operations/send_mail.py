"""Send an e-mail."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import db
from engine.i18n import _
from engine.notices import mail, send
from engine.operations.operation import Operation, Rejected, TryAgain, Unknown, titled


class SendMail(Operation):
    """Send an e-mail to one participant. A mail server cannot be asked what it did: when that is unknown, a person looks.

    `to` is a participant's id, or `applicant` or `respondent` where that side is one person: one call, one mail.
    """

    name = "notices.send_mail"
    title = _("Send an e-mail")
    effect_class = "C"
    timeout_seconds = 15
    harmless_late = True
    errors = {"several_recipients": _("One call sends one mail")}

    class Inputs(Schema):
        template = titled(fields.String, _("Text"), required=True)
        to = titled(fields.Raw, _("To whom"), required=True)

    class Outputs(Schema):
        sent = titled(fields.Integer, _("How many were sent"))
        unreached = titled(fields.List, _("Participants without a usable address"), cls_or_instance=fields.Integer())

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        if len(send.recipients(case, call.inputs["to"])) > 1:
            raise Rejected("several_recipients")
        return {"notices": send.prepare(case, call.inputs["template"], call.inputs["to"], call.key, "email", True)}

    def read_anew(self, call):
        return {"envelopes": send.envelopes(call.snapshot["notices"])}

    def run(self, inputs, call):
        results = {}
        for envelope in call.private["envelopes"]:
            try:
                mail.send(envelope["key"], envelope["to"], envelope["subject"], send.spoken(envelope), call.check_ours)
                results[str(envelope["id"])] = envelope["key"]
            except mail.MailRefused as refusal:
                results[str(envelope["id"])] = f"!{refusal}"
            except mail.MailAway as away:
                raise TryAgain(str(away)) from away
            except mail.MailUnknown as doubt:
                raise Unknown(str(doubt)) from doubt
        return {"results": results}

    def note_doubt(self, call_key):
        send.note_doubt(call_key)

    def record(self, result, call):
        return send.note_results(call.key, result["results"])
