"""Write down that a party was served with a proposal."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.i18n import _
from engine.operations.operation import Operation, Rejected, titled
from engine.tracks import proposals


class ServeProposal(Operation):
    """Record the service of a proposal with its proof: arrived electronically, or handed over as the mediator says."""

    name = "tracks.serve_proposal"
    title = _("Record the service of a proposal")
    errors = {"not_served": _("Nothing proves the service, or its day cannot be right")}

    class Inputs(Schema):
        proposal_id = titled(fields.Integer, _("Proposal"), required=True)
        participant = titled(fields.Integer, _("Party"), required=True)
        channel = titled(fields.String, _("Way of service"), load_default="electronic", validate=OneOf(proposals.CHANNELS))
        on = titled(fields.String, _("Served at"), load_default="", allow_none=True)
        proof = titled(fields.String, _("Proof of service"), load_default="", allow_none=True)

    class Outputs(Schema):
        served_at = titled(fields.AwareDateTime, _("Served at"))

    def record(self, result, call):
        told = call.inputs
        try:
            row = proposals.serve(told["proposal_id"], told["participant"], told["channel"], told["on"] or "",
                                  told["proof"] or "")
        except (proposals.NotServed, proposals.ServedOutOfTime) as refusal:
            raise Rejected("not_served", str(refusal)) from refusal
        return {"served_at": row.served_at}
