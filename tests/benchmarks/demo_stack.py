"""The whole system on this machine for one measurement: `sutiao demo serve` on free ports, gone afterwards."""

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import redis

from engine.config import Settings
from engine.encryption import keys
from tests.benchmarks.process_tree import descendants, name_of
from webapp.cli import valkey
from webapp.cli.children import die_with_parent
from webapp.cli.demo_serve import WELCOME
from webapp.demo.play import Addresses
from webapp.peers.court.setup import Setup

ROOT = Path(__file__).resolve().parents[2]
READY = "Ctrl-C"  # the last line `sutiao demo serve` says once everything is up
START_SECONDS, STOP_SECONDS = 120, 20
NEIGHBOURS = 3  # ports after the web's: court, catcher, mail


class StackFailed(Exception):
    """The demo did not come up; the text is what it said."""


@dataclass(frozen=True)
class Stack:
    """A running demo."""

    process: subprocess.Popen
    settings: Settings

    @property
    def addresses(self) -> Addresses:
        """The web, the court and the catcher of messages."""
        return Addresses(*(f"http://127.0.0.1:{self.settings.port + distance}" for distance in range(3)))

    @property
    def court_setup(self) -> Setup:
        return Setup.read(self.settings.data / "peers" / "court.toml")

    def pids(self, name: str, exact: str = "") -> list[int]:
        """The processes of one program of the demo: web, worker …; `exact` names a program that is not ours."""
        return [pid for pid in descendants(self.process.pid) if name_of(pid).startswith(exact or f"sutiao-{name}")]

    def flush_redis(self) -> None:
        """Empty the queue server."""
        redis.Redis.from_url(valkey.url(self.settings.data / "valkey")).flushall()


@contextmanager
def demo_stack(database_url: str = "", workers: int = 2) -> Iterator[Stack]:
    """A fresh demo world in a folder of its own, up while the block lasts. Raises StackFailed."""
    me = os.getpid()
    with tempfile.TemporaryDirectory(prefix="sutiao-demo-", ignore_cleanup_errors=True) as folder:
        port = free_ports()
        settings = Settings(
            data=Path(folder), port=port, database_url=database_url, workers=workers, demo=True, callback_networks="any",
            data_keys=keys.new(), index_key=keys.new(),
        )
        said = Path(folder) / "serve.out"
        (Path(folder) / WELCOME).touch()  # not its first start, it thinks: no cases but ours
        with said.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "webapp.cli", "demo", "serve"], stdout=output, stderr=subprocess.STDOUT, cwd=ROOT,
                env=environment(settings), start_new_session=True, preexec_fn=lambda: die_with_parent(me),
            )
        try:
            _await(process, said)
            yield Stack(process, settings)
        finally:
            _stop(process)


def environment(settings: Settings) -> dict[str, str]:
    """Our environment with these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUTIAO_")}
    told = {"SUTIAO_DATA": str(settings.data), "SUTIAO_PORT": str(settings.port), "SUTIAO_WORKERS": str(settings.workers)}
    others = {"SUTIAO_DATABASE_URL": settings.database_url, "SUTIAO_DATA_KEYS": settings.data_keys,
              "SUTIAO_INDEX_KEY": settings.index_key}
    return kept | told | {name: value for name, value in others.items() if value}


def free_ports() -> int:
    """The first of four ports in a row that nobody uses."""
    while True:
        first = random.randrange(20000, 50000)
        with suppress(OSError):
            for distance in range(NEIGHBOURS + 1):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", first + distance))
            return first


def _await(process: subprocess.Popen, said: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while READY not in said.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise StackFailed(said.read_text(errors="replace")[-2000:] or "it said nothing")
        time.sleep(0.1)


def _stop(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()  # its children die with it
        process.wait()
