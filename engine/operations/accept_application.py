"""Docket an application for confirmation at a court whose people work here."""

from marshmallow import fields

from engine.cases.models import Case
from engine.courts import confirmation
from engine.db import locked
from engine.i18n import _
from engine.operations.operation import Operation, Rejected, titled


class AcceptApplication(Operation):
    """Take the application for confirmation on: it gets the court's next number, and the review runs from here."""

    name = "courts.accept_application"
    title = _("Docket the application for confirmation")
    errors = {"nothing_applied_for": _("There is no application for confirmation")}

    class Outputs(Operation.Outputs):
        number = titled(fields.String, _("Case number"))

    def record(self, result, call):
        try:
            return {"number": confirmation.docket(locked(Case, call.case_id)).number}
        except confirmation.NothingAppliedFor as refusal:
            raise Rejected("nothing_applied_for") from refusal
