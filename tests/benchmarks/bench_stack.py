"""Web, workers and Valkey around the benchmark process, for one measurement; gone afterwards. The database is given."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis
from flask import Flask
from sqlalchemy import text

import engine
from engine.config import Settings
from engine.db import db, transaction
from tests import databases
from tests.benchmarks.demo_stack import environment, free_ports
from tests.benchmarks.process_tree import cpu_seconds, descendants, resident_megabytes
from webapp.cli import web
from webapp.cli.children import die_with_parent

START_SECONDS = 60


@dataclass
class BenchStack:
    """What runs, and what it has used."""

    settings: Settings
    programs: dict[str, list[subprocess.Popen]] = field(default_factory=dict)

    @property
    def address(self) -> tuple[str, int]:
        return self.settings.host, self.settings.port

    def pids(self) -> dict[str, list[int]]:
        """Process ids by part; the database's only where it has processes of its own."""
        found = {name: [pid for each in made for pid in (each.pid, *descendants(each.pid))]
                 for name, made in self.programs.items()}
        if self.settings.redis_url:
            found["valkey"] = [redis.Redis.from_url(self.settings.redis_url).info("server")["process_id"]]
        if db.engine.dialect.name == "postgresql":
            server = _parent_of(_backend())
            found["postgresql"] = [server, *descendants(server)]
        return found

    def cpu_seconds(self) -> dict[str, float]:
        return {name: cpu_seconds(pids) for name, pids in self.pids().items()} | {"clients": time.process_time()}

    def megabytes(self) -> dict[str, float]:
        """What the largest process of each of our parts holds now."""
        return {name: round(max(map(resident_megabytes, self.pids()[name])), 1) for name in self.programs}

    def begin(self, name: str, *words: str) -> None:
        """Start one more of this part."""
        me = os.getpid()
        env = environment(self.settings) | {"SUTIAO_REDIS_URL": self.settings.redis_url, "SUTIAO_DEMO": "true",
                                            "SUTIAO_LOG_LEVEL": "WARNING"}
        self.programs.setdefault(name, []).append(subprocess.Popen(
            [sys.executable, "-m", *words], env=env, stdout=subprocess.DEVNULL, preexec_fn=lambda: die_with_parent(me)))

    def stop(self) -> None:
        for each in [each for made in self.programs.values() for each in made]:
            each.terminate()
        for each in [each for made in self.programs.values() for each in made]:
            try:
                each.wait(10)
            except subprocess.TimeoutExpired:
                each.kill()


@contextmanager
def bench_stack(database_url: str, workers: int, prepare, with_web: bool = True) -> Iterator[BenchStack]:
    """Tables, what `prepare` puts into them, then the programs; the block runs in an application context."""
    with ExitStack() as running:
        folder = running.enter_context(tempfile.TemporaryDirectory(prefix="sutiao-bench-", ignore_cleanup_errors=True))
        url = database_url or f"sqlite:///{folder}/bench.sqlite3"
        settings = Settings(data=Path(folder), port=free_ports(), database_url=url, workers=workers, demo=True,
                            redis_url=running.enter_context(databases.redis_url()))
        app, stack = Flask("bench"), BenchStack(settings)
        engine.init_app(app, settings)
        running.enter_context(app.app_context())
        db.create_all()
        prepare()
        running.callback(stack.stop)
        for index in range(workers):
            stack.begin("workers", "tests.benchmarks.bench_worker", "--index", str(index))
        if with_web:
            stack.begin("web", "webapp.cli", "web")
            _await_web(*stack.address)
        yield stack


def _await_web(host: str, port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while not web.is_up(host, port):
        assert time.monotonic() < until, "the web does not start"
        time.sleep(0.1)


def _backend() -> int:
    with transaction(write=False):
        return db.session.scalar(text("SELECT pg_backend_pid()"))


def _parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
