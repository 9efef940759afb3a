"""Freeze an agreement."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.db import db, locked
from engine.i18n import _
from engine.mediation import agreement, terms
from engine.operations import papers
from engine.operations.operation import Operation, Rejected, titled

SCOPES = ("full", "partial")
TEXTS = ("facts", "default_clause", "final_clause", "scope", "remainder")


class FreezeAgreement(Operation):
    """Check the terms, print the agreement and freeze it: everybody signs exactly these bytes, or a new version is drafted."""

    name = "mediation.freeze_agreement"
    title = _("Freeze the agreement for signing")
    timeout_seconds = 30
    errors = {"agreement_incomplete": _("A term is unclear: debtor, creditor, sum, day or act is missing")}

    class Inputs(Schema):
        terms = titled(fields.List, _("Terms"), cls_or_instance=fields.Dict(), required=True)
        facts = titled(fields.String, _("Facts and points in dispute"), load_default="", allow_none=True)
        default_clause = titled(fields.String, _("What follows late performance"), load_default="", allow_none=True)
        final_clause = titled(fields.String, _("Settlement clause"), load_default="", allow_none=True)
        scope = titled(fields.String, _("All of the dispute, or a part"), load_default="full", validate=OneOf(SCOPES))
        remainder = titled(fields.String, _("What stays in dispute"), load_default="", allow_none=True)

    class Outputs(Schema):
        agreement_id = titled(fields.Integer, _("Agreement"))
        document_id = titled(fields.Integer, _("Document"))
        sha256 = titled(fields.String, _("Hash that signers see"))

    def prepare(self, call):
        case, texts = db.session.get(Case, call.case_id), _texts(call)
        try:
            checked = terms.check(case, call.inputs["terms"], texts["scope"], texts["remainder"])
        except terms.TermsUnclear as refusal:
            raise Rejected("agreement_incomplete", _told(refusal)) from refusal
        number = papers.number(case, "agreement")
        told = agreement.facts_of(case, checked, number, papers.verification(), **texts)
        return papers.order("agreement", told, "mediation") | {"terms": checked}

    def run(self, inputs, call):
        return papers.make(call.snapshot)

    def record(self, result, call):
        case = locked(Case, call.case_id)
        document = papers.keep(result, call.snapshot, call)
        made = agreement.freeze(case, document, call.snapshot["terms"], **_texts(call))
        return {"agreement_id": made.id, "document_id": document.id, "sha256": document.frozen_sha256}


def _texts(call) -> dict:
    return {name: call.inputs[name] or "" for name in TEXTS}


def _told(refusal: terms.TermsUnclear) -> str:
    return "; ".join(f"{one['pointer']}: {one['message'] % one['values']}" for one in refusal.problems)
