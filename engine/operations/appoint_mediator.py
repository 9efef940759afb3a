"""Appoint the mediator of a case."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.mediation import mediators
from engine.operations.operation import Operation, Rejected, titled


class SeatMediator(Operation):
    """Give somebody a place as a mediator of the case. Refused when something stands against it."""

    errors = {
        "not_a_mediator": _("Not an active mediator of the organisation"),
        "struck_off": _("The court has struck the mediator off its register"),
        "conflict_of_interest": _("The mediator once worked for a party"),
        "evaluated_before": _("The mediator was asked for a neutral evaluation of the case"),
    }

    class Inputs(Schema):
        mediator = titled(fields.Integer, _("User id of the mediator"), required=True)
        accepted = titled(fields.Boolean, _("Disclosed, and accepted by every party"), load_default=False)

    def record(self, result, call):
        try:
            return self.seat(locked(Case, call.case_id), call.inputs["mediator"], call.inputs["accepted"])
        except mediators.MediatorUnfit as refusal:
            raise Rejected(refusal.code.replace("-", "_"), str(refusal)) from refusal

    def seat(self, case: Case, mediator: int, accepted: bool) -> dict:
        """Do it, and tell the outputs. Raises what is a MediatorUnfit."""
        raise NotImplementedError


class AppointMediator(SeatMediator):
    """Make this person the mediator of the case; an earlier mediator leaves it. Refused when a conflict stands against it."""

    name = "mediation.appoint"
    title = _("Appoint the mediator")

    class Outputs(Schema):
        mediator = titled(fields.Integer, _("User id of the mediator"))

    def seat(self, case, mediator, accepted):
        mediators.appoint(case, mediator, accepted)
        return {"mediator": case.mediator_id}
