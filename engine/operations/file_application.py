"""Bring an application before a court: a payment order, enforcement, an objection."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.access.models import Participant
from engine.cases.models import Case
from engine.courts import applications
from engine.courts.competence import domicile
from engine.db import db, locked
from engine.i18n import _
from engine.operations.operation import Operation, Rejected, titled


class FileApplication(Operation):
    """Enter what a party asks of a court. What follows depends on the court: its people's inbox, its own system, or papers to
    hand in. Without a code it goes to the first of the competent courts.
    """

    name = "courts.file_application"
    title = _("Bring an application before a court")
    errors = {"no_competent_court": _("No court on the platform is competent")}

    class Inputs(Schema):
        kind = titled(fields.String, _("What is asked for"), required=True, validate=OneOf(applications.KINDS))
        court = titled(fields.String, _("Code of the court"), load_default="", allow_none=True)
        applicant = titled(fields.Integer, _("Who asks"), load_default=None, allow_none=True)
        debtor = titled(fields.Integer, _("Debtor"), load_default=None, allow_none=True)

    class Outputs(Schema):
        court_name = titled(fields.String, _("Court"))
        decides_here = titled(fields.Boolean, _("Its people work on this platform"))
        court_listens = titled(fields.Boolean, _("It has a system of its own that takes our messages"))

    def record(self, result, call):
        case, asked = locked(Case, call.case_id), call.inputs
        debtor = db.session.get(Participant, asked["debtor"]) if asked["debtor"] else None
        region = domicile(debtor) if debtor else ""
        able = [choice.court for choice in applications.courts_for(case, asked["kind"], region or case.region)]
        chosen = [court for court in able if asked["court"] in ("", None, court.code)]
        if not chosen:
            raise Rejected("no_competent_court")
        filed = applications.file(case, asked["kind"], chosen[0], asked["applicant"], debtor.id if debtor else None)
        return {"court_name": chosen[0].name, "decides_here": applications.decides_here(filed),
                "court_listens": applications.listens(chosen[0])}
