"""Change the register after a complaint about a mediator."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.db import db, locked
from engine.i18n import _
from engine.mediation import mediators
from engine.mediation.models import MediatorProfile
from engine.operations.operation import Operation, titled


class StrikeOffMediator(Operation):
    """Strike a mediator off the register of the court that sent the case, or note that the organisation dismissed them.

    From then on nobody appoints them to that court's cases, or to any. Cases they have stay theirs until another is appointed.
    """

    name = "mediation.strike_off"
    title = _("Strike a mediator off")

    class Inputs(Schema):
        mediator = titled(fields.Integer, _("User id of the mediator"), required=True)
        measure = titled(fields.String, _("Measure"), required=True, validate=OneOf(["removal", "dismissed"]))

    class Outputs(Schema):
        mediates = titled(fields.Boolean, _("Still in this case"))

    def record(self, result, call):
        case, mediator = locked(Case, call.case_id), call.inputs["mediator"]
        if db.session.get(MediatorProfile, mediator) is not None:
            mediators.strike_off(case, mediator, call.inputs["measure"])
        return {"mediates": case.mediator_id == mediator and case.concluded_at is None}
