"""Keep what somebody said about an obligation."""

from decimal import Decimal

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine import reading
from engine.i18n import _
from engine.mediation import obligations
from engine.operations.operation import Operation, Rejected, titled


class NotePerformance(Operation):
    """Keep a word about an obligation: reported by the debtor, received or not by the creditor, verified, in
    default, or deferred by the creditor until a day.

    Without an amount, `received` and `verified` mean all that is still owed; more than that goes to other instalments
    (`engine/mediation/imputation.py`).
    """

    name = "performance.note"
    title = _("Note the performance of an obligation")
    errors = {"no_such_obligation": _("There is no such obligation in this case.")}

    class Inputs(Schema):
        obligation = titled(fields.Integer, _("Obligation"), required=True)
        event = titled(fields.String, _("What happened"), required=True, validate=OneOf(obligations.EVENTS))
        by = titled(fields.String, _("Who says so"), load_default="", allow_none=True)
        amount = titled(fields.Decimal, _("Amount"), load_default=None, allow_none=True)
        on = titled(fields.Date, _("Day"), load_default=None, allow_none=True)
        early = titled(fields.Boolean, _("An excess covers later instalments, too"), load_default=False)
        remark = titled(fields.String, _("Remark"), load_default="", allow_none=True)

    class Outputs(Schema):
        remaining = titled(fields.String, _("Still owed"))
        settled = titled(fields.Boolean, _("Fully performed"))
        covered = titled(fields.List, _("Instalments that the excess covers"), cls_or_instance=fields.Integer())

    def record(self, result, call):
        said = call.inputs
        amount, on = said["amount"], said["on"]
        try:
            row, covered = obligations.note(
                call.case_id, said["obligation"], said["event"], said["by"] or "", Decimal(str(amount)) if amount else None,
                reading.answered(on), said["remark"] or "", said["early"])
        except obligations.NoSuchObligation as refusal:
            raise Rejected("no_such_obligation") from refusal
        return {"remaining": str(row.remaining), "settled": row.status == "performed",
                "covered": [one.id for one in covered]}
