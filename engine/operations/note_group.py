"""Note where a case stands in its group."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.i18n import _
from engine.operations.operation import Operation, titled
from engine.tracks import groups


class NoteGroup(Operation):
    """Note that a case waits for the model, does not want to, or accepted or refused the offer made for it."""

    name = "tracks.note_group"
    title = _("Note where the case stands in its group")

    class Inputs(Schema):
        state = titled(fields.String, _("Status"), required=True, validate=OneOf(("waiting", "unwilling", "agreed", "refused")))

    class Outputs(Schema):
        state = titled(fields.String, _("Status"))

    def record(self, result, call):
        return {"state": groups.note(call.case_id, call.inputs["state"]).state}
