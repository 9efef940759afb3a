"""What the operations that talk to a court's system share."""

from marshmallow import Schema, fields

from engine.i18n import _
from engine.operations.operation import Operation, titled


class CourtCallback(Operation):
    """One signed message to a court's system: in order per court and case, ten attempts over a day, the call's key as its id."""

    effect_class = "A"
    timeout_seconds = 12
    max_attempts = 10
    in_order = True
    errors = {"court_refused": _("The court's system refused the message")}

    class Outputs(Schema):
        receipt = titled(fields.String, _("Receipt"))
