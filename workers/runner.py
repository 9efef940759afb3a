"""One call: claim it, attempt it, settle it. Three steps, and no transaction open while the outside world is asked."""

import logging
import os
import random
import socket
from contextlib import nullcontext
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from engine import config, crash
from engine.db import database_now, db, later, locked, transaction
from engine.operations import OPERATIONS
from engine.operations.operation import Call, InputsRefused, Operation, Rejected, TryAgain, Unknown
from engine.workflow import incidents, runtime, trace
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import CallAttempt, CallStatus, Instance, OperationCall
from workers import due
from workers.heart import heart

log = logging.getLogger(__name__)

BACKOFF_SECONDS, BACKOFF_CAP_SECONDS = 5, 3600
ME = f"{socket.gethostname()}-{os.getpid()}"


@dataclass(frozen=True)
class Work:
    """A claimed call: everything `attempt` needs, so that it needs no session."""

    call: Call
    operation: Operation
    fence: int
    stored_result: dict | None = None
    refused: Rejected | None = None  # already when its request was prepared


@dataclass(frozen=True)
class Done:
    """It worked; the process moves on with this result."""

    result: dict


@dataclass(frozen=True)
class Thrown:
    """Refused for a business reason; the diagram decides."""

    code: str
    why: str = ""


@dataclass(frozen=True)
class Later:
    """Not now; try again after a pause (None: the growing one)."""

    why: str
    seconds: float | None = None


@dataclass(frozen=True)
class Stuck:
    """A person must look."""

    why: str
    kind: str = "call_stuck"


def run_call(call_id: int | None = None) -> bool:
    """Work on this call, or on the next due one; False when there was nothing to do."""
    if due.keeps_others_waiting() and not due.is_there(call_id):
        return False
    work = claim(call_id)
    if work is None:
        return False
    with heart.holding(work.call.id, work.fence):
        outcome = attempt(work)
        settle(work, outcome)
    return True


def claim(call_id: int | None = None) -> Work | None:
    """Take a due call in a short transaction: status, attempt, fence and lease; its request is fixed at the first attempt."""
    with transaction(door="claim"):
        call = due.take(call_id)
        if call is None:
            return None
        operation = OPERATIONS.get(call.operation)
        _lease(call)
        crash.point("claim.after_lease")
        if operation is None:
            return _stop(call, Stuck(f"There is no operation {call.operation}.", "unknown_operation"))
        if operation.effect_class == "C" and call.attempts > 1 and call.stored_result is None and _is_outcome_unknown(call):
            operation.note_doubt(call.key)
            return _stop(call, Stuck("Whether the last attempt had its effect is not known.", "outcome_unknown"))
        return _prepared(call, operation)


def _prepared(call: OperationCall, operation: Operation) -> Work | None:
    """Check the inputs and read what the operation needs, once: a retry sends the same."""
    try:
        with db.session.begin_nested() if operation.reads else nullcontext():
            described = Call(call.id, call.key, call.attempts, call.case_id, call.instance_id, operation.load(call.inputs))
            if call.request is None:
                call.request = operation.prepare(described) or {}
            described = described.prepared(call.request)
            described = described.equipped(operation.read_anew(described))
    except Rejected as refusal:
        return Work(described, operation, call.fence, refused=refusal)
    except InputsRefused as refusal:
        return _stop(
            call, Stuck("; ".join(f"{p['pointer']}: {p['values'].get('why', '')}" for p in refusal.problems), "inputs_refused")
        )
    except OperationalError:  # busy, or a lock was not to be had: nothing was taken, and the call comes again
        raise
    except Exception as error:
        log.exception("an operation could not be prepared", extra={"call": call.id})
        return _stop(call, Stuck(_told(error), "not_prepared"))
    return Work(described, operation, call.fence, call.stored_result)


def _lease(call: OperationCall) -> None:
    now = database_now()
    call.status, call.attempts, call.fence = CallStatus.RUNNING, call.attempts + 1, call.fence + 1
    call.lease_owner, call.lease_until = ME, later(now, config.current().lease_seconds)
    db.session.add(CallAttempt(call_id=call.id, number=call.attempts, worker=ME, started_at=now))


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


def attempt(work: Work) -> Done | Thrown | Later | Stuck:
    """Do the work, with no transaction open. Whatever goes wrong becomes one of the outcomes."""
    if work.stored_result is not None:
        return Done(work.stored_result)
    if work.refused is not None:
        return Thrown(work.refused.code, work.refused.why)
    try:
        if work.operation.effect_class == "B" and work.call.attempt > 1:
            known = work.operation.query(work.call)
            if known is not None:
                return Done(known)
        crash.point("call.before_send")
        result = work.operation.run(work.call.inputs, work.call)
        crash.point("call.after_send")
        return Done(result or {})
    except Rejected as refusal:
        return Thrown(refusal.code, refusal.why)
    except TryAgain as pause:
        return Later(str(pause), pause.seconds)
    except Unknown as doubt:
        return Stuck(str(doubt), "outcome_unknown")
    except Exception as error:
        log.exception("an operation failed", extra={"call": work.call.id, "operation": work.operation.name})
        return Stuck(_told(error))


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def settle(work: Work, outcome: Done | Thrown | Later | Stuck) -> None:
    """Bring the outcome into the database, unless another attempt has the call by now."""
    if isinstance(outcome, Done) and work.operation.effect_class != "L" and not _is_noted(work, outcome.result):
        return
    try:
        with transaction(door="settle" if isinstance(outcome, Done) else "failure"):
            call = _still_mine(work)
            crash.point("settle.after_lock")
            if call is not None and isinstance(outcome, Done | Thrown) and locked(Instance, call.instance_id).is_suspended:
                _hold_back(call)
            elif call is not None:
                _bring_in(call, work, outcome)
    except Rejected as refusal:  # the rules said no when it was to be written down; nothing was
        settle(work, Thrown(refusal.code, refusal.why))
    except ProcessFailed as failure:
        _stop_in_own_transaction(work, Stuck(failure.text, failure.reason))
    except OperationalError as error:  # busy or away: nothing is wrong with the call; its lease runs out, and it comes again
        log.warning("the database did not take an answer: %s", str(error).splitlines()[0], extra={"call": work.call.id})
    except Exception as error:
        log.exception("an answer could not be settled", extra={"call": work.call.id})
        _stop_in_own_transaction(work, Stuck(_told(error), "settle_failed"))


def _is_noted(work: Work, result: dict) -> bool:
    """An answer that no database takes is a person's affair at once: another attempt would bring the same."""
    try:
        return _note_result(work, result)
    except OperationalError:
        raise
    except Exception as error:
        log.exception("an answer could not be kept", extra={"call": work.call.id})
        kind = "outcome_unknown" if work.operation.effect_class == "C" else "settle_failed"
        _stop_in_own_transaction(work, Stuck(_told(error), kind))
        return False


def _note_result(work: Work, result: dict) -> bool:
    """What the receiver answered is kept before anything else, so that a crash from here on asks nobody again."""
    with transaction(door="answer"):
        call = db.session.get(OperationCall, work.call.id, with_for_update=True, populate_existing=True)
        if call is None or call.fence != work.fence or call.status not in (CallStatus.RUNNING, CallStatus.CANCELLED):
            return False
        call.stored_result = result
        return True


def _still_mine(work: Work) -> OperationCall | None:
    """The call, locked after its instance; None when the lease was lost. A cancelled call keeps its late answer."""
    locked(Instance, work.call.instance_id)
    call = db.session.get(OperationCall, work.call.id, with_for_update=True, populate_existing=True)
    if call.fence != work.fence:
        return None
    if call.status == CallStatus.CANCELLED and work.operation.effect_class != "L" and call.stored_result is not None:
        call.result = call.stored_result
        _end_attempt(call, "done", "")
        incidents.report(
            f"call {call.id}",
            "effect_after_cancel",
            f"{call.operation} had its effect after the process went another way.",
            call.case_id,
            call.instance_id,
            call.element,
        )
        return None
    return call if call.status == CallStatus.RUNNING else None


def _bring_in(call: OperationCall, work: Work, outcome) -> None:
    match outcome:
        case Done(result):
            outputs = work.operation.Outputs().dump(work.operation.record(result, work.call) or {})
            _end_attempt(call, "done", "")
            if call.attempts > 1:  # else nobody had a reason to tell of it
                incidents.resolve_subject(f"call {call.id}", "worker", "The call went through.")
            runtime.complete_call(call, outputs)
            crash.point("settle.after_process")
        case Thrown(code, why):
            if runtime.reject_call(call, code):
                _end_attempt(call, "thrown", code)
            else:
                told = f"{code}: {why}" if why else code
                _stop(
                    call, Stuck(f"The operation was refused ({told}), and the diagram has no way for it.", "refusal_without_way")
                )
        case Later(why, seconds):
            _postpone(call, work.operation, why, seconds)
        case Stuck():
            if outcome.kind == "outcome_unknown":
                work.operation.note_doubt(call.key)
            _stop(call, outcome)


def _hold_back(call: OperationCall) -> None:
    """An operator suspended the process meanwhile: the call is settled once it goes on, with what its receiver answered."""
    _end_attempt(call, "later", "The process is suspended.")
    call.status, call.due_at, call.lease_until = CallStatus.DUE, database_now(), None


def _end_attempt(call: OperationCall, outcome: str, error: str) -> None:
    ended = {"ended_at": database_now(), "outcome": outcome, "error": error[:4000]}
    attempt = update(CallAttempt).where(CallAttempt.call_id == call.id, CallAttempt.number == call.attempts)
    db.session.execute(attempt.values(ended))


def _postpone(call: OperationCall, operation: Operation, why: str, seconds: float | None) -> None:
    """Due again after a growing pause with full jitter; after the last attempt a person must look."""
    _end_attempt(call, "later", why)
    if call.attempts >= operation.max_attempts:
        _stop(call, Stuck(why, "attempts_used_up"))
        return
    call.status, call.last_error, call.lease_until = CallStatus.DUE, why[:4000], None
    call.due_at = later(database_now(), pause(call.attempts) if seconds is None else seconds)


def pause(attempts: int) -> float:
    """Seconds before the next attempt: 5·2ⁿ up to an hour, with full jitter."""
    return random.uniform(0.2, 1.0) * min(BACKOFF_SECONDS * 2 ** (attempts - 1), BACKOFF_CAP_SECONDS)


def _stop(call: OperationCall, stuck: Stuck) -> None:
    """The process simply still waits; an incident tells a person."""
    call.status, call.last_error, call.lease_until = CallStatus.STUCK, stuck.why[:4000], None
    _end_attempt(call, "stuck", stuck.why)
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


def _stop_in_own_transaction(work: Work, stuck: Stuck) -> None:
    with transaction(door="failure"):
        call = _still_mine(work)
        if call is not None:
            _stop(call, stuck)

