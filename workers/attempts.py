"""The rows of a call while workers try it: leased, ended, put off, or stopped for a person to look."""

import os
import random
import socket

from sqlalchemy import bindparam, update

from engine import config, statements
from engine.db import database_now, db, later
from engine.operations.operation import Operation
from engine.workflow import incidents, trace
from engine.workflow.models import CallAttempt, CallStatus, Instance, OperationCall
from workers.outcomes import Stuck

BACKOFF_SECONDS, BACKOFF_CAP_SECONDS = 5, 3600
ME = f"{socket.gethostname()}-{os.getpid()}"

_rows = CallAttempt.__table__
_END = update(_rows).where(_rows.c.call_id == bindparam("call"), _rows.c.number == bindparam("attempt")).values(
    {name: bindparam(name) for name in ("ended_at", "outcome", "error")})


def lease(call: OperationCall) -> None:
    now = database_now()
    statements.change(call, status=CallStatus.RUNNING, attempts=call.attempts + 1, fence=call.fence + 1, lease_owner=ME,
                      lease_until=later(now, config.current().lease_seconds))
    statements.add(CallAttempt, {"call_id": call.id, "number": call.attempts, "worker": ME, "started_at": now})


def put_back(call: OperationCall, why: str) -> None:
    """Nothing came of this attempt, and that is nobody's fault: it may be tried again at once."""
    end(call, "later", why)
    call.status, call.due_at, call.lease_until = CallStatus.DUE, database_now(), None


def end(call: OperationCall, outcome: str, error: str) -> None:
    ended = {"ended_at": database_now(), "outcome": outcome, "error": error[:4000]}
    statements.ask(_END, call=call.id, attempt=call.attempts, **ended)


def postpone(call: OperationCall, operation: Operation, why: str, seconds: float | None) -> None:
    """Due again after a growing pause with full jitter; after the last attempt a person must look."""
    end(call, "later", why)
    if call.attempts >= operation.max_attempts:
        stop(call, Stuck(why, "attempts_used_up"))
        return
    call.status, call.last_error, call.lease_until = CallStatus.DUE, why[:4000], None
    call.due_at = later(database_now(), pause(call.attempts) if seconds is None else seconds)


def pause(attempts: int) -> float:
    """Seconds before the next attempt: 5·2ⁿ up to an hour, with full jitter."""
    return random.uniform(0.2, 1.0) * min(BACKOFF_SECONDS * 2 ** (attempts - 1), BACKOFF_CAP_SECONDS)


def stop(call: OperationCall, stuck: Stuck) -> None:
    """The process simply still waits; an incident tells a person."""
    call.status, call.last_error, call.lease_until = CallStatus.STUCK, stuck.why[:4000], None
    end(call, "stuck", stuck.why)
    incidents.report(f"call {call.id}", stuck.kind, stuck.why, call.case_id, call.instance_id, call.element)
    trace.write(
        db.session.get(Instance, call.instance_id),
        "call_stuck",
        "worker",
        call.element,
        call.token,
        call=call.id,
        kind=stuck.kind,
    )
