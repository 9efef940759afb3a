"""Remove what nobody may ask for any more, a little at a time, so that nobody waits for it."""

from datetime import timedelta

from sqlalchemy import delete, select

from engine.db import database_now, db, transaction
from engine.inbox import drafts
from engine.workflow import pieces
from engine.workflow.doors import Idempotency, WorkerProcess
from engine.workflow.said import Thrown

KEYS_KEPT = timedelta(days=400)  # how long the same Idempotency-Key gets the same answer
WORKERS_KEPT = timedelta(days=30)
THROWN_KEPT = timedelta(days=30)  # the trace keeps that it was said, the message what became of it
BATCH = 500


def forget() -> int:
    """Remove old answers to idempotency keys, workers that are long gone, what was passed on, drafts of tasks that ended; returns
    how many rows went."""
    with transaction():
        gone = pieces.forget() + drafts.forget()
    gone += _forget(WorkerProcess, WorkerProcess.seen_at, WORKERS_KEPT)
    while step := _forget(Thrown, Thrown.handled_at, THROWN_KEPT):
        gone += step
    while step := _forget(Idempotency, Idempotency.created_at, KEYS_KEPT):
        gone += step
    return gone


def _forget(model, moment, kept: timedelta) -> int:
    """Of the oldest rows (ids follow time) those that are past their time."""
    with transaction():
        oldest = db.session.execute(select(model.id, moment).where(moment.is_not(None)).order_by(model.id).limit(BATCH)).all()
        past = [key for key, at in oldest if at < database_now() - kept]
        if past:
            db.session.execute(delete(model).where(model.id.in_(past)))
        return len(past)
