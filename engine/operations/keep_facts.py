"""Keep a record of undisputed facts that everybody has signed."""

from marshmallow import Schema, fields

from engine.i18n import _
from engine.operations.operation import titled
from engine.operations.signed_paper import SignedPaper
from engine.tracks import undisputed


class KeepFacts(SignedPaper):
    """Verify every signature on the record of undisputed facts and put it into the file that goes to the court."""

    name = "tracks.keep_facts"
    title = _("Keep the signed record of facts")

    class Inputs(Schema):
        record_id = titled(fields.Integer, _("Record of facts"), required=True)

    class Outputs(Schema):
        kept = titled(fields.Boolean, _("There is a record of undisputed facts"))

    def signed(self, call):
        return undisputed.to_verify(call.case_id, call.inputs["record_id"])

    def take(self, call, sha256):
        undisputed.keep(call.case_id, call.inputs["record_id"], sha256)
        return {"kept": True}
