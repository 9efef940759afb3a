"""Tell the court how far a case has come."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.courts import messages
from engine.db import db
from engine.i18n import _
from engine.operations.court_callback import CourtCallback
from engine.operations.operation import optional_text, titled


class ReportProgress(CourtCallback):
    """Tell the referring court that something happened: accepted, mediator appointed, session planned, agreement signed."""

    name = "courts.report_progress"
    title = _("Report progress to the court")

    class Inputs(Schema):
        event = titled(fields.String, _("What happened"), required=True, validate=OneOf(messages.PROGRESS))
        text = optional_text(_("In words"))
        paper = titled(fields.Integer, _("Paper it is about"), load_default=None, allow_none=True)

    def is_harmless_late(self, call):
        """A reminder that the court has outrun is, and nothing else that a court is told."""
        return call.inputs["event"] in messages.REMINDERS

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        return self.addressed(case.court_id, messages.progress(case, call.inputs["event"], call.inputs["text"] or "",
                                                                  call.inputs["paper"]))
