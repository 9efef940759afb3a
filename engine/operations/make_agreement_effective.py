"""Let an agreement take effect once everybody has signed."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.i18n import _
from engine.mediation import agreement, effect
from engine.operations.operation import titled
from engine.operations.signed_paper import SignedPaper
from engine.tracks import advances


class MakeAgreementEffective(SignedPaper):
    """Let the agreement take effect: only when every signature is there and verifies over what was frozen."""

    name = "mediation.make_effective"
    title = _("Let the agreement take effect")

    class Inputs(Schema):
        agreement_id = titled(fields.Integer, _("Agreement"), required=True)
        signed = titled(fields.String, _("Signed online or on paper"), load_default="online", validate=OneOf(effect.WAYS))

    class Outputs(Schema):
        effective_at = titled(fields.AwareDateTime, _("Takes effect at"))

    def signed(self, call):
        return agreement.to_verify(call.case_id, call.inputs["agreement_id"])

    def take(self, call, sha256):
        made = agreement.make_effective(call.case_id, call.inputs["agreement_id"], sha256, call.inputs["signed"],
                                        advances.total(call.case_id))
        return {"effective_at": made.effective_at}
