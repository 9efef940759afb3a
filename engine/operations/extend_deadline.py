"""Extend a running term by the parties' consent."""

from marshmallow import Schema, fields
from marshmallow.validate import Range

from engine.db import locked
from engine.deadlines import clocks, refusals
from engine.errors import DomainError
from engine.i18n import _
from engine.mediation import consent
from engine.operations.operation import Operation, Rejected, titled
from engine.workflow import trace, waits
from engine.workflow.models import Instance


class ExtendDeadline(Operation):
    """Extend a running term, on record with each party's consent to exactly this; its timer in the diagram moves with it."""

    name = "deadlines.extend"
    title = _("Extend a term")
    errors = {"extension_refused": _("The law or the missing consent of a party forbids it")}

    class Inputs(Schema):
        term = titled(fields.String, _("Term"), required=True)
        days = titled(fields.Integer, _("Days"), required=True, validate=Range(1, clocks.MAX_EXTENSION))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)
        asked_by = titled(fields.String, _("Who asked"), load_default="", allow_none=True)

    class Outputs(Schema):
        due_at = titled(fields.AwareDateTime, _("New end"))

    def record(self, result, call):
        deadline = clocks.running(call.case_id, call.inputs["term"])
        if deadline is None:
            raise Rejected("extension_refused", refusals.DeadlineNotRunning(term=call.inputs["term"]).args[0])
        holder = locked(Instance, deadline.instance_id) if deadline.instance_id else None  # before the term: the order of locks
        try:
            deadline = clocks.extend(deadline.id, call.inputs["days"], call.inputs["reason"] or "",
                                     consents=consent.of_extension(call.case_id, deadline.asked_since),
                                     asked_by=call.inputs["asked_by"] or "")
        except DomainError as refusal:
            raise Rejected("extension_refused", str(refusal)) from refusal
        if deadline.token and holder is not None:
            waits.move_timer(holder, deadline.token, deadline.due_at)
        trace.write(holder, "term_extended", "worker", case_id=call.case_id, term=deadline.term,
                    old=deadline.extensions[-1]["old"], new=deadline.extensions[-1]["new"], days=deadline.extensions[-1]["days"])
        return {"due_at": deadline.due_at}
