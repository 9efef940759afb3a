"""Ask a neutral evaluator."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.operations.operation import Operation, Rejected, titled
from engine.tracks import evaluations


class AskEvaluator(Operation):
    """Ask somebody of the roster to evaluate, after the check for conflicts of interest."""

    name = "tracks.ask_evaluator"
    title = _("Ask an evaluator")
    errors = {"evaluator_unfit": _("Not on the roster, or a conflict of interest")}

    class Inputs(Schema):
        evaluator = titled(fields.Integer, _("Evaluator"), required=True)
        questions = titled(fields.String, _("Questions"), required=True)

    class Outputs(Schema):
        evaluation_id = titled(fields.Integer, _("Evaluation"))

    def record(self, result, call):
        try:
            made = evaluations.ask(locked(Case, call.case_id), call.inputs["evaluator"], call.inputs["questions"])
        except evaluations.EvaluatorUnfit as refusal:
            raise Rejected("evaluator_unfit", str(refusal)) from refusal
        return {"evaluation_id": made.id}
