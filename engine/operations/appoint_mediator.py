"""Appoint the mediator of a case."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.mediation import mediators
from engine.operations.operation import Operation, Rejected, titled


class AppointMediator(Operation):
    """Make this person the mediator of the case; an earlier mediator leaves it. Refused when a conflict stands against it."""

    name = "mediation.appoint"
    title = _("Appoint the mediator")
    errors = {
        "not_a_mediator": _("Not an active mediator of the organisation"),
        "struck_off": _("The court has struck the mediator off its register"),
        "conflict_of_interest": _("The mediator once worked for a party"),
    }

    class Inputs(Schema):
        mediator = titled(fields.Integer, _("User id of the mediator"), required=True)
        accepted = titled(fields.Boolean, _("Disclosed, and accepted by every party"), load_default=False)

    class Outputs(Schema):
        mediator = titled(fields.Integer, _("User id of the mediator"))

    def record(self, result, call):
        case = locked(Case, call.case_id)
        try:
            mediators.appoint(case, call.inputs["mediator"], call.inputs["accepted"])
        except mediators.MediatorUnfit as refusal:
            raise Rejected(refusal.code.replace("-", "_"), str(refusal)) from refusal
        return {"mediator": case.mediator_id}
