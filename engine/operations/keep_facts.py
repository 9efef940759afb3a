"""Keep a record of undisputed facts that everybody has signed."""

from marshmallow import Schema, fields

from engine.i18n import _
from engine.mediation import agreement
from engine.operations.make_agreement_effective import rejected
from engine.operations.operation import Operation, titled
from engine.tracks import undisputed


class KeepFacts(Operation):
    """Verify every signature on the record of undisputed facts and put it into the file that goes to the court."""

    name = "tracks.keep_facts"
    title = _("Keep the signed record of facts")
    errors = {"signatures_missing": _("Somebody has not signed"), "signatures_broken": _("A signature does not verify")}

    class Inputs(Schema):
        record_id = titled(fields.Integer, _("Record of facts"), required=True)

    class Outputs(Schema):
        kept = titled(fields.Boolean, _("There is a record of undisputed facts"))

    def prepare(self, call):
        with rejected():
            return undisputed.to_verify(call.case_id, call.inputs["record_id"])

    def run(self, inputs, call):
        with rejected():
            agreement.check_signatures(call.snapshot)
        return {"sha256": call.snapshot["sha256"]}

    def record(self, result, call):
        with rejected():
            undisputed.keep(call.case_id, call.inputs["record_id"], result["sha256"])
        return {"kept": True}
