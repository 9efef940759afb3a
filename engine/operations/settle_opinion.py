"""Note what became of a mediator's opinion."""

from marshmallow import Schema, fields

from engine import clock
from engine.db import locked
from engine.i18n import _
from engine.mediation import agreement
from engine.operations.operation import Operation, titled
from engine.tracks.models import Proposal


class SettleOpinion(Operation):
    """Note whether the consumer accepted the opinion; what was refused binds nobody and its draft agreement is void."""

    name = "tracks.settle_opinion"
    title = _("Note the answer to an opinion")

    class Inputs(Schema):
        proposal_id = titled(fields.Integer, _("Proposal"), required=True)
        accepted = titled(fields.Boolean, _("Accepted"), required=True)

    class Outputs(Schema):
        status = titled(fields.String, _("Status"))

    def record(self, result, call):
        proposal = locked(Proposal, call.inputs["proposal_id"])
        proposal.status, proposal.settled_at = "agreed" if call.inputs["accepted"] else "refused", clock.now()
        if call.inputs["accepted"]:
            proposal.agreement_id = getattr(agreement.in_effect(proposal.case_id), "id", None)
        else:
            agreement.void_unsigned(proposal.case_id)
        return {"status": proposal.status}
