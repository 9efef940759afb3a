"""Somebody comes to sit beside the mediator of a case, or leaves."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.mediation import mediators, panel
from engine.operations.operation import Operation, Rejected, titled


class JoinPanel(Operation):
    """Seat a co-mediator beside the chair. Refused when a conflict stands against it."""

    name = "mediation.join_panel"
    title = _("Seat a co-mediator")
    errors = {
        "not_a_mediator": _("Not an active mediator of the organisation"),
        "struck_off": _("The court has struck the mediator off its register"),
        "conflict_of_interest": _("The mediator once worked for a party"),
    }

    class Inputs(Schema):
        mediator = titled(fields.Integer, _("User id of the mediator"), required=True)
        accepted = titled(fields.Boolean, _("Disclosed, and accepted by every party"), load_default=False)

    class Outputs(Schema):
        seat = titled(fields.Integer, _("Participant"))

    def record(self, result, call):
        try:
            seat = panel.join(locked(Case, call.case_id), call.inputs["mediator"], call.inputs["accepted"])
        except mediators.MediatorUnfit as refusal:
            raise Rejected(refusal.code.replace("-", "_"), str(refusal)) from refusal
        return {"seat": seat.id}


class LeavePanel(Operation):
    """A co-mediator leaves the case and no longer sees it."""

    name = "mediation.leave_panel"
    title = _("Release a co-mediator")

    class Inputs(Schema):
        mediator = titled(fields.Integer, _("User id of the mediator"), required=True)

    class Outputs(Schema):
        pass

    def record(self, result, call):
        case = locked(Case, call.case_id)
        if panel.sits(case.id, call.inputs["mediator"]):  # they may have left in another way meanwhile
            panel.leave(case, call.inputs["mediator"])
        return {}
