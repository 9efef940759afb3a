"""Note a notary's deed, or the execution certificate on it."""

from datetime import date

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.courts import deeds
from engine.i18n import _
from engine.operations.operation import Operation, Rejected, titled


class NoteDeed(Operation):
    """Note the enforceable deed that a notary made on the agreement, or its execution certificate after a default."""

    name = "notary.note_deed"
    title = _("Note a notary's deed or execution certificate")
    errors = {"no_deed": _("There is no notarised deed in this case.")}

    class Inputs(Schema):
        kind = titled(fields.String, _("Which"), required=True, validate=OneOf(("deed", "certificate")))
        number = titled(fields.String, _("Number"), required=True)
        on = titled(fields.Date, _("Day"), required=True)
        notary = titled(fields.String, _("Notary's office"), load_default="", allow_none=True)

    class Outputs(Schema):
        number = titled(fields.String, _("Number"))

    def record(self, result, call):
        said, on = call.inputs, date.fromisoformat(str(call.inputs["on"]))
        try:
            if said["kind"] == "certificate":
                deeds.note_certificate(call.case_id, said["number"], on)
            else:
                deeds.note(call.case_id, said["notary"] or "", said["number"], on)
        except deeds.NoDeed as refusal:
            raise Rejected("no_deed") from refusal
        return {"number": said["number"]}
