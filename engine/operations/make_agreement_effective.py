"""Let an agreement take effect once everybody has signed."""

from contextlib import contextmanager

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.i18n import _
from engine.mediation import agreement, effect
from engine.operations.operation import Operation, Rejected, titled
from engine.tracks import advances


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
        signed = titled(fields.String, _("Signed online or on paper"), load_default="online", validate=OneOf(effect.WAYS))

    class Outputs(Schema):
        effective_at = titled(fields.AwareDateTime, _("Takes effect at"))

    def prepare(self, call):
        with rejected():
            return agreement.to_verify(call.case_id, call.inputs["agreement_id"])

    def run(self, inputs, call):
        with rejected():
            agreement.check_signatures(call.snapshot)
        return {"sha256": call.snapshot["sha256"]}

    def record(self, result, call):
        with rejected():
            made = agreement.make_effective(call.case_id, call.inputs["agreement_id"], result["sha256"],
                                            call.inputs["signed"], advances.total(call.case_id))
        return {"effective_at": made.effective_at}


@contextmanager
def rejected():
    """What refuses an agreement, as the diagram hears it."""
    try:
        yield
    except (agreement.SignaturesMissing, agreement.SignaturesBroken) as refusal:
        raise Rejected(refusal.code.replace("-", "_"), str(refusal)) from refusal
