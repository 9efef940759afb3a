"""Ask an institution's approvers, rung by rung."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.access.models import User
from engine.i18n import _
from engine.mediation import climbing
from engine.operations.operation import Operation, titled


class Asked(Schema):
    """Whom to ask now; none when the request is settled."""

    asks = titled(fields.Boolean, _("Somebody is to be asked"))
    approver = titled(fields.Integer, _("Approver"), allow_none=True)


def _told(person: User | None) -> dict:
    return {"asks": person is not None, "approver": person.id if person else None}


class AskApprover(Operation):
    """Find the lowest approver of the institution's ladder for what somebody would settle above their limit."""

    name = "authority.ask_approver"
    title = _("Find the institution's approver")
    Outputs = Asked

    class Inputs(Schema):
        request = titled(fields.Integer, _("Request for approval"), required=True)

    def record(self, result, call):
        person = climbing.ask_first(call.inputs["request"])
        return _told(person)


class NoteApproval(Operation):
    """Note what the approver said, or that they were silent; the next rung, or the substitute, is asked while one is left."""

    name = "authority.note_answer"
    title = _("Note the approver's answer")
    Outputs = Asked

    class Inputs(Schema):
        request = titled(fields.Integer, _("Request for approval"), required=True)
        answer = titled(fields.String, _("Answer"), required=True,
                        validate=OneOf((climbing.APPROVES, climbing.REFUSES, climbing.SILENT, climbing.ENDED)))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)

    def record(self, result, call):
        said = call.inputs
        person = climbing.note(said["request"], said["answer"], said.get("reason") or "")
        return _told(person)
