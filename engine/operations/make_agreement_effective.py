"""Let an agreement take effect once everybody has signed."""

from marshmallow import Schema, fields

from engine.i18n import _
from engine.mediation import agreement
from engine.operations.operation import Operation, Rejected, titled


class MakeAgreementEffective(Operation):
    """Let the agreement take effect: only when every signature is there and verifies over what was frozen."""

    name = "mediation.make_effective"
    title = _("Let the agreement take effect")
    errors = {
        "signatures_missing": _("Somebody has not signed"),
        "signatures_broken": _("A signature does not verify"),
    }

    class Inputs(Schema):
        agreement_id = titled(fields.Integer, _("Agreement"), required=True)

    class Outputs(Schema):
        effective_at = titled(fields.AwareDateTime, _("Takes effect at"))

    def record(self, result, call):
        try:
            made = agreement.make_effective(call.case_id, call.inputs["agreement_id"])
        except (agreement.SignaturesMissing, agreement.SignaturesBroken) as refusal:
            raise Rejected(refusal.code.replace("-", "_"), str(refusal)) from refusal
        return {"effective_at": made.effective_at}
