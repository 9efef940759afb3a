"""Print a neutral evaluation."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import db
from engine.documents import facts
from engine.documents.acknowledgements import in_words
from engine.i18n import _
from engine.operations import papers
from engine.operations.operation import titled
from engine.operations.printing import PrintingOperation
from engine.tracks import evaluations
from engine.tracks.models import Evaluation


class MakeEvaluation(PrintingOperation):
    """Print the evaluator's opinion: questions, facts assumed, opinion on each issue, range, and that it binds nobody."""

    name = "tracks.make_evaluation"
    title = _("Make the evaluation paper")

    class Inputs(Schema):
        evaluation_id = titled(fields.Integer, _("Evaluation"), required=True)
        assumed = titled(fields.String, _("Facts assumed"), required=True)
        issues = titled(fields.List, _("Opinions"), cls_or_instance=fields.Dict(), required=True)
        range = titled(fields.String, _("Range of the result"), load_default="", allow_none=True)

    def prepare(self, call):
        case, row = db.session.get(Case, call.case_id), db.session.get(Evaluation, call.inputs["evaluation_id"])
        said = facts.of("evaluation", case, papers.number(case, "evaluation"), papers.verification(), evaluation={
            "evaluator": row.evaluator.name, "declared": in_words(row.declared_at), "questions": row.questions,
            "assumed": call.inputs["assumed"], "issues": [dict(one) for one in call.inputs["issues"]],
            "range": call.inputs["range"] or ""})
        return papers.order("evaluation", said, "mediation", {"organisation": case.organisation})

    def kept(self, case, document, call):
        evaluations.give(call.inputs["evaluation_id"], document)
        return {}
