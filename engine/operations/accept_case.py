"""Enter an accepted case into the organisation's own register."""

from marshmallow import Schema, fields

from engine import clock
from engine.cases import numbering
from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.operations.operation import Operation, titled


class AcceptCase(Operation):
    """Note that the organisation accepted the case, and give it the next number of its own gap-free series."""

    name = "cases.accept"
    title = _("Enter the case into the organisation's register")

    class Outputs(Schema):
        organisation_number = titled(fields.String, _("The organisation's case number"))

    def record(self, result, call):
        case = locked(Case, call.case_id)
        if not case.organisation_number:
            case.organisation_number = numbering.organisation_number(case.organisation)
            case.accepted_at = clock.now()
        return {"organisation_number": case.organisation_number}
