"""Find the courts the parties may apply to."""

from marshmallow import fields

from engine.cases.models import Case
from engine.courts import competence
from engine.db import db
from engine.i18n import _
from engine.operations.operation import Operation, titled


class FindCourts(Operation):
    """Find the courts that may confirm the agreement, by CPL 205: the inviting one, else those the parties may choose from.

    The list is what a form offers; it is empty when no court on the platform is competent.
    """

    name = "courts.find_competent"
    title = _("Find the competent courts")

    class Outputs(Operation.Outputs):
        courts = titled(fields.List, _("Courts, nearest first"), cls_or_instance=fields.Dict())

    def record(self, result, call):
        return {"courts": [choice.as_option() for choice in competence.choices(db.session.get(Case, call.case_id))]}
