"""How fast the calls of dead workers are taken over, and what one call that kills its workers does to the others.

    python -m tests.benchmarks.deaths [--database sqlite|postgresql] [--kills 8]

Real workers on a bare engine, restarted when they die as `sutiao serve` does; every second call is one whose receiver is asked
before it is tried again, so that it waits for its lease. Limits: 20 s to the next attempt at a lost call;
an incident within five attempts and two minutes; nine tenths of the ordinary work meanwhile.
"""

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import func, select

import engine
from engine.config import Settings
from engine.db import db, transaction
from engine.workflow import runtime
from engine.workflow.models import CallAttempt, CallStatus, Incident, OperationCall
from tests import databases
from tests.benchmarks.demo_stack import environment
from tests.engine.workflow.spiff.drawing import service
from tests.published import publish
from webapp.cli.children import die_with_parent

WORKERS, SHARE, SECONDS_LIMIT, ATTEMPTS_LIMIT = 3, 0.9, 120, 5
TAKE_OVER_LIMIT, TAKE_OVER_KILLS = 20, 8
QUIET_SECONDS, PER_SECOND, RESTART_SECONDS = 20, 4, 0.5


class Crew(threading.Thread):
    """So many workers, started again when they die, until told to stop."""

    def __init__(self, settings: Settings):
        super().__init__(daemon=True)
        self.settings, self.over = settings, threading.Event()
        self.workers = [self._begin(index) for index in range(WORKERS)]

    def _begin(self, index: int) -> subprocess.Popen:
        me, env = os.getpid(), environment(self.settings) | {"SUTIAO_REDIS_URL": self.settings.redis_url}
        return subprocess.Popen([sys.executable, "-m", "tests.durability.worker", "--index", str(index)], env=env,
                                stderr=subprocess.DEVNULL, preexec_fn=lambda: die_with_parent(me))

    def run(self):
        while not self.over.wait(RESTART_SECONDS):
            for index, worker in enumerate(self.workers):
                if worker.poll() is not None:
                    self.workers[index] = self._begin(index)

    def stop(self):
        self.over.set()
        self.join()
        for worker in self.workers:
            worker.kill()
            worker.wait()


@contextmanager
def crew(kind: str) -> Iterator[Crew]:
    """A bare engine with published processes, and workers on it."""
    with ExitStack() as running:
        folder = running.enter_context(tempfile.TemporaryDirectory(prefix="sutiao-deaths-"))
        url, queue = running.enter_context(databases.database_url(kind)), running.enter_context(databases.redis_url())
        settings = Settings(data=Path(folder), database_url=url, redis_url=queue, workers=WORKERS)
        app = Flask("deaths")
        engine.init_app(app, settings)
        running.enter_context(app.app_context())
        db.create_all()
        for name in ("slow", "asked", "quick", "deadly"):
            task = service("s", f"durable.{name}", parameters={"what": "'x'", "n": "1"})
            publish(task, "start > s > end", key=name.capitalize())
        found = Crew(settings)
        found.start()
        running.callback(found.stop)
        yield found


def start(key: str) -> int:
    with transaction():
        return runtime.start(key, None, {}, by="bench").id


def take_over(crew: Crew, kills: int, chance: random.Random) -> dict[str, list[float]]:
    """Kill workers with a call in hand, one at a time: seconds from each kill to the next attempt, by another one, by kind."""
    seconds = {"Slow": [], "Asked": []}
    while (done := sum(map(len, seconds.values()))) < kills:
        kind = list(seconds)[done % 2]
        key = start(kind)
        pid = await_one(lambda key=key: holder(key))
        time.sleep(chance.uniform(0, 2))
        call = call_of(key)
        if call.status == CallStatus.RUNNING:
            at = time.time()
            os.kill(pid, signal.SIGKILL)
            seconds[kind].append(await_one(lambda call_id=call.id: second_attempt(call_id)) - at)
    return seconds


def call_of(instance_id: int) -> OperationCall:
    with transaction(write=False):
        return db.session.scalar(select(OperationCall).where(OperationCall.instance_id == instance_id)
                                 .execution_options(populate_existing=True))


def holder(instance_id: int) -> int | None:
    """The process that works on this instance's call."""
    call = call_of(instance_id)
    return int(call.lease_owner.rpartition("-")[2]) if call.status == CallStatus.RUNNING else None


def second_attempt(call_id: int) -> float | None:
    with transaction(write=False):
        at = db.session.scalar(select(CallAttempt.started_at).where(CallAttempt.call_id == call_id, CallAttempt.number == 2))
    return at.timestamp() if at else None


def await_one(question, seconds: float = 180):
    """The first answer that is one."""
    until = time.monotonic() + seconds
    while (answer := question()) is None and time.monotonic() < until:
        time.sleep(0.05)
    return answer


def poison(_crew: Crew) -> dict:
    """One deadly call among ordinary work: attempts and seconds to its incident, and the share of the work that got done."""
    before = share_done(lambda: False, QUIET_SECONDS)
    began, key = time.monotonic(), start("Deadly")
    meanwhile = share_done(lambda: has_incident(key), SECONDS_LIMIT + 60)
    seconds = round(time.monotonic() - began, 1)
    return {"attempts": call_of(key).attempts, "seconds": seconds, "share": round(meanwhile / before, 2)}


def share_done(is_over, seconds: float) -> float:
    """Of a steady stream of ordinary calls, how many were done when it ended."""
    until, started, done = time.monotonic() + seconds, 0, ordinary_done()
    while not is_over() and time.monotonic() < until:
        start("Quick")
        started += 1
        time.sleep(1 / PER_SECOND)
    return (ordinary_done() - done) / started


def ordinary_done() -> int:
    with transaction(write=False):
        done = OperationCall.operation == "durable.quick", OperationCall.status == CallStatus.DONE
        return db.session.scalar(select(func.count(OperationCall.id)).where(*done))


def has_incident(instance_id: int) -> bool:
    with transaction(write=False):
        told = Incident.instance_id == instance_id, Incident.kind == "worker_died_repeatedly"
        return db.session.scalar(select(func.count(Incident.id)).where(*told)) > 0


def measure(kind: str, kills: int, seed: int = 1) -> dict:
    """Both, on one database."""
    with crew(kind) as workers:
        found = take_over(workers, kills, random.Random(seed))
        poisoned = poison(workers)
    seconds = sorted(each for of_kind in found.values() for each in of_kind)
    slowest = seconds[max(int(len(seconds) * 0.99) - 1, 0)] if seconds else 0.0
    good = (seconds[-1] <= TAKE_OVER_LIMIT and poisoned["attempts"] <= ATTEMPTS_LIMIT and poisoned["seconds"] <= SECONDS_LIMIT
            and poisoned["share"] >= SHARE)
    medians = {f"median_seconds_{name.lower()}": round(statistics.median(each), 1) for name, each in found.items() if each}
    return {"good": good, "take_overs": len(seconds), **medians,
            "p99_seconds": round(slowest, 1), "longest_seconds": round(seconds[-1], 1), "poison": poisoned}


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--kills", type=click.IntRange(1), default=TAKE_OVER_KILLS, show_default=True)
def main(database, kills):
    """Take-over and poison; exit code 1 when a limit is missed."""
    told = measure(database, kills)
    print(json.dumps(told))
    sys.exit(0 if told["good"] else 1)


if __name__ == "__main__":
    main()
