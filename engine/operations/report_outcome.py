"""Tell the court how the mediation ended."""

from engine.cases.models import Case
from engine.courts import messages
from engine.db import db
from engine.i18n import _
from engine.operations.court_callback import CourtCallback


class ReportOutcome(CourtCallback):
    """Tell the referring court how the mediation ended, with the documents it is owed."""

    name = "courts.report_outcome"
    title = _("Report the outcome to the court")

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        return self.addressed(case.court_id, messages.outcome(case))
