"""Transfer a case to another organisation, or merge it into another case."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases import transfer
from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.operations.operation import Operation, Rejected, titled


class TransferCase(Operation):
    """Enter the dispute anew at another organisation, or go on in another open case; both cases name each other."""

    name = "cases.transfer"
    title = _("Transfer or merge the case")
    errors = {"transfer_refused": _("There is no such organisation or case")}

    class Inputs(Schema):
        kind = titled(fields.String, _("Transfer or merge"), required=True, validate=OneOf(("transfer", "merge")))
        organisation = titled(fields.String, _("Code of the organisation"), load_default="", allow_none=True)
        case_number = titled(fields.String, _("Number of the case to merge into"), load_default="", allow_none=True)
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)

    class Outputs(Schema):
        other_case = titled(fields.String, _("Number of the other case"))

    def record(self, result, call):
        case, asked = locked(Case, call.case_id), call.inputs
        try:
            if asked["kind"] == "merge":
                other = transfer.merge(case, asked["case_number"] or "", asked["reason"] or "")
            else:
                other = transfer.move(case, asked["organisation"] or "", asked["reason"] or "")
        except transfer.NotTransferable as refusal:
            raise Rejected("transfer_refused", str(refusal)) from refusal
        return {"other_case": other.number}
