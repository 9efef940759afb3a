"""Put a mediator's written proposal on the table."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine import clock
from engine.cases.models import Case
from engine.db import db
from engine.deadlines import due_at, reckoning
from engine.documents import facts, wording
from engine.forms import rich, special
from engine.i18n import _
from engine.mediation import terms
from engine.operations import papers
from engine.operations.operation import Rejected, faults, titled
from engine.operations.printing import PrintingOperation
from engine.tracks import advances, commitments, proposals
from engine.tracks.models import Commitment

TEMPLATES = {"no_objection": "proposal", "small_dispute": "small_opinion"}  # kind → the paper it is printed on


class MakeProposal(PrintingOperation):
    """Check the proposed terms as those of an agreement, print them with the reasons and the warning, and seal the paper.

    An opinion in a small dispute must also stay within the institution's promise: its limit, and only the institution pays.
    """

    name = "tracks.make_proposal"
    title = _("Make a proposal")
    errors = {
        "proposal_incomplete": _("A term lacks who, whom, how much, when or what"),
        "beyond_commitment": _("The terms go beyond what the institution promised"),
    }

    class Inputs(Schema):
        terms = titled(fields.List, _("Terms"), cls_or_instance=fields.Dict(), required=True)
        facts = titled(fields.String, _("Facts"), load_default="", allow_none=True)
        reasons = titled(fields.String, _("Reasons"), load_default="", allow_none=True)
        instalments = titled(fields.List, _("Instalments: term, day, sum"), cls_or_instance=fields.Dict(), load_default=list,
                             allow_none=True)
        kind = titled(fields.String, _("Kind"), load_default="no_objection", validate=OneOf(list(TEMPLATES)))
        commitment_id = titled(fields.Integer, _("Commitment"), load_default=None, allow_none=True)

    class Outputs(PrintingOperation.Outputs):
        proposal_id = titled(fields.Integer, _("Proposal"))

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        try:
            owed, parts = advances.deducted(case, call.inputs["terms"], call.inputs.get("instalments") or ())
            checked = terms.check(case, owed, instalments=parts)
        except (terms.TermsUnclear, advances.AdvancedTooMuch) as refusal:
            raise Rejected("proposal_incomplete", faults(refusal.problems) or str(refusal)) from refusal
        template, more = TEMPLATES[call.inputs["kind"]], {}
        if call.inputs["kind"] == "small_dispute":
            more = _promised(case, call.inputs["commitment_id"], checked)
        said = facts.of(template, case, papers.number(case, template), papers.verification(),
                        dispute=call.inputs["facts"] or case.statement or case.title,
                        reasons=rich.blocks(call.inputs["reasons"] or ""),
                        terms=[wording.term(one) for one in checked], **more)
        return papers.order(template, said, "mediation", {"organisation": case.organisation}) | {"terms": checked}

    def kept(self, case, document, call):
        made = proposals.put(case, call.inputs["kind"], document, call.snapshot["terms"], {
            **call.inputs, "reasons": special.without_tags(special.cleaned(call.inputs["reasons"] or ""))})
        return {"proposal_id": made.id}


def _promised(case: Case, commitment_id: int | None, checked: list[dict]) -> dict:
    """What the opinion says of the promise it rests on. Raises Rejected when the terms go beyond it."""
    commitment = db.session.get(Commitment, commitment_id) if commitment_id else None
    _consumer, institution = commitments.sides(case)
    ours = institution is not None and commitments.holds(commitment) and commitment.institution_id == institution.body_id
    if not ours or terms.total(checked) > commitment.limit or {one["debtor"] for one in checked} != {institution.name}:
        raise Rejected("beyond_commitment")
    return {
        "commitment": {"institution": institution.name, "reference": commitment.reference, "limit": f"{commitment.limit:,.2f}"},
        "answer_by": reckoning.last_day(due_at("TSMALL", clock.now())).isoformat(),
    }
