"""Note how the mediation ended."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf
from sqlalchemy import select

from engine.cases import outcomes
from engine.cases.models import Case
from engine.db import db, locked
from engine.i18n import _
from engine.mediation import agreement
from engine.operations.operation import Call, Operation, titled
from engine.tracks import proposals
from engine.workflow.models import TraceEntry


class ConcludeCase(Operation):
    """Note the close code (O01–O22) and the reason. A later code replaces an earlier one: O01 becomes O13 when nobody signs."""

    name = "cases.conclude"
    title = _("Note the outcome of the mediation")

    class Inputs(Schema):
        outcome = titled(fields.String, _("Outcome"), required=True, validate=OneOf(list(outcomes.OUTCOMES)))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)

    class Outputs(Schema):
        outcome = titled(fields.String, _("Outcome"))

    def record(self, result, call):
        case, outcome = locked(Case, call.case_id), call.inputs["outcome"]
        outcomes.conclude(case, outcome, call.inputs["reason"] or "", by=_who_decided(call))
        if outcome not in outcomes.SUCCESSFUL:
            agreement.void_unsigned(case.id)
        proposals.void_open(case.id)
        return {"outcome": outcome}


def _who_decided(call: Call) -> str:
    """Whoever brought it about: the last person who acted, the court that wrote, or the clock."""
    acted = select(TraceEntry.actor).where(
        TraceEntry.instance_id == call.instance_id,
        TraceEntry.event.in_(("task_completed", "message_received", "timer_fired"))).order_by(TraceEntry.id.desc())
    return db.session.scalar(acted.limit(1)) or "system"
