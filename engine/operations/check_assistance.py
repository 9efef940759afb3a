"""Look whether somebody would need help to understand what silence means."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.operations.operation import Operation, titled
from engine.tracks import assistance, proposals


class CheckAssistance(Operation):
    """Keep which parties need help and who helped them; tell whom nobody helped, and how many days the term has left."""

    name = "tracks.check_assistance"
    title = _("Check who needs help to understand a proposal")

    class Inputs(Schema):
        assistance = titled(fields.List, _("Needs and helpers"), cls_or_instance=fields.Dict(), load_default=list,
                            allow_none=True)

    class Outputs(Schema):
        unassisted = titled(fields.List, _("Parties without the help they need"), cls_or_instance=fields.String())
        days_left = titled(fields.Integer, _("Days left of the mediation term"))

    def record(self, result, call):
        case = locked(Case, call.case_id)
        assistance.note(case, call.inputs["assistance"] or (), case.mediator.name if case.mediator else "system")
        return {"unassisted": [person.name for person in assistance.unassisted(case)], "days_left": proposals.days_left(case.id)}
