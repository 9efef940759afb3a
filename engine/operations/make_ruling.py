"""Write the court's ruling on an application for confirmation."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.courts import confirmation
from engine.i18n import _
from engine.operations.operation import Operation, titled


class MakeRuling(Operation):
    """Write the ruling of a court whose judges decide here: number of its series, document, seal; the register follows."""

    name = "courts.make_ruling"
    title = _("Make the court's ruling")
    timeout_seconds = 30

    class Inputs(Schema):
        decision = titled(fields.String, _("Decision"), required=True, validate=OneOf(confirmation.DECISIONS))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)

    class Outputs(Schema):
        document_id = titled(fields.Integer, _("Document"))
        number = titled(fields.String, _("Case number of the ruling"))
