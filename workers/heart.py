"""The heart-beat: while a call is being worked on, its lease is renewed; a worker that lost it writes nothing."""

import logging
import threading
import time
from contextlib import contextmanager

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from engine import config
from engine.db import database_now, db, later, transaction
from engine.operations import OPERATIONS
from engine.workflow.models import CallStatus, OperationCall

log = logging.getLogger(__name__)

BEATS_PER_LEASE = 4
SURE_SHARE = 0.9  # of a lease: whoever has not renewed it for longer may have lost it
LEAST_SECONDS, TIMES = 60, 4  # a call that takes four times what its operation allows, and a minute, hangs


class Heart:
    """Renews the leases of all calls this process holds, from one thread."""

    def __init__(self):
        self._held: dict[int, tuple[int, float]] = {}  # call → its fence, and since when
        self._renewed: dict[int, float] = {}  # call → when its lease was last asked for
        self._lock = threading.Lock()

    @contextmanager
    def holding(self, call_id: int, fence: int, asked_at: float | None = None):
        """Renew the lease of this call until the block ends, or the call hangs; `asked_at`: before it was claimed."""
        now = time.monotonic()
        with self._lock:
            self._held[call_id], self._renewed[call_id] = (fence, now), now if asked_at is None else asked_at
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(call_id, None)
                self._renewed.pop(call_id, None)

    def is_sure(self, call_id: int) -> bool:
        """Is the lease of this call certainly still this process's? Not when it stood still meanwhile; the clock went on."""
        renewed = self._renewed.get(call_id)
        return renewed is None or time.monotonic() - renewed < SURE_SHARE * config.current().lease_seconds

    def beat(self) -> None:
        """Renew every lease once; a lease that another attempt has by now is left alone (the fence differs).

        A call that somebody is writing to just now waits for the next beat: for it the others must not be late.
        """
        with self._lock:
            held = dict(self._held)
        if not held:
            return
        asked_at, renewed = time.monotonic(), []
        with transaction(door="heart"):
            until = later(database_now(), config.current().lease_seconds)
            for call_id, operation in db.session.execute(_operations(held)):
                fence, since = held[call_id]
                if time.monotonic() - since > patience(operation):
                    log.error("a call hangs; it is given back", extra={"call": call_id, "operation": operation})
                    continue
                ours = db.session.execute(update(OperationCall).where(
                    OperationCall.id == call_id, OperationCall.fence == fence, OperationCall.status == CallStatus.RUNNING,
                ).values(lease_until=until).execution_options(synchronize_session=False))
                renewed += [call_id] * ours.rowcount
        with self._lock:
            self._renewed |= {call_id: asked_at for call_id in renewed if call_id in self._renewed}

    def run(self, app, stopping: threading.Event) -> None:
        """Beat until told to stop (a thread's body)."""
        while not stopping.wait(config.current().lease_seconds / BEATS_PER_LEASE):
            try:
                with app.app_context():
                    self.beat()
            except SQLAlchemyError as error:
                log.warning("no heart-beat: the database does not answer: %s", error)


def _operations(call_ids):
    return select(OperationCall.id, OperationCall.operation).where(
        OperationCall.id.in_(call_ids)).with_for_update(skip_locked=True)


def patience(operation: str) -> float:
    """Seconds after which a call of this operation counts as hanging."""
    known = OPERATIONS.get(operation)
    return max(LEAST_SECONDS, TIMES * known.timeout_seconds if known else 0)


heart = Heart()
