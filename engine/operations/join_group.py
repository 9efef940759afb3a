"""Look up the group of a case."""

from marshmallow import Schema, fields

from engine.i18n import _
from engine.operations.operation import Operation, titled
from engine.tracks import groups


class JoinGroup(Operation):
    """Tell whether the case belongs to a group, whether it is the group's model, and whether the model has its result."""

    name = "tracks.join_group"
    title = _("Look up the group of the case")

    class Outputs(Schema):
        in_group = titled(fields.Boolean, _("Belongs to a group"))
        is_model = titled(fields.Boolean, _("Is the model case"))
        has_result = titled(fields.Boolean, _("The model case has its result"))
        group_name = titled(fields.String, _("Name of the group"))
        group_issues = titled(fields.String, _("Common issues"))

    def record(self, result, call):
        group = groups.group_of(call.case_id)
        return {"in_group": group is not None, "is_model": bool(group and group.model_case_id == call.case_id),
                "has_result": bool(group and group.result_at), "group_name": group.name if group else "",
                "group_issues": group.issues if group else ""}
