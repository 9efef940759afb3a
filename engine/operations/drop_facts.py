"""Drop a record of facts that not everybody confirmed."""

from marshmallow import Schema, fields

from engine.i18n import _
from engine.operations.operation import Operation, titled
from engine.tracks import undisputed


class DropFacts(Operation):
    """One refusal, or silence: there is no record of undisputed facts, and its draft stays confidential."""

    name = "tracks.drop_facts"
    title = _("Drop the record of facts")

    class Outputs(Schema):
        kept = titled(fields.Boolean, _("There is a record of undisputed facts"))

    def record(self, result, call):
        undisputed.void_open(call.case_id)
        return {"kept": False}
