"""Lay the agreement out as obligations with their days."""

from marshmallow import fields

from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.mediation import obligations
from engine.operations.operation import Operation, titled


class PlanPerformance(Operation):
    """Lay the agreement in effect out as obligations: who owes whom what by when, each instalment on its own."""

    name = "performance.plan"
    title = _("Lay out what is due when")

    class Outputs(Operation.Outputs):
        obligations = titled(fields.List, _("Obligations still to be performed"), cls_or_instance=fields.Dict())

    def record(self, result, call):
        return {"obligations": obligations.still_open(locked(Case, call.case_id))}
