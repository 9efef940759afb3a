"""Hand the joint application for confirmation to the court."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.courts import confirmation, messages
from engine.courts.competence import NoCompetentCourt
from engine.db import locked
from engine.i18n import _
from engine.mediation import agreement
from engine.operations.court_callback import CourtCallback
from engine.operations.operation import Rejected, titled


class RequestConfirmation(CourtCallback):
    """Hand the joint application, the agreement and the organisation's proof to the competent court (CPL 205).

    Regime A: the inviting court. Regime C: the basic court asked for, else the one at a party's or the organisation's place.
    """

    name = "courts.request_confirmation"
    title = _("Request judicial confirmation")
    errors = {
        **CourtCallback.errors,
        "too_late": _("More than 30 days have passed since the agreement took effect"),
        "not_effective": _("The agreement is not in effect"),
        "no_competent_court": _("No court on the platform is competent"),
    }

    class Inputs(Schema):
        court = titled(fields.String, _("Code of the court, where the parties may choose"), load_default="", allow_none=True)
        until = titled(fields.String, _("Last day to which the court extended the term"), load_default="", allow_none=True)

    def prepare(self, call):
        case = locked(Case, call.case_id)
        try:
            application = confirmation.apply(case, call.inputs["court"] or "", call.inputs["until"] or "")
        except (confirmation.NotApplicable, NoCompetentCourt) as refusal:
            raise Rejected(refusal.code.replace("-", "_"), str(refusal)) from refusal
        message = messages.confirmation_requested(case, agreement.in_effect(case.id), application.id)
        return self.addressed(application.court_id, message) | {"application_id": application.id}

    def record(self, result, call):
        confirmation.note_sent(call.snapshot["application_id"])
        return dict(result)
