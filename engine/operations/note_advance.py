"""Note what became of an advance payment."""

from datetime import date

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.db import db
from engine.documents import facts
from engine.documents.wording import term
from engine.i18n import _
from engine.operations import papers
from engine.operations.operation import Operation, titled
from engine.tracks import advances
from engine.tracks.models import Advance

STATES = ("agreed", "paid", "declined", "received", "missing")


class NoteAdvance(Operation):
    """Note an advance as agreed to, paid, declined, received or missing; for one received the receipt is printed and sealed."""

    name = "tracks.note_advance"
    title = _("Note an advance payment")
    timeout_seconds = 30

    class Inputs(Schema):
        advance_id = titled(fields.Integer, _("Advance payment"), required=True)
        status = titled(fields.String, _("Status"), required=True, validate=OneOf(STATES))
        on = titled(fields.String, _("Paid on"), load_default="", allow_none=True)
        voucher = titled(fields.String, _("Voucher"), load_default="", allow_none=True)
        by = titled(fields.String, _("Confirmed by"), load_default="", allow_none=True)

    class Outputs(Schema):
        advance_total = titled(fields.Decimal, _("Advanced and received in all"), as_string=True)

    def prepare(self, call):
        if call.inputs["status"] != "received":
            return {}
        case, row = db.session.get(Case, call.case_id), db.session.get(Advance, call.inputs["advance_id"])
        money = term({"kind": "payment", "amount": row.amount})
        basis = advances.bases()[row.basis]
        said = facts.of("advance_receipt", case, papers.number(case, "advance_receipt"), papers.verification(), advance={
            "payer": row.payer.name, "payee": row.payee.name, "amount": money["amount"], "amount_words": money["amount_words"],
            "basis": basis["zh"], "basis_en": basis["en"], "article": basis["article"], "paid_on": row.paid_on.isoformat(),
            "voucher": row.voucher, "confirmed_by": call.inputs["by"] or row.payee.name, "recover_from": row.recover_from})
        return papers.order("advance_receipt", said, "mediation", {"organisation": case.organisation})

    def run(self, inputs, call):
        return papers.make(call.snapshot) if call.snapshot else {}

    def record(self, result, call):
        told = call.inputs
        if told["status"] == "agreed":
            advances.agreed(told["advance_id"])
        elif told["status"] == "paid":
            advances.paid(told["advance_id"], date.fromisoformat(told["on"][:10]), told["voucher"] or "")
        else:
            row = advances.settle(told["advance_id"], told["status"], told["by"] or "")
            if result:
                row.document_id = papers.keep(result, call.snapshot, call).id
        return {"advance_total": advances.total(call.case_id)}
