"""Fill a document template and put it on the case's shelf."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.access import policy
from engine.cases.models import Case
from engine.courts.competence import NoCompetentCourt
from engine.db import db
from engine.documents import facts
from engine.i18n import _
from engine.operations import papers
from engine.operations.operation import Rejected, optional_text, titled
from engine.operations.printing import PrintingOperation

AUDIENCES = ("filing", "signing", "mediation", "side:applicant", "side:respondent", "side:third", "mediator", "organisation",
             "court", *sorted(policy.ALONE))


class GenerateDocument(PrintingOperation):
    """Fill a document template with the case's facts, print it as PDF/A and put it on the case's shelf.

    What the organisation alone issues gets its standing seal at once.
    """

    name = "documents.generate"
    title = _("Make a document")
    errors = {"no_competent_court": _("No court on the platform is competent")}

    class Inputs(Schema):
        template = titled(fields.String, _("Template"), required=True)
        audience = titled(fields.String, _("Who may see it"), load_default="filing", validate=OneOf(AUDIENCES))
        reason = optional_text(_("Reason"))
        says = titled(fields.Dict, _("What else the paper says"), load_default=dict)

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
