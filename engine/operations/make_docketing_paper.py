"""Write a court's paper on whether it dockets a suit that delegated mediation did not settle."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.access.models import Body
from engine.cases.models import Case
from engine.courts import applications
from engine.db import db
from engine.documents import facts, facts_of_docketing
from engine.i18n import _
from engine.operations import papers
from engine.operations.operation import Rejected, optional_text, titled
from engine.operations.printing import PrintingOperation


class MakeDocketingPaper(PrintingOperation):
    """Write the notice that the suit is docketed, the notice of what is missing in the complaint, or the ruling not to accept it
    (CPL 122, 126; CPL-Interp 208), under the court's seal; notice and ruling bear the number of the court's series.
    """

    name = "courts.make_docketing_paper"
    title = _("Make a paper on the docketing of a suit")
    errors = {"nothing_asked_for": _("Nothing of this kind was asked of a court in this case.")}

    class Inputs(Schema):
        paper = titled(fields.String, _("Which paper"), required=True, validate=OneOf(tuple(facts_of_docketing.TEMPLATES)))
        text = optional_text(_("What is missing"))
        until = optional_text(_("Until which day"))
        reason = optional_text(_("Reason"))

    def prepare(self, call):
        asked, case = call.inputs, db.session.get(Case, call.case_id)
        application = applications.latest(case.id, "docketing")
        if application is None:
            raise Rejected("nothing_asked_for")
        court, paper = db.session.get(Body, application.court_id), asked["paper"]
        number = case.court_number if paper == "supplement" else applications.numbered(application, case)
        template = facts_of_docketing.TEMPLATES[paper]
        told = facts.of(template, case, number, papers.verification(), **facts_of_docketing.paper(
            case, application, court, paper, asked["text"] or "", asked["until"] or "", asked["reason"] or ""))
        return papers.order(template, told, "side:applicant" if paper == "supplement" else "filing", {"court": court})
