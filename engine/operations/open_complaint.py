"""Hand a complaint about a mediator to the office that answers it in a silent court's stead."""

from marshmallow import Schema, fields

from engine.courts import complaints
from engine.i18n import _
from engine.operations.operation import Operation, titled


class OpenComplaint(Operation):
    """Let the organisation's office read a complaint and its files, which only the court read until now."""

    name = "courts.open_complaint"
    title = _("Open a complaint to the office")

    class Inputs(Schema):
        paper = titled(fields.Integer, _("Paper of the complaint"), required=True)

    class Outputs(Schema):
        opened = titled(fields.Integer, _("Papers opened"))

    def record(self, result, call):
        return {"opened": complaints.open_to_office(call.case_id, call.inputs["paper"])}
