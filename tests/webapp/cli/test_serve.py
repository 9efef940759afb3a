"""`sutiao serve` as a person meets it: up, mended, stopped, or refused in one sentence."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.config import Settings
from tests.webapp.cli.watching import is_alive, until, until_told
from webapp.cli import web
from webapp.cli.children import children_of

SERVE = [sys.executable, "-m", "webapp.cli", "serve"]


@pytest.fixture
def port():
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(**settings) -> dict:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUTIAO_")}
    return kept | settings


def call(*options) -> subprocess.CompletedProcess:
    return subprocess.run([*SERVE, *options], capture_output=True, text=True, timeout=60, env=clean_environment())


@contextmanager
def served(port: int, data: Path, **settings):
    """`sutiao serve` on this data folder, up."""
    options = ["--port", str(port), "--data", str(data), "--workers", "1"]
    process = subprocess.Popen([*SERVE, *options], stdout=subprocess.PIPE, text=True, env=clean_environment(**settings))
    said = until_told("Sutiao is up", process)  # on a slow machine it first says what it is doing
    assert "Sutiao is up" in said, said
    yield process
    if process.poll() is None:
        process.terminate()
    process.wait(timeout=15)
    process.stdout.close()


@pytest.fixture
def serving(port, tmp_path):
    with served(port, tmp_path / "data") as process:
        yield process


def answers(port: int) -> bool:
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def family(pid: int) -> set[int]:
    """A process's descendants."""
    children = set(children_of(pid))
    return children.union(*(family(child) for child in children)) if children else children


def test_it_comes_up_alone_survives_the_loss_of_its_web_and_stops_in_ten_seconds(serving, port, tmp_path):
    assert answers(port)
    a_second_one_on_the_same_data_is_refused(tmp_path / "data")
    before = family(serving.pid)
    for pid in children_of(serving.pid):
        if Path(f"/proc/{pid}/comm").read_text() == "sutiao-web\n":
            os.kill(pid, signal.SIGKILL)
    until(lambda: family(serving.pid) != before and answers(port))

    everybody = family(serving.pid)
    began = time.monotonic()
    serving.terminate()
    assert serving.wait(timeout=15) == 0
    assert time.monotonic() - began < 10
    assert not any(is_alive(pid) for pid in everybody)
    assert not answers(port)


def a_second_one_on_the_same_data_is_refused(data: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        other = probe.getsockname()[1]
    refused = call("--port", str(other), "--data", str(data))

    assert refused.returncode == 1
    assert "another Sutiao already runs" in refused.stderr


def test_killed_hard_it_leaves_nobody(port, tmp_path, migrated):
    with (migrated.copy("sqlite", tmp_path / "data") as made,
          served(port, made.data, SUTIAO_DATABASE_URL=made.database_url) as serving):
        everybody = family(serving.pid)
        assert len(everybody) >= 4  # valkey, gunicorn and its server, a worker
        serving.kill()

        until(lambda: not any(is_alive(pid) for pid in everybody), seconds=5)


def test_a_taken_port_is_refused_in_one_sentence(port, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        refused = call("--port", str(port), "--data", str(tmp_path))

    assert refused.returncode == 1
    assert refused.stderr == (
        f"sutiao: port {port} on 127.0.0.1 is already in use; stop what uses it, or choose another with SUTIAO_PORT={port + 1}.\n"
    )


def test_a_data_folder_that_cannot_be_written_is_refused_in_one_sentence(port, tmp_path):
    (tmp_path / "file").touch()
    refused = call("--port", str(port), "--data", str(tmp_path / "file" / "data"))

    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "cannot write to the data folder" in refused.stderr


def test_an_address_that_is_not_ours_is_refused(port):
    with pytest.raises(web.Refused, match="cannot listen on 192.0.2.1"):
        web.require_free_port("192.0.2.1", port)


@pytest.mark.parametrize("told, number", [
    ({}, 1), ({"database_url": "postgresql://db/sutiao"}, 2), ({"web_processes": 4}, 4),
    ({"database_url": "postgresql://db/sutiao", "web_processes": 1}, 1),
])
def test_the_web_has_as_many_processes_as_said_or_as_the_database_can_use(told, number):
    assert web.processes(Settings(**told)) == number


def test_web_and_worker_also_run_alone(port, tmp_path, migrated):
    with migrated.copy("sqlite", tmp_path) as made:
        env = clean_environment(SUTIAO_PORT=str(port), SUTIAO_DATA=str(tmp_path), SUTIAO_DATABASE_URL=made.database_url,
                                SUTIAO_WEB_PROCESSES="2")
        alone = [subprocess.Popen([sys.executable, "-m", "webapp.cli", name], env=env, stderr=subprocess.PIPE, text=True)
                 for name in ("web", "worker")]
        try:
            until(lambda: web.is_up("127.0.0.1", port))
            until(lambda: "is ready" in alone[1].stderr.readline())
            assert len(children_of(alone[0].pid)) == 2
        finally:
            for process in alone:
                process.terminate()
        assert [process.wait(timeout=10) for process in alone] == [0, 0]
