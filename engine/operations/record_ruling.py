"""Note the ruling another system reported."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.courts import confirmation, grounds
from engine.i18n import _
from engine.operations.operation import Operation, Rejected, titled


class RecordRuling(Operation):
    """Note the decision that the court's own system reported: confirmed, rejected, not accepted, withdrawn or treated so."""

    name = "courts.record_ruling"
    title = _("Note the court's ruling")
    errors = {"nothing_applied_for": _("There is no application for confirmation")}

    class Inputs(Schema):
        decision = titled(fields.String, _("Decision"), required=True, validate=OneOf(confirmation.DECISIONS))
        number = titled(fields.String, _("Case number of the ruling"), load_default="", allow_none=True)
        ground = titled(fields.String, _("Ground, as coded in the table of grounds"), load_default="", allow_none=True,
                        validate=OneOf(["", *grounds.every()]))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)
        ruled_on = titled(fields.Date, _("Day of the decision"), load_default=None, allow_none=True)

    class Outputs(Schema):
        decision = titled(fields.String, _("Decision"))

    def record(self, result, call):
        decided = call.inputs
        try:
            confirmation.decide(call.case_id, decided["decision"], decided["number"] or "", decided["reason"] or "",
                                ground=decided["ground"] or "", ruled_on=decided["ruled_on"])
        except confirmation.NothingAppliedFor as refusal:
            raise Rejected("nothing_applied_for") from refusal
        return {"decision": decided["decision"]}
