"""Take hints from this worker's queue. A hint is used up when it is taken: what it points at stands in a row, which waits.

RQ keeps much about a job that we ask nobody about: who has it, since when, what came of it, how often. That costs more than most
calls do, so of all that only as much is kept as lets its tools see which workers listen.
"""

import logging
import threading
import time
from contextlib import suppress

import redis
from rq import SimpleWorker
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty

from engine import config, jobs
from workers.attempts import ME

log = logging.getLogger(__name__)

SEEN_SECONDS = 15.0  # RQ takes a worker for dead that was not seen for minutes
AGAIN_SECONDS = 2


class Hints(Queue):
    """What is taken from it is gone: it is kept nowhere until somebody says that it was done."""

    @classmethod
    def lmove(cls, connection, queue_key, timeout):
        return cls.lpop([queue_key], timeout, connection)


class Listener(SimpleWorker):
    """RQ's worker on one queue, in a thread of this process: a call's own lease guards it, so it needs no fork and no signals."""

    death_penalty_class, queue_class = TimerDeathPenalty, Hints
    seen_at = 0.0

    def _install_signal_handlers(self):
        """The process's own handlers stay."""

    def check_for_suspension(self, burst):
        """Whoever wants no calls to be done stops the workers, or suspends the process."""

    def set_state(self, state, pipeline=None):
        """Whether it is busy just now, nobody asks."""
        self._state = state

    def heartbeat(self, timeout=None, pipeline=None):
        """Be seen, now and then."""
        if time.monotonic() - self.seen_at >= SEEN_SECONDS:
            self.seen_at = time.monotonic()
            super().heartbeat(timeout, pipeline)

    def execute_job(self, job: Job, queue: Queue):
        """Use the hint up, and look at what it points at."""
        try:
            with suppress(redis.RedisError):  # then it is gone by itself after a while
                self.connection.delete(job.key)
            job.perform()
        except Exception:
            log.exception("a hint could not be followed", extra={"hint": job.id})


def listen(settings: config.Settings, index: int, stopping: threading.Event) -> None:
    """Take hints; without Redis, try again every few seconds (the rows are polled meanwhile)."""
    while not stopping.is_set():
        try:
            listener = Listener([jobs.queue_name(index)], connection=jobs.connection(settings.redis_url, patience=None),
                                serializer=JSONSerializer, name=f"{ME}-{index}-{threading.get_ident()}")
            listener.work(with_scheduler=False, logging_level="WARNING")
        except (redis.RedisError, OSError, ValueError) as error:
            log.info("no hints: %s", error)
        stopping.wait(AGAIN_SECONDS)
