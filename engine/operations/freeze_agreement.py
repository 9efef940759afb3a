"""Freeze an agreement."""

from dataclasses import replace

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.db import db, locked
from engine.i18n import _
from engine.mediation import agreement, precheck, terms
from engine.mediation.draft import Draft
from engine.operations import papers
from engine.operations.operation import Operation, Rejected, faults, titled
from engine.tracks import advances

SCOPES = ("full", "partial")


class FreezeAgreement(Operation):
    """Check the terms, print the agreement and freeze it: everybody signs exactly these bytes, or a new version is drafted."""

    name = "mediation.freeze_agreement"
    title = _("Freeze the agreement for signing")
    timeout_seconds = 30
    errors = {"agreement_incomplete": _("A term is unclear, or the law does not allow it")}

    class Inputs(Schema):
        terms = titled(fields.List, _("Terms"), cls_or_instance=fields.Dict(), required=True)
        facts = titled(fields.String, _("Facts and points in dispute"), load_default="", allow_none=True)
        default_clause = titled(fields.String, _("What follows late performance"), load_default="", allow_none=True)
        final_clause = titled(fields.String, _("Settlement clause"), load_default="", allow_none=True)
        instalments = titled(fields.List, _("Instalments: term, day, sum"), cls_or_instance=fields.Dict(), load_default=list,
                             allow_none=True)
        costs = titled(fields.String, _("Who bears the costs"), load_default="", allow_none=True)
        default_rate = titled(fields.String, _("Penalty for each day, per cent"), load_default="", allow_none=True)
        accelerates = titled(fields.Boolean, _("One instalment missed: all is due"), load_default=False, allow_none=True)
        security = titled(fields.String, _("Security"), load_default="", allow_none=True)
        security_by = titled(fields.String, _("Who gives the security"), load_default="", allow_none=True)
        scope = titled(fields.String, _("All of the dispute, or a part"), load_default="full", validate=OneOf(SCOPES))
        remainder = titled(fields.String, _("What stays in dispute"), load_default="", allow_none=True)

    class Outputs(Schema):
        agreement_id = titled(fields.Integer, _("Agreement"))
        document_id = titled(fields.Integer, _("Document"))
        sha256 = titled(fields.String, _("Hash that signers see"))

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        draft = _less_advances(case, Draft.of(call.inputs, call.inputs["scope"]))
        checklist = precheck.points(case, draft)
        if failures := precheck.failures(checklist):
            raise Rejected("agreement_incomplete", faults(failures))
        checked = terms.check(case, draft.terms, draft.scope, draft.remainder, draft.instalments)
        told = agreement.facts_of(case, checked, papers.number(case, "agreement"), papers.verification(), draft)
        return papers.order("agreement", told, "mediation") | {"terms": checked, "checks": precheck.as_rows(checklist)}

    def run(self, inputs, call):
        return papers.make(call.snapshot)

    def record(self, result, call):
        case = locked(Case, call.case_id)
        document = papers.keep(result, call.snapshot, call)
        draft = Draft.of(call.inputs, call.inputs["scope"])
        made = agreement.freeze(case, document, call.snapshot["terms"], draft, call.snapshot["checks"])
        return {"agreement_id": made.id, "document_id": document.id, "sha256": document.frozen_sha256}


def _less_advances(case: Case, draft: Draft) -> Draft:
    """The draft owes the whole less what was paid in advance."""
    try:
        terms, instalments = advances.deducted(case, draft.terms, draft.instalments)
    except advances.AdvancedTooMuch as refusal:
        raise Rejected("agreement_incomplete", str(refusal)) from refusal
    return replace(draft, terms=terms, instalments=instalments)
