"""What oversight may do. Each act asks for a reason, and the reason stays in the case's history."""

from sqlalchemy import update

from engine import jobs
from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.db import after_commit, database_now, db, locked
from engine.errors import Conflict, Invalid, NotFound, problem
from engine.i18n import _
from engine.workflow import incidents, trace
from engine.workflow.models import CallAttempt, CallStatus, Incident, Instance, OperationCall

REASON_LENGTH = 500
HOLD_BACK = frozenset((  # kinds of incidents; what they are about comes again once they are resolved
    "run_failed", "timer_failed", "condition_failed", "message_failed", "run_kills_worker", "not_passed_on", "start_failed",
    "not_started",
))


class CallNotStuck(Conflict):
    """Somebody else retried it, or it went through meanwhile."""

    message = _("This call is no longer stuck; it is “%(status)s” now.")


class IncidentAlreadyResolved(Conflict):
    message = _("%(who)s already resolved this incident.")


class NothingHeldBack(Conflict):
    message = _("Nothing is held back by this incident: there is nothing to try again.")


class ReasonMissing(Invalid):
    message = _("A reason is needed; it stays in the case's history.")


def reason_of(text: str) -> str:
    """The reason, checked; raises ReasonMissing."""
    reason = " ".join(text.split())
    if not 2 <= len(reason) <= REASON_LENGTH:
        raise ReasonMissing(problems=[problem("/reason", "required", ReasonMissing.message)])
    return reason


def retry_call(actor: Actor, call_id: int, reason: str) -> OperationCall:
    """Let a stuck call be tried again. Raises ReasonMissing, CallNotStuck.

    Attempts whose outcome nobody knows count as looked into: that is what the reason is for.
    """
    require(actor, Permission.INSTANCE_RETRY)
    reason = reason_of(reason)
    call = db.session.get(OperationCall, call_id)
    if call is None:
        raise NotFound()
    instance = locked(Instance, call.instance_id)
    call = locked(OperationCall, call_id)
    if call.status != CallStatus.STUCK:
        raise CallNotStuck(status=call.status)
    call.status, call.due_at, call.lease_until = CallStatus.DUE, database_now(), None
    unknown = (CallAttempt.call_id == call.id, CallAttempt.outcome.in_(("", "lost")))
    db.session.execute(update(CallAttempt).where(*unknown).values(outcome="looked_into"))
    trace.write(instance, "call_retried", actor.name, call.element, call.token, note=reason, call=call.id)
    incidents.resolve_subject(f"call {call.id}", actor.name, reason)
    db.session.flush()
    after_commit(jobs.wake, call.id)
    return call


def try_again(actor: Actor, incident_id: int, reason: str) -> Incident:
    """Let what an incident holds back be tried again, with all its attempts anew. Raises ReasonMissing, NothingHeldBack,
    IncidentAlreadyResolved."""
    require(actor, Permission.INSTANCE_RETRY)
    incident = locked(Incident, incident_id)
    if not holds_back(incident):
        raise NothingHeldBack()
    resolve(actor, incident_id, reason)
    if incident.instance_id is not None:
        after_commit(jobs.go_on, incident.instance_id)
    db.session.flush()
    return incident


def holds_back(incident: Incident) -> bool:
    """Do workers leave something alone for as long as this incident is open?"""
    return incident.kind in HOLD_BACK


def resolve(actor: Actor, incident_id: int, reason: str) -> Incident:
    """Close an incident that needs nothing more. Raises ReasonMissing, IncidentAlreadyResolved."""
    require(actor, Permission.INSTANCE_RETRY)
    reason = reason_of(reason)
    incident = locked(Incident, incident_id)
    if not incident.is_open:
        raise IncidentAlreadyResolved(who=incident.resolved_by)
    incidents.resolve(incident, actor.name, reason)
    db.session.flush()
    return incident
