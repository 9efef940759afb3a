"""Note what became of an evaluation before it was given."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.i18n import _
from engine.operations.operation import Operation, titled
from engine.tracks import evaluations


class NoteEvaluation(Operation):
    """Note the evaluator's declaration, or that the evaluation did not come in time."""

    name = "tracks.note_evaluation"
    title = _("Note a declaration, or a lapse")

    class Inputs(Schema):
        evaluation_id = titled(fields.Integer, _("Evaluation"), required=True)
        became = titled(fields.String, _("Status"), required=True, validate=OneOf(("declared", "lapsed")))
        conflict = titled(fields.String, _("Conflict of interest"), load_default="", allow_none=True)

    class Outputs(Schema):
        status = titled(fields.String, _("Status"))

    def record(self, result, call):
        told = call.inputs
        if told["became"] == "lapsed":
            return {"status": evaluations.lapse(told["evaluation_id"]).status}
        row = evaluations.declare(told["evaluation_id"], told["conflict"] or "")
        return {"status": row.status}
