"""Somebody comes to sit beside the mediator of a case, or leaves."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.mediation import panel
from engine.operations.appoint_mediator import SeatMediator
from engine.operations.operation import Operation, titled


class JoinPanel(SeatMediator):
    """Seat a co-mediator beside the chair. Refused when a conflict stands against it."""

    name = "mediation.join_panel"
    title = _("Seat a co-mediator")
    errors = SeatMediator.errors | {
        "sits_already": _("The mediator mediates the case already"), "panel_full": _("As many mediators sit there as may"),
    }

    class Outputs(Schema):
        seat = titled(fields.Integer, _("Participant"))

    def seat(self, case, mediator, accepted):
        return {"seat": panel.join(case, mediator, accepted).id}


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
