"""Freeze an agreement."""

from dataclasses import replace

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.db import db
from engine.i18n import _
from engine.mediation import agreement, precheck, quality, terms
from engine.mediation.draft import Draft
from engine.operations import papers
from engine.operations.operation import Rejected, faults, optional_text, titled
from engine.operations.printing import PrintingOperation
from engine.tracks import advances

SCOPES = ("full", "partial")


class FreezeAgreement(PrintingOperation):
    """Check the terms, print the agreement and freeze it: everybody signs exactly these bytes, or a new version is drafted."""

    name = "mediation.freeze_agreement"
    title = _("Freeze the agreement for signing")
    errors = {"agreement_incomplete": _("A term is unclear, or the law does not allow it")}

    class Inputs(Schema):
        terms = titled(fields.List, _("Terms"), cls_or_instance=fields.Dict(), required=True)
        facts = optional_text(_("Facts and points in dispute"))
        responsibility = optional_text(_("Who is responsible for what"))
        default_clause = optional_text(_("What follows late performance"))
        final_clause = optional_text(_("Settlement clause"))
        instalments = titled(fields.List, _("Instalments: term, day, sum"), cls_or_instance=fields.Dict(), load_default=list,
                             allow_none=True)
        costs = optional_text(_("Who bears the costs"))
        default_rate = optional_text(_("Penalty for each day, per cent"))
        accelerates = titled(fields.Boolean, _("One instalment missed: all is due"), load_default=False, allow_none=True)
        security = optional_text(_("Security"))
        security_by = optional_text(_("Who gives the security"))
        scope = titled(fields.String, _("All of the dispute, or a part"), load_default="full", validate=OneOf(SCOPES))
        remainder = optional_text(_("What stays in dispute"))

    class Outputs(PrintingOperation.Outputs):
        agreement_id = titled(fields.Integer, _("Agreement"))
        sha256 = titled(fields.String, _("Hash that signers see"))

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        draft = _less_advances(case, Draft.of(call.inputs, call.inputs["scope"]))
        checklist = precheck.points(case, draft)
        if failures := precheck.failures(checklist):
            raise Rejected("agreement_incomplete", faults(failures))
        checked = terms.check(case, draft.terms, draft.scope, draft.remainder, draft.instalments)
        told = agreement.facts_of(case, checked, papers.number(case, "agreement"), papers.verification(), draft)
        audience = "signing" if quality.is_wanted(case) else "mediation"  # who checks it reads it
        return papers.order("agreement", told, audience) | {"terms": checked, "checks": precheck.as_rows(checklist)}

    def kept(self, case, document, call):
        draft = Draft.of(call.inputs, call.inputs["scope"])
        made = agreement.freeze(case, document, call.snapshot["terms"], draft, call.snapshot["checks"])
        return {"agreement_id": made.id, "sha256": document.frozen_sha256}


def _less_advances(case: Case, draft: Draft) -> Draft:
    """The draft owes the whole less what was paid in advance."""
    try:
        terms, instalments = advances.deducted(case, draft.terms, draft.instalments)
    except advances.AdvancedTooMuch as refusal:
        raise Rejected("agreement_incomplete", str(refusal)) from refusal
    return replace(draft, terms=terms, instalments=instalments)
