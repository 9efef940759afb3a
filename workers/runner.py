"""Calls, one after another: claim it, attempt it, settle it; and no transaction open while the outside world is asked."""

import logging
import time
from dataclasses import replace
from functools import partial

from engine import crash
from engine.operations.operation import Rejected, TryAgain, Unknown
from workers import claiming, due, settling
from workers.heart import heart
from workers.outcomes import Done, Later, Stuck, Thrown, Work, told

log = logging.getLogger(__name__)

STAY_SECONDS = 0.25  # with one instance; then whatever is first in the line


def run_call(call_id: int | None = None) -> bool:
    """Work on this call, or on the next due one; False when there was nothing to do."""
    return _run(call_id, stay=0)


def run_calls(call_id: int | None = None) -> bool:
    """The same, and then on with the next ones of the same instance, as long as they are first in the line and time allows."""
    return _run(call_id, stay=STAY_SECONDS)


def _run(call_id: int | None, stay: float) -> bool:
    if due.keeps_others_waiting() and not due.is_there(call_id):
        return False
    asked_at = time.monotonic()
    until, work = asked_at + stay, claiming.claim(call_id)
    is_any = work is not None
    while work is not None:
        with heart.holding(work.call.id, work.fence, asked_at):
            outcome = attempt(work)
            asked_at = time.monotonic()
            work = settling.settle(work, outcome, goes_on=asked_at < until)
    return is_any


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
        call = replace(work.call, is_ours=partial(heart.is_sure, work.call.id))
        call.check_ours()
        crash.point("call.before_send")
        result = work.operation.run(call.inputs, call)
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
        return Stuck(told(error))
