"""Put a mediator's written proposal on the table."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import db, locked
from engine.documents import facts, wording
from engine.i18n import _
from engine.mediation import terms
from engine.operations import papers
from engine.operations.operation import Operation, Rejected, faults, titled
from engine.tracks import proposals


class MakeProposal(Operation):
    """Check the proposed terms as those of an agreement, print them with the reasons and the warning, and seal the paper."""

    name = "tracks.make_proposal"
    title = _("Make a proposal")
    timeout_seconds = 30
    errors = {"proposal_incomplete": _("A term lacks who, whom, how much, when or what")}

    class Inputs(Schema):
        terms = titled(fields.List, _("Terms"), cls_or_instance=fields.Dict(), required=True)
        facts = titled(fields.String, _("Facts"), load_default="", allow_none=True)
        reasons = titled(fields.String, _("Reasons"), load_default="", allow_none=True)

    class Outputs(Schema):
        proposal_id = titled(fields.Integer, _("Proposal"))
        document_id = titled(fields.Integer, _("Document"))

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        try:
            checked = terms.check(case, call.inputs["terms"])
        except terms.TermsUnclear as refusal:
            raise Rejected("proposal_incomplete", faults(refusal.problems)) from refusal
        said = facts.of("proposal", case, papers.number(case, "proposal"), papers.verification(),
                        dispute=call.inputs["facts"] or case.statement or case.title, reasons=call.inputs["reasons"] or "",
                        terms=[wording.term(one) for one in checked])
        return papers.order("proposal", said, "mediation", {"organisation": case.organisation}) | {"terms": checked}

    def run(self, inputs, call):
        return papers.make(call.snapshot)

    def record(self, result, call):
        case = locked(Case, call.case_id)
        document = papers.keep(result, call.snapshot, call)
        made = proposals.put(case, "no_objection", document, call.snapshot["terms"], dict(call.inputs))
        return {"proposal_id": made.id, "document_id": document.id}
