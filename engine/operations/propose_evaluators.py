"""Find who could evaluate a case."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import db
from engine.i18n import _
from engine.operations.operation import Operation, titled
from engine.tracks import evaluations


class ProposeEvaluators(Operation):
    """List who of the roster could evaluate the case: neither its mediator nor anybody with a conflict of interest."""

    name = "tracks.propose_evaluators"
    title = _("Find neutral evaluators")

    class Outputs(Schema):
        evaluators = titled(fields.List, _("Evaluators"), cls_or_instance=fields.Dict())

    def record(self, result, call):
        return {"evaluators": evaluations.candidates(db.session.get(Case, call.case_id))}
