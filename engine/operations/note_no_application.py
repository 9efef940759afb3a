"""Note that nobody applied for judicial confirmation."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.operations.operation import Operation, titled

REASONS = ("none", "lapsed", "performed")


class NoteNoApplication(Operation):
    """Note in the register that there is no application for confirmation: not wanted, the thirty days are over (CPL 205), or
    everything is performed already and nothing is left to be enforced (CPL 206).
    """

    name = "courts.note_no_application"
    title = _("Note that there is no application for confirmation")

    class Inputs(Schema):
        confirmation = titled(fields.String, _("Judicial confirmation"), required=True, validate=OneOf(REASONS))

    class Outputs(Schema):
        confirmation = titled(fields.String, _("Judicial confirmation"))

    def record(self, result, call):
        locked(Case, call.case_id).confirmation = call.inputs["confirmation"]
        return {"confirmation": call.inputs["confirmation"]}
