"""Note how the mediation ended."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases import outcomes
from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.operations.operation import Operation, titled


class ConcludeCase(Operation):
    """Note the close code (O01–O22) and the reason. A later code replaces an earlier one: O01 becomes O13 when nobody signs."""

    name = "cases.conclude"
    title = _("Note the outcome of the mediation")

    class Inputs(Schema):
        outcome = titled(fields.String, _("Outcome"), required=True, validate=OneOf(list(outcomes.OUTCOMES)))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)

    class Outputs(Schema):
        outcome = titled(fields.String, _("Outcome"))

    def record(self, result, call):
        outcomes.conclude(locked(Case, call.case_id), call.inputs["outcome"], call.inputs["reason"] or "", by="system")
        return {"outcome": call.inputs["outcome"]}
