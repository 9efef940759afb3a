"""Look up what an institution's promise covers."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import db
from engine.i18n import _
from engine.operations.operation import Operation, titled
from engine.tracks import commitments


class CheckSmallDispute(Operation):
    """Tell which promise of the institution is in force today, its limit, and whether the dispute is of a kind it covers."""

    name = "tracks.check_small_dispute"
    title = _("Look up the institution's commitment")

    class Outputs(Schema):
        commitment_id = titled(fields.Integer, _("Commitment"), allow_none=True)
        has_commitment = titled(fields.Boolean, _("A commitment is in force"))
        limit = titled(fields.Decimal, _("Limit"), as_string=True)
        claimed = titled(fields.Decimal, _("Sum claimed"), as_string=True)
        in_scope = titled(fields.Boolean, _("The kind of dispute is covered"))
        consumer = titled(fields.Dict, _("Consumer"), allow_none=True)

    def record(self, result, call):
        return commitments.covers(db.session.get(Case, call.case_id))
