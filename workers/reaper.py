"""Give back what dead workers held, and say that this one is alive."""

import logging

from sqlalchemy import and_, func, or_, select

from engine import clock, crash, jobs
from engine.db import after_commit, database_now, db, later, transaction
from engine.operations import OPERATIONS
from engine.workflow import incidents
from engine.workflow.doors import WorkerProcess
from engine.workflow.models import CallAttempt, CallStatus, OperationCall
from workers import alive
from workers.attempts import ME

log = logging.getLogger(__name__)

BATCH = 500
DEATHS = 5  # so many workers may one call cost, also where its operation allows more attempts
PAUSE_SECONDS = 4  # longer after each further death, at most to the end of the lease: what kills must not kill all in a row


def sweep() -> int:
    """Calls of dead workers become due again: of neighbours that are gone at once, of others when their lease has run out.

    What a dead worker sent may still be on its way: whoever would ask the receiver now whether it has come, and send it again,
    must give it the time of the lease. A call that keeps killing its workers becomes an incident.
    """
    gone = and_(OperationCall.lease_owner.in_(_gone()), OperationCall.operation.in_(_may_come_twice()))
    with transaction(door="reaper"):
        now = database_now()
        lost = db.session.scalars(select(OperationCall).where(
            OperationCall.status == CallStatus.RUNNING, or_(OperationCall.lease_until < now, gone),
        ).limit(BATCH).with_for_update(skip_locked=True))
        count = 0
        for call in lost:
            _give_back(call, now)
            crash.point("reaper.after_return")
            count += 1
    return count


def _gone() -> list[str]:
    """Workers that hold calls and are known to have ended."""
    with transaction(write=False):
        held = select(OperationCall.lease_owner).where(OperationCall.status == CallStatus.RUNNING).distinct()
        return [name for name in db.session.scalars(held) if alive.is_gone(name)]


def _may_come_twice() -> list[str]:
    """Operations within our own rows, and those whose receiver knows our key, however late the first request comes."""
    return [name for name, operation in OPERATIONS.items() if operation.effect_class in ("L", "A")]


def _give_back(call: OperationCall, now) -> None:
    attempt = db.session.scalar(select(CallAttempt).where(CallAttempt.call_id == call.id, CallAttempt.number == call.attempts))
    if attempt is not None:
        attempt.ended_at, attempt.outcome, attempt.error = now, "lost", "The worker did not come back."
    operation, deaths, until = OPERATIONS.get(call.operation), _deaths(call), call.lease_until
    call.fence, call.lease_until = call.fence + 1, None
    if operation is None or call.attempts >= operation.max_attempts or deaths >= DEATHS:
        call.status, call.last_error = CallStatus.STUCK, "Its workers died repeatedly."
        incidents.report(
            f"call {call.id}", "worker_died_repeatedly", call.last_error, call.case_id, call.instance_id, call.element
        )
        return
    call.status = CallStatus.DUE  # due since it was lost, so before others: its lease was pause enough
    if deaths > 1 and until > now:
        call.due_at = min(until, later(now, PAUSE_SECONDS * (deaths - 1)))
    after_commit(jobs.wake, call.id)
    log.info("a lost call is due again", extra={"call": call.id, "attempt": call.attempts})


def _deaths(call: OperationCall) -> int:
    """How many workers did not come back from it, since a person last looked into it."""
    return db.session.scalar(select(func.count()).where(CallAttempt.call_id == call.id, CallAttempt.outcome == "lost"))


def be_seen() -> None:
    """Write down that this worker is alive."""
    with transaction():
        row = db.session.scalar(select(WorkerProcess).where(WorkerProcess.name == ME))
        if row is None:
            db.session.add(WorkerProcess(name=ME, started_at=clock.now(), seen_at=database_now()))
        else:
            row.seen_at = database_now()
