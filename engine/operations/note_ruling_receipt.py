"""Note when a party received a ruling that its court serves itself, as the organisation's office has found out."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.courts import confirmation
from engine.db import locked
from engine.i18n import _
from engine.operations.operation import Operation, Rejected, optional_text, titled
from engine.workflow import trace


class NoteRulingReceipt(Operation):
    """Note on which day a party received the court's confirming ruling, by proof of service: its fifteen days to object run from
    there (CPL-Interp 372).
    """

    name = "courts.note_ruling_receipt"
    title = _("Note when a party received the court's ruling")
    errors = {"nothing_applied_for": _("There is no application for confirmation")}

    class Inputs(Schema):
        party = titled(fields.Integer, _("Party"), required=True)
        day = titled(fields.Date, _("Day"), required=True)
        proof = optional_text(_("Proof"))

    def record(self, result, call):
        locked(Case, call.case_id)
        try:
            confirmation.note_receipt(call.case_id, call.inputs["party"], call.inputs["day"])
        except confirmation.NothingAppliedFor as refusal:
            raise Rejected("nothing_applied_for") from refusal
        trace.write(None, "ruling_receipt_noted", "system", case_id=call.case_id, participant=call.inputs["party"],
                    note=call.inputs["proof"] or "")
        return {}
