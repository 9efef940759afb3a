"""Put a mediation session on the calendar."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine import clock
from engine.cases.models import Case
from engine.db import locked
from engine.documents import acknowledgements
from engine.i18n import _
from engine.mediation import attendance, sessions
from engine.operations.operation import Operation, titled


class PlanSession(Operation):
    """Plan a session: time, way and place. A video session gets its room; every party and agent is expected."""

    name = "mediation.plan_session"
    title = _("Plan a session")

    class Inputs(Schema):
        planned_at = titled(fields.AwareDateTime, _("Time"), required=True, default_timezone=clock.SHANGHAI)
        mode = titled(fields.String, _("Way of meeting"), load_default="video", validate=OneOf(sessions.MODES))
        place = titled(fields.String, _("Place"), load_default="", allow_none=True)
        days_open = titled(fields.Integer, _("Days it is open"), load_default=0)

    class Outputs(Schema):
        session_id = titled(fields.Integer, _("Session"))
        expected = titled(fields.List, _("Who is expected"), cls_or_instance=fields.Dict())
        arranged_mode = titled(fields.String, _("Way of meeting"))  # the last that was not by telephone

    def record(self, result, call):
        session = sessions.plan(
            locked(Case, call.case_id), call.inputs["planned_at"], call.inputs["mode"], call.inputs["place"] or "",
            instance_id=call.instance_id, days_open=call.inputs["days_open"],
        )
        arranged = [each.mode for each in sessions.of_case(session.case_id) if each.mode != "telephone"]
        expected = [{"id": seat.participant_id, "name": seat.participant.name, "reason": acknowledgements.role(seat)}
                    for seat in attendance.expected(session)]
        return {"session_id": session.id, "expected": expected, "arranged_mode": arranged[-1] if arranged else session.mode}
