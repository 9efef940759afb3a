"""Tell the court how the mediation ended."""

from engine.i18n import _
from engine.operations.court_callback import CourtCallback


class ReportOutcome(CourtCallback):
    """Tell the referring court how the mediation ended, with the documents it is owed."""

    name = "courts.report_outcome"
    title = _("Report the outcome to the court")
