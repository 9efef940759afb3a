"""Break the machine alone, thousands of times: workers, queue, database and a rude receiver under cases with nine effects each.

    python -m tests.benchmarks.machine_soak [--database sqlite|postgresql] [--cases 2000] [--share 1.0] [--every 0.4]
        [--seed 1] [--workers 4]

Real workers, a real Valkey, a receiver in another process. Afterwards: every effect of every case happened exactly once, every
case has ended, nothing is held, nothing waits. What came of it is also written to var/soak.json.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import click
import redis
import requests
from flask import Flask
from sqlalchemy import func, select

import engine
from engine.access.actor import SYSTEM
from engine.config import Settings
from engine.db import db, transaction
from engine.errors import Conflict
from engine.oversight import actions
from engine.workflow import runtime
from engine.workflow.models import CallStatus, Incident, Instance, InstanceStatus, OperationCall, UserTask
from tests.benchmarks import herd
from tests.benchmarks.chaos import Chaos
from tests.benchmarks.cluster import cluster
from tests.benchmarks.demo_stack import environment, free_ports
from tests.benchmarks.patience import patiently
from tests.benchmarks.process_tree import descendants, name_of
from tests.benchmarks.queue_server import kept_up
from tests.benchmarks.soak import write
from tests.benchmarks.verdict import TAKE_OVER_SECONDS, taken_over
from tests.durability import invariants
from tests.engine.workflow.spiff.drawing import gateway, node, service, user
from tests.published import publish
from webapp.cli.children import die_with_parent

FAULTS = {"kill": 1000, "stop": 50, "flush": 20, "down": 5, "hang": 5, "hints": 20, "rude": 100, "restart": 10}
OPEN_AT_ONCE = 120
QUIET_SECONDS, SENTINEL_SECONDS = 120, 45


def task(id_, operation="soak.tell"):
    return service(id_, operation, f"{id_}_said", parameters={"what": f"'{id_}'", "n": "n"})


DIAGRAM = (
    task("a"), task("b", "soak.ask"), gateway("parallel", "f"), task("c"), task("d", "soak.ask"), user("u"), task("e"),
    gateway("parallel", "j"), node("callActivity", "call", calledElement="SUB"), task("h"), task("i", "soak.ask"),
    "start > a > b > f", "f > c > j", "f > d > j", "f > u > e > j", "j > call > h > i > end",
)
CALLED = (task("x"), user("v"), task("y", "soak.ask"), "start > x > v > y > end")
EFFECTS = tuple("abcdehixy")


@dataclass
class World:
    """What runs: the herd of workers, and the receiver they talk to."""

    herd: subprocess.Popen
    settings: Settings
    receiver: str

    @property
    def addresses(self):
        return SimpleNamespace(court=self.receiver)

    def pids(self, name: str, exact: str = "") -> list[int]:
        found = descendants(self.herd.pid) if not exact else descendants(os.getpid())
        return [pid for pid in found if name_of(pid).startswith(exact or f"sutiao-{name}")]

    def flush_redis(self) -> None:
        redis.Redis.from_url(self.settings.redis_url).flushall()


@contextmanager
def world(database: str, workers: int, seed: int) -> Iterator[tuple[Flask, World, object]]:
    """Everything up, with the processes published and nothing begun."""
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="sutiao-machine-", ignore_cleanup_errors=True)))
        server = running.enter_context(cluster()) if database == "postgresql" else None
        queue = running.enter_context(kept_up(folder / "valkey"))
        port = free_ports()
        settings = Settings(data=folder, database_url=server.url if server else "", redis_url=queue, workers=workers)
        app = Flask("machine")
        engine.init_app(app, settings)
        running.enter_context(app.app_context())
        db.create_all()
        publish(*CALLED, key="SUB")
        publish(*DIAGRAM)
        with transaction():
            db.session.scalar(select(runtime.versions.Version).filter_by(process_key="P")).calls = ["SUB"]
        receiver = f"http://127.0.0.1:{port}"
        begun(running, ["-m", "tests.benchmarks.receiver", str(port), str(seed)], {})
        crew = begun(running, ["-m", "tests.benchmarks.herd", str(workers), receiver],
                     environment(settings) | {"SUTIAO_REDIS_URL": queue})
        yield app, World(crew, settings, receiver), server


def begun(running: ExitStack, arguments: list[str], env: dict) -> subprocess.Popen:
    me = os.getpid()
    process = subprocess.Popen([sys.executable, *arguments], env=env or dict(os.environ), preexec_fn=lambda: die_with_parent(me))
    running.callback(lambda: (process.kill(), process.wait()))
    return process


class People:
    """Start cases, do their tasks, and look into what a person must look into."""

    def __init__(self, count: int, say):
        self.count, self.say, self.begun, self.retried = count, say, 0, 0

    def perform(self, longest: float, more: Callable[[], bool] = bool) -> None:
        """Until every case has ended; `more`: begin others as long as this holds."""
        until, told = time.monotonic() + longest, 0.0
        while time.monotonic() < until:
            over, wanted = patiently(self._over), more()
            if over >= max(self.count, self.begun) and not wanted:
                return
            self._begin(over, wanted)
            busy = patiently(self._work)
            patiently(self._look_into)
            if time.monotonic() > told + 30:
                told = time.monotonic()
                self.say(f"{over} of {self.begun} cases have ended")
            time.sleep(0 if busy else 0.2)

    def _over(self) -> int:
        with transaction(write=False):
            return db.session.scalar(select(func.count(Instance.id)).where(Instance.status == InstanceStatus.COMPLETED))

    def _begin(self, over: int, wanted: bool) -> None:
        """Whether a start was taken, when the answer was lost, the database says."""
        while (wanted or self.begun < self.count) and self.begun - over < OPEN_AT_ONCE:
            patiently(self._start)
            self.begun = patiently(self._started)

    def _start(self) -> None:
        with transaction():
            if db.session.scalar(select(func.count(Instance.id))) == self.begun:
                runtime.start("P", None, {"n": self.begun}, by="soak")

    def _started(self) -> int:
        with transaction(write=False):
            return db.session.scalar(select(func.count(Instance.id)))

    def _work(self) -> int:
        with transaction(write=False):
            ids = list(db.session.scalars(select(UserTask.id).where(UserTask.status == "open").limit(50)))
        for key in ids:
            try:
                with transaction():
                    runtime.complete_user_task(db.session.get(UserTask, key), {}, by="Li")
            except Conflict:
                continue  # it had been taken before the answer was lost
        return len(ids)

    def _look_into(self) -> None:
        """A call that cost too many workers is tried again by somebody."""
        with transaction(write=False):
            calls = db.session.scalars(select(OperationCall).where(OperationCall.status == CallStatus.STUCK))
            stuck = [call.id for call in calls if call.last_error == "Its workers died repeatedly."]
        for key in stuck:
            with transaction():
                actions.retry_call(SYSTEM, key, "its workers were killed")
            self.retried += 1


def settle_down() -> None:
    """The sentinel closes what it told of tasks that were there for a moment."""
    until = time.monotonic() + SENTINEL_SECONDS
    open_ = select(func.count(Incident.id)).where(Incident.resolved_at.is_(None))

    def count() -> int:
        with transaction(write=False):
            return db.session.scalar(open_)

    while patiently(count) and time.monotonic() < until:
        time.sleep(1)


def verdict(database: str, cases: int, people: People, chaos: Chaos, receiver: str, seconds: float) -> dict:
    """Lost, doubled, stuck, and how fast it went on."""
    ledger = requests.get(f"{receiver}/ledger", timeout=30).json()
    done = Counter(ledger["done"])
    owed = {f"{name}-{number}" for number in range(cases) for name in EFFECTS}
    with transaction(write=False):
        ended = db.session.scalar(select(func.count(Instance.id)).where(Instance.status == InstanceStatus.COMPLETED))
        unsolved = db.session.scalar(select(func.count(Incident.id)).where(Incident.resolved_at.is_(None)))
        wrong = invariants.broken()
    waits = sorted(taken_over(chaos))
    p99 = waits[max(int(len(waits) * 0.99) - 1, 0)] if waits else 0.0
    left = chaos.plan + chaos.undone
    held_up = database == "sqlite" and chaos.done["stop"]  # one that stands still may hold everybody's lock
    lost, doubled = sorted(owed - done.keys()), sorted(name for name, count in done.items() if count > 1)
    faults = [*(f"lost {name}" for name in lost), *(f"doubled {name}" for name in doubled), *wrong,
              *([f"{cases - ended} cases have not ended"] if ended != cases else []),
              *([f"{unsolved} incidents are open"] if unsolved else []),
              *([f"calls of dead workers waited {p99:.1f} s"] if p99 > TAKE_OVER_SECONDS and not held_up else []),
              *([f"{len(left)} faults did not happen: {', '.join(sorted(set(left)))}"] if left else [])]
    return {"good": not faults, "cases": cases, "effects": len(owed), "seconds": round(seconds), "broken": dict(chaos.done),
            "lost": len(lost), "doubled": len(doubled), "repeats_recognised": ledger["repeats"],
            "retried_by_hand": people.retried, "taken_over": len(waits), "take_over_p99_seconds": round(p99, 1),
            "faults": faults[:20]}


def soak(database: str, cases: int, faults: dict[str, int], every: float, seed: int, workers: int, longest: float,
         say=lambda line: None) -> dict:
    """The whole of it."""
    if database == "sqlite":
        faults = faults | {"restart": 0}
    with world(database, workers, seed) as (app, found, server):
        herd.register(found.receiver)
        chaos = Chaos(app, found, faults, every, random.Random(seed), server)
        people = People(cases, lambda line: say(f"{line}; {chaos.done.total()} faults, {len(chaos.plan)} to come"))
        began = time.monotonic()
        chaos.start()
        people.perform(longest, lambda: bool(chaos.plan))
        chaos.stop()
        people.perform(QUIET_SECONDS)
        settle_down()
        return verdict(database, people.begun, people, chaos, found.receiver, time.monotonic() - began)


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--cases", type=click.IntRange(1), default=2000, show_default=True)
@click.option("--every", type=float, default=0.4, show_default=True, help="Mean seconds between two faults.")
@click.option("--workers", type=click.IntRange(1), default=4, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--longest", type=float, default=3600, show_default=True, help="Seconds after which it ends anyway.")
@click.option("--share", type=float, default=1.0, show_default=True, help="Of all faults, how many.")
def main(database, cases, every, workers, seed, longest, share):
    """Break the machine; exit code 1 when anything is lost, doubled or stuck."""
    faults = {name: round(count * share) for name, count in FAULTS.items()}
    told = soak(database, cases, faults, every, seed, workers, longest, click.echo)
    write({f"machine on {database}": told | {"seed": seed, "workers": workers}})
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    sys.exit(0 if told["good"] else 1)


if __name__ == "__main__":
    main()
