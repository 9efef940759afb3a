"""Wherever the system dies, the next life ends as if nothing had happened; `make soak` tries every combination."""

import json
import subprocess
import sys

import pytest

from engine import crash
from engine.config import SettingRefused

SAMPLE = 8  # on each database, others on each


@pytest.mark.slow
@pytest.mark.parametrize(("database", "seed"), [("sqlite", 7), ("postgresql", 8)])
def test_whoever_is_killed_anywhere_leaves_nothing_lost_and_nothing_doubled(database, seed):
    """Also: each point that has a name is reached by one of the processes, and their ends are sound."""
    asked = ["--database", database, "--sample", str(SAMPLE), "--seed", str(seed)]
    done = subprocess.run([sys.executable, "-m", "tests.durability.matrix", *asked], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["lived"], told["wrong"], told["never_reached"]) == (SAMPLE, 0, [])
    assert not any(told["unhealthy"].values()), told["unhealthy"]
    assert told["points"] >= 32


@pytest.mark.parametrize("setting", ["settle.before", "settle.before_commit:0", "settle.before_commit:x", "x"])
def test_a_crash_point_that_does_not_exist_stops_the_start(setting):
    with pytest.raises(SettingRefused, match="SUTIAO_CRASH_AT"):
        crash.arm(setting)


def test_nobody_dies_at_other_places_or_before_their_turn(monkeypatch):
    killed = []
    monkeypatch.setattr(crash.os, "kill", lambda *_args: killed.append(True))
    try:
        crash.arm("settle.before_commit:2")
        crash.point("settle", "after_commit")
        crash.point("settle", "before_commit")
        assert killed == []
        crash.point("settle", "before_commit")
        assert killed == [True]
    finally:
        crash.arm("")
    crash.point("settle", "before_commit")
    assert killed == [True]
