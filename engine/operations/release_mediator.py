"""Release the mediator of a case."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.mediation import mediators
from engine.operations.operation import Operation, titled


class ReleaseMediator(Operation):
    """The mediator leaves the case: recused, objected to or changed. Planned sessions are called off."""

    name = "mediation.release"
    title = _("Release the mediator")

    class Inputs(Schema):
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)

    class Outputs(Schema):
        mediator_released = titled(fields.Integer, _("User id of the mediator"), allow_none=True)

    def record(self, result, call):
        return {"mediator_released": mediators.release(locked(Case, call.case_id), call.inputs["reason"] or "")}
