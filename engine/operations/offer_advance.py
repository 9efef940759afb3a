"""Arrange an advance payment."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.operations.operation import Operation, Rejected, faults, titled
from engine.tracks import advances


class OfferAdvance(Operation):
    """Note who will pay whom how much in advance and on which basis, and from whom it may be recovered."""

    name = "tracks.offer_advance"
    title = _("Arrange an advance payment")
    errors = {"advance_refused": _("Payer, payee, sum or basis cannot be right")}

    class Inputs(Schema):
        payer = titled(fields.Raw, _("Payer"), required=True)
        payee = titled(fields.Raw, _("Payee"), required=True)
        amount = titled(fields.Raw, _("Sum"), required=True)
        basis = titled(fields.String, _("Basis"), required=True, validate=OneOf(list(advances.bases())))
        recover_from = titled(fields.String, _("To be recovered from"), load_default="", allow_none=True)

    class Outputs(Schema):
        advance_id = titled(fields.Integer, _("Advance payment"))

    def record(self, result, call):
        told = call.inputs
        try:
            made = advances.offer(locked(Case, call.case_id), str(told["payer"]), str(told["payee"]), str(told["amount"]),
                                  told["basis"], told["recover_from"] or "")
        except advances.AdvanceRefused as refusal:
            raise Rejected("advance_refused", faults(refusal.problems)) from refusal
        return {"advance_id": made.id}
