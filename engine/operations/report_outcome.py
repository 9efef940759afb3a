"""Tell the court how the mediation ended."""

from engine.cases import outcomes
from engine.cases.models import Case
from engine.courts import messages
from engine.db import db, locked
from engine.documents import facts_by_template
from engine.i18n import _
from engine.operations.court_callback import CourtCallback


class ReportOutcome(CourtCallback):
    """Tell the referring court how the mediation ended, with the documents it is owed."""

    name = "courts.report_outcome"
    title = _("Report the outcome to the court")

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        return self.addressed(case.court_id, messages.outcome(case))

    def record(self, result, call):
        outcomes.hand_over(locked(Case, call.case_id), facts_by_template.materials(db.session.get(Case, call.case_id)))
        return super().record(result, call)
