"""Write the court's ruling on an application for confirmation."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.courts import confirmation, grounds
from engine.db import db
from engine.documents import facts, facts_by_template
from engine.i18n import _
from engine.operations import papers
from engine.operations.operation import Rejected, titled
from engine.operations.printing import PrintingOperation


class MakeRuling(PrintingOperation):
    """Write the ruling of a court whose judges decide here: number of its series, document, seal; the register follows."""

    name = "courts.make_ruling"
    title = _("Make the court's ruling")
    errors = {"nothing_applied_for": _("There is no application for confirmation")}

    class Inputs(Schema):
        decision = titled(fields.String, _("Decision"), required=True, validate=OneOf(confirmation.DECISIONS))
        ground = titled(fields.String, _("Ground, as coded in the table of grounds"), load_default="", allow_none=True,
                        validate=OneOf(["", *grounds.every()]))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)
        judges = titled(fields.List, _("The judges of a bench, the presiding one first"), cls_or_instance=fields.String(),
                        load_default=list, allow_none=True)

    class Outputs(PrintingOperation.Outputs):
        number = titled(fields.String, _("Case number of the ruling"))

    def prepare(self, call):
        if confirmation.of_case(call.case_id) is None:
            raise Rejected("nothing_applied_for")
        case = db.session.get(Case, call.case_id)
        court, decision = facts_by_template.court_asked(case), call.inputs["decision"]
        number = confirmation.number_for(case, court)
        why = grounds.said(call.inputs["ground"] or "", call.inputs["reason"] or "")
        told = facts.of(
            "ruling", case, number, papers.verification(), **why, bench=call.inputs["judges"] or [],
            ruling=facts_by_template.RULINGS[decision], judge=confirmation.who_decided(case.id),
            clerk=confirmation.who_accepted(case.id), signers=[facts.place("court", court.name)],
        )
        return papers.order("ruling", told, "filing", {"court": court})

    def kept(self, case, document, call):
        number, decided = call.snapshot["facts"]["number"], call.inputs
        confirmation.decide(case.id, decided["decision"], number, decided["reason"] or "", document.id, decided["ground"] or "")
        return {"number": number}
