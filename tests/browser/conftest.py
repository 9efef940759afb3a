"""A web server of its own process on the test's database, which can be killed and come back."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from webapp.cli.children import die_with_parent
from webapp.cli.web import is_up

START_SECONDS = 120  # beside other tests on a slow machine


class Live:
    """`sutiao web` on a free port."""

    def __init__(self, settings, log: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.log, self.process = log, None
        plain = {name: value for name, value in os.environ.items() if not name.startswith("SUTIAO_")}
        self.environment = plain | {
            "SUTIAO_PORT": str(self.port), "SUTIAO_DATA": str(settings.data), "SUTIAO_DATABASE_URL": settings.database_url,
            "SUTIAO_SECRET_KEY": settings.secret_key, "SUTIAO_WEB_PROCESSES": "1",
        }

    def start(self) -> None:
        """Up and answering when this returns."""
        me = os.getpid()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "webapp.cli", "web"], env=self.environment, stdout=output, stderr=output,
                cwd=Path(__file__).parents[2], start_new_session=True, preexec_fn=lambda: die_with_parent(me))
        deadline = time.monotonic() + START_SECONDS
        while not is_up("127.0.0.1", self.port):
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()[-2000:]
            time.sleep(0.05)

    def kill(self) -> None:
        """As a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def live(app, settings, tmp_path):
    """The web, listening."""
    found = Live(settings, tmp_path / "web.log")
    try:
        found.start()
        yield found
    finally:
        found.kill()
