"""Bring what came of an attempt into the database, and the process on."""

import logging
from contextlib import suppress

from sqlalchemy.exc import OperationalError

from engine import crash, jobs
from engine.db import db, drop_after_commit, locked, transaction
from engine.operations.operation import Rejected, TryAgain
from engine.workflow import incidents, runtime, trace
from engine.workflow.incidents import ProcessFailed
from engine.workflow.models import CallStatus, Instance, InstanceStatus, OperationCall
from workers import attempts, claiming
from workers.outcomes import Done, Later, Stuck, Thrown, Work, told

log = logging.getLogger(__name__)

Outcome = Done | Thrown | Later | Stuck


def settle(work: Work, outcome: Outcome, goes_on: bool = False) -> Work | None:
    """Bring the outcome into the database, unless another attempt has the call by now.

    Whoever `goes_on` takes the next due call of the same instance in the same transaction: that is what comes back.
    """
    if isinstance(outcome, Done) and work.operation.effect_class in "BC" and not _is_noted(work, outcome):
        return None
    try:
        with transaction(door="settle" if isinstance(outcome, Done) else "failure"):
            call = _still_mine(work, outcome)
            crash.point("settle.after_lock")
            if call is None:
                return None
            if isinstance(outcome, Done | Thrown) and locked(Instance, call.instance_id).is_suspended:
                _hold_back(call, work, outcome)
                return None
            _bring_in(call, work, outcome)
            return _next(call) if goes_on and isinstance(outcome, Done) else None
    except Rejected as refusal:  # the rules said no when it was to be written down; nothing was
        settle(work, Thrown(refusal.code, refusal.why))
    except TryAgain as pause:  # what the outcome was made of has changed; nothing was written down
        settle(work, Later(str(pause), pause.seconds))
    except ProcessFailed as failure:
        _stop(work, outcome, Stuck(failure.text, failure.reason))
    except OperationalError as error:  # busy or away: nothing is wrong with the call; its lease runs out, and it comes again
        log.warning("the database did not take an answer: %s", str(error).splitlines()[0], extra={"call": work.call.id})
        with suppress(OperationalError):
            _is_kept(work, outcome)
    except Exception as error:
        log.exception("an answer could not be settled", extra={"call": work.call.id})
        _stop(work, outcome, Stuck(told(error), "settle_failed"))
    return None


def _next(call: OperationCall) -> Work | None:
    if db.session.get(Instance, call.instance_id).is_over:
        return None
    work = claiming.claim_next_of(call.instance_id)
    if work is not None:
        drop_after_commit(jobs.wake, work.call.id)
    return work


def _stop(work: Work, outcome: Outcome, stuck: Stuck) -> None:
    """A person must look; what the receiver answered is kept, so that nobody asks again once it is mended."""
    if _is_kept(work, outcome):
        _stop_in_own_transaction(work, stuck)


def _is_kept(work: Work, outcome: Outcome) -> bool:
    """What was not brought in is kept at least; False when that is impossible, or nobody's business any more."""
    return not isinstance(outcome, Done) or work.operation.effect_class != "A" or _is_noted(work, outcome)


def _is_noted(work: Work, outcome: Done) -> bool:
    """An answer that no database takes is a person's affair at once: another attempt would bring the same."""
    try:
        return _note_result(work, outcome.result)
    except OperationalError:
        raise
    except Exception as error:
        log.exception("an answer could not be kept", extra={"call": work.call.id})
        kind = "outcome_unknown" if work.operation.effect_class == "C" else "settle_failed"
        _stop_in_own_transaction(work, Stuck(told(error), kind))
        return False


def _note_result(work: Work, result: dict) -> bool:
    """What the receiver answered is kept before anything else, so that a crash from here on asks nobody again.

    Not for class A: such a receiver knows our key, and may be asked again; its answer comes in with the settlement.
    """
    with transaction(door="answer"):
        call = db.session.get(OperationCall, work.call.id, with_for_update=True, populate_existing=True)
        if call is None or call.fence != work.fence or call.status not in (CallStatus.RUNNING, CallStatus.CANCELLED):
            return False
        call.stored_result = result
        return True


def _still_mine(work: Work, outcome: Outcome | None = None) -> OperationCall | None:
    """The call, locked after its instance; None when the lease was lost. A cancelled call keeps its late answer."""
    call = locked(OperationCall, work.call.id, inside=Instance)
    if call.fence != work.fence:
        return None
    if call.status == CallStatus.CANCELLED and work.operation.effect_class != "L" and isinstance(outcome, Done):
        _keep_late(call, work, outcome)
        return None
    return call if call.status == CallStatus.RUNNING else None


def _keep_late(call: OperationCall, work: Work, outcome: Done) -> None:
    """The effect came after the process went another way: what the operation calls harmless is written down, of all else a
    person is told. An operator who stopped the process is told of everything."""
    call.result = call.stored_result = outcome.result
    attempts.end(call, "done", "")
    instance = db.session.get(Instance, call.instance_id)
    if work.operation.is_harmless_late(work.call) and instance.status != InstanceStatus.CANCELLED:
        work.operation.record(outcome.result, work.call)
        trace.write(instance, "call_done_late", "worker", call.element, call.token, call=call.id)
        return
    incidents.report(f"call {call.id}", incidents.EFFECT_AFTER_CANCEL,
                     f"{call.operation} had its effect after the process went another way.",
                     call.case_id, call.instance_id, call.element)


def _bring_in(call: OperationCall, work: Work, outcome: Outcome) -> None:
    match outcome:
        case Done(result):
            outputs = work.operation.Outputs().dump(work.operation.record(result, work.call) or {})
            attempts.end(call, "done", "")
            if call.attempts > 1:  # else nobody had a reason to tell of it
                incidents.resolve_subject(f"call {call.id}", "worker", "The call went through.")
            runtime.complete_call(call, outputs)
            crash.point("settle.after_process")
        case Thrown(code, why):
            if runtime.reject_call(call, code):
                attempts.end(call, "thrown", code)
            else:
                told = f"{code}: {why}" if why else code
                attempts.stop(
                    call, Stuck(f"The operation was refused ({told}), and the diagram has no way for it.", "refusal_without_way")
                )
        case Later(why, seconds):
            attempts.postpone(call, work.operation, why, seconds)
        case Stuck():
            if outcome.kind == "outcome_unknown":
                work.operation.note_doubt(call.key)
            attempts.stop(call, outcome)


def _hold_back(call: OperationCall, work: Work, outcome: Done | Thrown) -> None:
    """An operator suspended the process meanwhile: the call is settled once it goes on, with what its receiver answered."""
    if isinstance(outcome, Done) and work.operation.effect_class != "L":
        call.stored_result = outcome.result
    attempts.put_back(call, "The process is suspended.")


def _stop_in_own_transaction(work: Work, stuck: Stuck) -> None:
    with transaction(door="failure"):
        call = _still_mine(work)
        if call is not None:
            attempts.stop(call, stuck)
