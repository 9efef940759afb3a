"""The heart-beat: while a call is being worked on, its lease is renewed; a worker that lost it writes nothing."""

import logging
import threading
from contextlib import contextmanager

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from engine import config
from engine.db import database_now, db, later, transaction
from engine.workflow.models import CallStatus, OperationCall

log = logging.getLogger(__name__)

BEATS_PER_LEASE = 3


class Heart:
    """Renews the leases of all calls this process holds, from one thread."""

    def __init__(self):
        self._held: dict[int, int] = {}
        self._lock = threading.Lock()

    @contextmanager
    def holding(self, call_id: int, fence: int):
        """Renew the lease of this call until the block ends."""
        with self._lock:
            self._held[call_id] = fence
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(call_id, None)

    def beat(self) -> None:
        """Renew every lease once; a lease that another attempt has by now is left alone (the fence differs)."""
        with self._lock:
            held = dict(self._held)
        if not held:
            return
        with transaction():
            until = later(database_now(), config.current().lease_seconds)
            for call_id, fence in held.items():
                db.session.execute(update(OperationCall).where(
                    OperationCall.id == call_id, OperationCall.fence == fence, OperationCall.status == CallStatus.RUNNING,
                ).values(lease_until=until).execution_options(synchronize_session=False))

    def run(self, app, stopping: threading.Event) -> None:
        """Beat until told to stop (a thread's body)."""
        while not stopping.wait(config.current().lease_seconds / BEATS_PER_LEASE):
            try:
                with app.app_context():
                    self.beat()
            except SQLAlchemyError as error:
                log.warning("no heart-beat: the database does not answer: %s", error)


heart = Heart()
