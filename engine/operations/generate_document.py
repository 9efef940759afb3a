"""Fill a document template and put it on the case's shelf."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.courts.competence import NoCompetentCourt
from engine.db import db
from engine.documents import facts
from engine.i18n import _
from engine.operations import papers
from engine.operations.operation import Operation, Rejected, titled

AUDIENCES = ("filing", "signing", "mediation", "side:applicant", "side:respondent", "mediator", "organisation", "court")


class GenerateDocument(Operation):
    """Fill a document template with the case's facts, print it as PDF/A and put it on the case's shelf.

    What the organisation alone issues gets its standing seal at once.
    """

    name = "documents.generate"
    title = _("Make a document")
    timeout_seconds = 30
    errors = {"no_competent_court": _("No court on the platform is competent")}

    class Inputs(Schema):
        template = titled(fields.String, _("Template"), required=True)
        audience = titled(fields.String, _("Who may see it"), load_default="filing", validate=OneOf(AUDIENCES))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)
        says = titled(fields.Dict, _("What else the paper says"), load_default=dict)

    class Outputs(Schema):
        document_id = titled(fields.Integer, _("Document"))

    def prepare(self, call):
        case, template = db.session.get(Case, call.case_id), call.inputs["template"]
        try:
            told = facts.of(template, case, papers.number(case, template), papers.verification(),
                            reason=call.inputs["reason"] or "", **call.inputs["says"])
        except NoCompetentCourt as refusal:
            raise Rejected("no_competent_court", str(refusal)) from refusal
        issued_alone = [signer["field"] for signer in told["signers"]] == ["organisation"]
        seals = {"organisation": case.organisation} if issued_alone else {}
        return papers.order(template, told, call.inputs["audience"], seals)

    def run(self, inputs, call):
        return papers.make(call.snapshot)

    def record(self, result, call):
        return {"document_id": papers.keep(result, call.snapshot, call).id}
