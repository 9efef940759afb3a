"""Take a due call for this worker: status, attempt, fence and lease; its request is fixed at the first attempt."""

import logging
from contextlib import nullcontext

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from engine import crash, statements
from engine.db import db, transaction
from engine.operations import OPERATIONS
from engine.operations.operation import Call, InputsRefused, Operation, Rejected
from engine.workflow.models import CallAttempt, OperationCall
from workers import attempts, due
from workers.outcomes import Stuck, Work, told

log = logging.getLogger(__name__)


def claim(call_id: int | None = None) -> Work | None:
    """Take this call, or the next due one, in a short transaction of its own; None when there is none."""
    with transaction(door="claim"):
        call = due.take(call_id)
        return None if call is None else _taken(call)


def claim_next_of(instance_id: int) -> Work | None:
    """Within the transaction that settled a call: the next one of its instance, when that is due and first in the line.

    It reads what stands now, as in a transaction of its own: rows that the settled one wrote are in no list loaded before.
    What it has to read may be locked: then it is put back for whoever comes, and the settled one stays settled.
    """
    db.session.flush()
    db.session.expire_all()
    call = due.take_of(instance_id)
    try:
        return None if call is None else _taken(call)
    except OperationalError as error:
        return attempts.put_back(call, f"The database was busy: {str(error).splitlines()[0]}")


def _taken(call: OperationCall) -> Work | None:
    operation = OPERATIONS.get(call.operation)
    attempts.lease(call)
    crash.point("claim.after_lease")
    if operation is None:
        return attempts.stop(call, Stuck(f"There is no operation {call.operation}.", "unknown_operation"))
    if operation.effect_class == "C" and call.attempts > 1 and call.stored_result is None and _is_outcome_unknown(call):
        operation.note_doubt(call.key)
        return attempts.stop(call, Stuck("Whether the last attempt had its effect is not known.", "outcome_unknown"))
    return _prepared(call, operation)


def _prepared(call: OperationCall, operation: Operation) -> Work | None:
    """Check the inputs and read what the operation needs, once: a retry sends the same."""
    try:
        with db.session.begin_nested() if operation.reads else nullcontext():
            described = Call(call.id, call.key, call.attempts, call.case_id, call.instance_id, operation.load(call.inputs))
            described = described.prepared(_request(call, operation, described))
            described = described.equipped(operation.read_anew(described))
    except Rejected as refusal:
        return Work(described, operation, call.fence, refused=refusal)
    except InputsRefused as refusal:
        return attempts.stop(
            call, Stuck("; ".join(f"{p['pointer']}: {p['values'].get('why', '')}" for p in refusal.problems), "inputs_refused")
        )
    except OperationalError:  # busy, or a lock was not to be had: nothing was taken, and the call comes again
        raise
    except Exception as error:
        log.exception("an operation could not be prepared", extra={"call": call.id})
        return attempts.stop(call, Stuck(told(error), "not_prepared"))
    return Work(described, operation, call.fence, call.stored_result)


def _request(call: OperationCall, operation: Operation, described: Call) -> dict:
    """What the first attempt read, and this one sends; where nothing is read, nothing need be kept."""
    if call.request is not None:
        return call.request
    request = operation.prepare(described) or {}
    if request or operation.reads:
        statements.change(call, request=request)
    return request


def _is_outcome_unknown(call: OperationCall) -> bool:
    """Did an earlier attempt end without a word?"""
    return (
        db.session.scalar(
            select(CallAttempt.id)
            .where(CallAttempt.call_id == call.id, CallAttempt.number < call.attempts, CallAttempt.outcome.in_(["", "lost"]))
            .limit(1)
        )
        is not None
    )
