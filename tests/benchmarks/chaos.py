"""The one who breaks things, in a random order: workers, the queue server, the database, the other side's manners."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from random import Random

import redis
import requests
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from engine import jobs
from engine.db import db, transaction
from engine.workflow.models import OperationCall
from tests.benchmarks.cluster import Cluster
from tests.benchmarks.demo_stack import Stack
from webapp.cli import valkey

MANNERS = {"slow": 3, "lossy": 1, "down": 1, "duplicate": 3, "wrong": 3}  # for so many messages; two refusals cost five minutes
TRIES = 200
HANG_SECONDS, HINTS, HINTED_CALLS, SLOW_SECONDS = 8.0, 5, 100, 4


class Chaos(threading.Thread):
    """Works through its plan while the play goes on; `plan` holds what has not happened yet, `done` what has.

    What cannot be done just now is tried again later; what could not be done TRIES times is left to the `undone`.

    Faults: kill and stop (a worker; stopped for longer than its lease), flush, down and hang (the queue server), hints (each of
    the latest calls five times, on two queues), rude (the court is slow, loses answers, says things twice), restart (PostgreSQL
    crashes).
    """

    def __init__(self, app, stack: Stack, faults: Mapping[str, int], every: float, random: Random,
                 cluster: Cluster | None = None):
        super().__init__(daemon=True, name="chaos")
        self.app, self.stack, self.cluster, self.every, self.random = app, stack, cluster, every, random
        self.plan = [name for name, count in faults.items() for _time in range(count)]
        random.shuffle(self.plan)
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.undone: list[str] = []
        self.killed: list[tuple[int, datetime]] = []  # which workers, and when
        self.stopping = threading.Event()
        self._asleep: dict[int, threading.Timer] = {}

    def run(self):
        while self.plan and not self.stopping.wait(self.random.uniform(0.5, 1.5) * self.every):
            name = self.plan.pop()
            if getattr(self, f"do_{name}")():
                self.done[name] += 1
                continue
            self.refused[name] += 1
            if self.refused[name] < TRIES:
                self.plan.insert(self.random.randint(0, len(self.plan)), name)
            else:
                self.undone.append(name)

    def stop(self) -> None:
        """No more faults from here on."""
        self.stopping.set()
        self.join()
        for pid, timer in list(self._asleep.items()):
            timer.cancel()
            self._wake(pid)

    def do_kill(self) -> bool:
        at, pid = datetime.now(UTC), self._strike(signal.SIGKILL)
        if pid:
            self.killed.append((pid, at))
        return pid > 0

    def do_stop(self) -> bool:
        """Asleep for longer than a lease: when it wakes up, another one has its call."""
        if pid := self._strike(signal.SIGSTOP):
            self._asleep_for(pid, self.stack.settings.lease_seconds + 1)
        return pid > 0

    def _strike(self, number: int) -> int:
        """A signal for one worker, and which; 0 when none is there just now."""
        workers = sorted(set(self.stack.pids("worker")) - self._asleep.keys())
        if not workers:
            return 0
        pid = self.random.choice(workers)
        with suppress(ProcessLookupError):
            os.kill(pid, number)
            return pid
        return 0

    def _asleep_for(self, pid: int, seconds: float) -> None:
        self._asleep[pid] = threading.Timer(seconds, self._wake, [pid])
        self._asleep[pid].start()

    def _wake(self, pid: int) -> None:
        self._asleep.pop(pid, None)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    def do_flush(self) -> bool:
        """Every hint is gone."""
        with suppress(redis.RedisError):
            self.stack.flush_redis()
            return True
        return False

    def do_down(self) -> bool:
        """The queue server dies; its supervisor starts another."""
        return self._signal_queue(signal.SIGKILL)

    def do_hang(self) -> bool:
        """The queue server takes connections and says nothing."""
        return self._signal_queue(signal.SIGSTOP)

    def _signal_queue(self, number: int) -> bool:
        pids = [pid for pid in self.stack.pids("", exact=valkey.binary().name[:15]) if pid not in self._asleep]
        if not pids:
            return False
        os.kill(pids[0], number)
        if number == signal.SIGSTOP:
            self._asleep_for(pids[0], HANG_SECONDS)
        return True

    def do_hints(self) -> bool:
        """Hints nobody needs: of calls that are done, that somebody works on, that are not due."""
        with suppress(redis.RedisError, SQLAlchemyError), self.app.app_context():
            with transaction(write=False):
                latest = list(db.session.scalars(select(OperationCall.id).order_by(OperationCall.id.desc()).limit(HINTED_CALLS)))
            with redis.Redis.from_url(valkey.url(self.stack.settings.data / "valkey"), socket_timeout=1) as server:
                for index in range(2):
                    queue = Queue(jobs.queue_name(index), connection=server, serializer=JSONSerializer)
                    for call_id in latest * HINTS:
                        queue.enqueue(jobs.RUN_CALL, call_id, result_ttl=0, failure_ttl=60, ttl=60, job_timeout=-1)
            return True
        return False

    def do_rude(self) -> bool:
        """The court's system behaves badly for some messages, in one way or another."""
        manner = self.random.choice(sorted(MANNERS))
        asked = {"mode": manner, "count": MANNERS[manner], "seconds": SLOW_SECONDS}
        with suppress(requests.RequestException):
            return requests.post(f"{self.stack.addresses.court}/control", json=asked, timeout=10).ok
        return False

    def do_restart(self) -> bool:
        """The database crashes and comes back."""
        self.cluster.restart()
        return True
