"""Put the institution's seal on what it promised to accept."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import db, locked
from engine.documents import ahead
from engine.documents.ahead import SignedMeanwhile
from engine.documents.stamping import NoTimeStamp
from engine.i18n import _
from engine.mediation import signatures
from engine.mediation.models import Agreement
from engine.operations.operation import Operation, Rejected, TryAgain, titled
from engine.tracks import commitments
from engine.tracks.models import Commitment


class SealForInstitution(Operation):
    """Put the institution's electronic seal on the frozen agreement by the standing authority of its commitment in force."""

    name = "tracks.seal_for_institution"
    title = _("Put the institution's seal by its commitment")
    errors = {"commitment_ended": _("The commitment does not hold any more")}

    class Inputs(Schema):
        agreement_id = titled(fields.Integer, _("Agreement"), required=True)
        commitment_id = titled(fields.Integer, _("Commitment"), required=True)

    class Outputs(Schema):
        sealed = titled(fields.Boolean, _("The institution's seal is on it"))

    def read_anew(self, call):
        _consumer, institution = commitments.sides(db.session.get(Case, call.case_id))
        agreement = db.session.get(Agreement, call.inputs["agreement_id"])
        if institution is None or agreement is None:
            return {}
        return {"order": signatures.order_seal_for(agreement, institution)}

    def run(self, inputs, call):
        if "order" not in call.private:
            return {}
        try:
            return {"made": ahead.make(call.private["order"]).as_row()}
        except NoTimeStamp as failure:
            raise TryAgain(str(failure)) from failure

    def record(self, result, call):
        case = locked(Case, call.case_id)
        commitment = db.session.get(Commitment, call.inputs["commitment_id"])
        _consumer, institution = commitments.sides(case)
        if institution is None or not commitments.holds(commitment) or commitment.institution_id != institution.body_id:
            raise Rejected("commitment_ended")
        try:
            signatures.seal_for(locked(Agreement, call.inputs["agreement_id"]), institution, _made(result))
        except SignedMeanwhile as other:
            raise TryAgain(str(other), seconds=0) from other
        return {"sealed": True}


def _made(result) -> ahead.Made | None:
    return ahead.Made.of_row(result["made"]) if "made" in result else None
