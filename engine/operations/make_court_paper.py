"""Write a paper of the court in a docketed case."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.courts import applications, docketed
from engine.db import db
from engine.documents import facts
from engine.i18n import _
from engine.operations import papers
from engine.operations.generate_document import AUDIENCES
from engine.operations.operation import Rejected, optional_text, titled
from engine.operations.printing import PrintingOperation

TEMPLATES = ("entrustment_letter", "mediation_letter", "docket_ruling", "fee_notice", "fee_decision", "trial_notice",
             "closing_record", "complaint_answer")
OF_THE_COURT = {"complaint_answer"}  # an organisation may issue these, too; here the court does, and signs


def _number(case: Case, template: str) -> str:
    """The docket's number; a letter before docketing has one of its own series (诉前调书)."""
    if template in OF_THE_COURT:
        return papers.number(case, template)
    if case.regime == "A" and template == docketed.LETTER:
        return applications.number_for(case, "letter")
    return case.court_number or papers.number(case, template)


class MakeCourtPaper(PrintingOperation):
    """Write a paper of a court whose staff work here, under the case's docket number and with the court's seal."""

    name = "courts.make_paper"
    title = _("Make a paper of the court")
    errors = {"no_court": _("No court has docketed this case")}

    class Inputs(Schema):
        template = titled(fields.String, _("Template"), required=True, validate=OneOf(TEMPLATES))
        audience = titled(fields.String, _("Who may see it"), load_default="filing", validate=OneOf(AUDIENCES))
        reason = optional_text(_("Reason"))

    def prepare(self, call):
        case, template = db.session.get(Case, call.case_id), call.inputs["template"]
        if case.court is None:
            raise Rejected("no_court")
        number = _number(case, template)
        own = {"issuer": case.court.name, "signers": [facts.place("court", case.court.name)]} if template in OF_THE_COURT else {}
        told = facts.of(template, case, number, papers.verification(), reason=call.inputs["reason"] or "", court_number=number,
                        **own)
        return papers.order(template, told, call.inputs["audience"], {"court": case.court})
