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
from engine.workflow import versions
from engine.workflow.models import Instance, TraceEntry


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
        outcomes.conclude(case, outcome, call.inputs["reason"] or "", by=_who_decided(outcome, call))
        if outcome not in outcomes.SUCCESSFUL:
            agreement.void_unsigned(case.id)
        proposals.void_open(case.id)
        return {"outcome": outcome}


def _who_decided(outcome: str, call: Call) -> str:
    """An agreement is the parties'; any other end is whoever's brought it about: the last person who decided, the court that
    wrote, or the clock. Who was only heard (property `decides` = `no`: no objection to an end that another proposed) did not.
    """
    if outcome in outcomes.SUCCESSFUL:
        return outcomes.THE_PARTIES
    acted = db.session.scalars(select(TraceEntry).where(
        TraceEntry.instance_id == call.instance_id,
        TraceEntry.event.in_(("task_completed", "message_received", "timer_fired"))).order_by(TraceEntry.id.desc()))
    return next((entry.actor for entry in acted if not _only_heard(entry)), "") or "system"


def _only_heard(entry: TraceEntry) -> bool:
    """Was somebody heard about what is decided elsewhere, or did the clock of that run out?"""
    if not entry.element:
        return False
    definition = versions.of_instance(db.session.get(Instance, entry.instance_id)).definition
    for process in definition.processes.values():
        element = process.elements.get(entry.element)
        place = process.elements.get(element.attached_to) if element is not None and element.attached_to else element
        if place is not None and place.properties.get("decides") == "no":
            return True
    return False
