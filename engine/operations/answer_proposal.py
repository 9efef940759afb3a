"""Keep what a party says to a proposal."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.i18n import _
from engine.operations.operation import Operation, titled
from engine.tracks import proposals


class AnswerProposal(Operation):
    """Record a party's answer to a proposal: accepted, objected in writing, or silent until the term ran out."""

    name = "tracks.answer_proposal"
    title = _("Record the answer to a proposal")

    class Inputs(Schema):
        proposal_id = titled(fields.Integer, _("Proposal"), required=True)
        participant = titled(fields.Integer, _("Party"), required=True)
        answer = titled(fields.String, _("Answer"), required=True, validate=OneOf(("accept", "object", "silent")))
        text = titled(fields.String, _("Objection"), load_default="", allow_none=True)

    class Outputs(Schema):
        answer = titled(fields.String, _("Answer"))

    def record(self, result, call):
        told = call.inputs
        row = proposals.answer(told["proposal_id"], told["participant"], told["answer"], told["text"] or "")
        return {"answer": row.answer}
