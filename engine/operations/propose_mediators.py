"""List the mediators who could take a case."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import db
from engine.i18n import _
from engine.mediation import mediators
from engine.operations.operation import Operation, titled


class ProposeMediators(Operation):
    """List the organisation's active mediators with what a choice needs: speciality, load and limit, conflict of interest.

    The fittest first; a decision table in the diagram may rate them further. Where none does, `only_fit` leaves out the unfit.
    """

    name = "mediation.propose_mediators"
    title = _("Propose mediators")

    class Inputs(Schema):
        without = titled(fields.List, _("User ids that are left out"), cls_or_instance=fields.Integer(), load_default=list)
        only_fit = titled(fields.Boolean, _("Leave out who may not mediate it, is away or full"), load_default=False)

    class Outputs(Schema):
        candidates = titled(fields.List, _("Mediators with speciality, load and conflict"), cls_or_instance=fields.Dict())

    def record(self, result, call):
        case = db.session.get(Case, call.case_id)
        left_out = {*call.inputs["without"], case.mediator_id}
        found = [each for each in mediators.candidates(case) if each["id"] not in left_out]
        return {"candidates": [each for each in found if mediators.is_fit(each)] if call.inputs["only_fit"] else found}
