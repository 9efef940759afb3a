"""Write the court's ruling on an application for confirmation."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.courts import confirmation, grounds
from engine.db import db
from engine.documents import facts, facts_by_template
from engine.i18n import _
from engine.operations import papers
from engine.operations.operation import Operation, Rejected, titled


class MakeRuling(Operation):
    """Write the ruling of a court whose judges decide here: number of its series, document, seal; the register follows."""

    name = "courts.make_ruling"
    title = _("Make the court's ruling")
    timeout_seconds = 30
    errors = {"nothing_applied_for": _("There is no application for confirmation")}

    class Inputs(Schema):
        decision = titled(fields.String, _("Decision"), required=True, validate=OneOf(confirmation.DECISIONS))
        ground = titled(fields.String, _("Ground, as coded in the table of grounds"), load_default="", allow_none=True,
                        validate=OneOf(["", *grounds.every()]))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)

    class Outputs(Schema):
        document_id = titled(fields.Integer, _("Document"))
        number = titled(fields.String, _("Case number of the ruling"))

    def prepare(self, call):
        if confirmation.of_case(call.case_id) is None:
            raise Rejected("nothing_applied_for")
        case = db.session.get(Case, call.case_id)
        court, decision = facts_by_template.court_asked(case), call.inputs["decision"]
        number = confirmation.number_for(case, court)
        why = grounds.said(call.inputs["ground"] or "", call.inputs["reason"] or "")
        told = facts.of(
            "ruling", case, number, papers.verification(), **why,
            ruling=facts_by_template.RULINGS[decision], judge=confirmation.who_decided(case.id),
            clerk=confirmation.who_accepted(case.id), signers=[facts.place("court", court.name)],
        )
        return papers.order("ruling", told, "filing", {"court": court})

    def run(self, inputs, call):
        return papers.make(call.snapshot)

    def record(self, result, call):
        document = papers.keep(result, call.snapshot, call)
        number = call.snapshot["facts"]["number"]
        decided = call.inputs
        confirmation.decide(call.case_id, decided["decision"], number, decided["reason"] or "", document.id,
                            decided["ground"] or "")
        return {"document_id": document.id, "number": number}
