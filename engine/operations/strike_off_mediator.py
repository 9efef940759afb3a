"""Change the register after a complaint about a mediator."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.mediation import striking
from engine.operations.operation import Operation, titled


class StrikeOffMediator(Operation):
    """Strike a mediator off the register of the court that sent the case, or note that the organisation dismissed them.

    From then on nobody appoints them to that court's cases, or to any. Cases they have stay theirs until another is appointed.
    A second decision of the same kind in the same case replaces nobody any more.
    """

    name = "mediation.strike_off"
    title = _("Strike a mediator off")

    class Inputs(Schema):
        mediator = titled(fields.Integer, _("User id of the mediator"), required=True)
        measure = titled(fields.String, _("Measure"), required=True, validate=OneOf(striking.MEASURES))

    class Outputs(Schema):
        mediates = titled(fields.Boolean, _("Still in this case"))

    def record(self, result, call):
        case = locked(Case, call.case_id)
        return {"mediates": striking.strike_off(case, call.inputs["mediator"], call.inputs["measure"])}
