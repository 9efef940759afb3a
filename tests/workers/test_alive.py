"""A worker of this machine that was killed is known to be gone at once; its lease is for those of other machines."""

import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from engine import clock, config
from engine.db import db, transaction
from engine.workflow.models import OperationCall
from tests.engine.workflow.spiff.drawing import service, user
from tests.published import publish
from workers import alive, claiming, reaper

LIVES = "from workers import alive; from workers.attempts import ME\nwith alive.seen(): print(ME, flush=True); input()"


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


@pytest.fixture
def neighbour():
    process = subprocess.Popen([sys.executable, "-c", LIVES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.name = process.stdout.readline().strip()
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def call(start, played, neighbour):  # who takes long to come up on a busy machine, longer than a lease
    publish(service("s"), user("v"), "start > s > v > end")
    start()
    return claiming.claim().call.id


def held_by(call_id, worker):
    with transaction():
        db.session.get(OperationCall, call_id).lease_owner = worker


def row(call_id):
    return db.session.get(OperationCall, call_id, populate_existing=True)


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.db
def test_the_call_of_a_killed_neighbour_is_due_at_once(call, neighbour):
    held_by(call, neighbour.name)
    assert reaper.sweep() == 0
    neighbour.send_signal(signal.SIGSTOP)
    assert reaper.sweep() == 0  # it stands still: that is for its lease to say
    kill(neighbour)
    assert reaper.sweep() == 1
    assert (row(call).status, row(call).lease_until) == ("due", None) and claiming.claim().fence == 3


@pytest.mark.db
@pytest.mark.parametrize("effect_class", ["B", "C"])
def test_what_a_receiver_is_asked_about_first_may_still_be_on_its_way(call, played, neighbour, effect_class):
    played.effect_class = effect_class
    held_by(call, neighbour.name)
    kill(neighbour)
    assert reaper.sweep() == 0
    clock.move(timedelta(seconds=16))
    assert reaper.sweep() == 1


@pytest.mark.db
def test_a_call_that_kills_again_waits_longer_each_time_and_at_most_for_its_lease(call, neighbour):
    kill(neighbour)
    pauses = []
    for _death in range(4):
        held_by(call, neighbour.name)
        assert reaper.sweep() == 1
        pauses.append((row(call).due_at - clock.now()).total_seconds())
        clock.move(timedelta(seconds=16))
        assert claiming.claim(call)
    assert pauses[0] <= 0 and [round(seconds) for seconds in pauses[1:]] == [4, 8, config.current().lease_seconds]
    held_by(call, neighbour.name)
    reaper.sweep()
    assert row(call).status == "stuck"


def test_nobody_is_taken_for_dead_who_is_not_known_here(call, neighbour, own_folder):
    kill(neighbour)
    for worker in ("elsewhere-7", "", "../" + neighbour.name, str(own_folder)):
        assert not alive.is_gone(worker)
    assert alive.is_gone(neighbour.name)


def test_whoever_asks_is_alive_whatever_an_earlier_process_of_its_number_left(neighbour, own_folder):
    (folder,) = own_folder.iterdir()
    (folder / alive.ME).touch()
    assert not alive.is_gone(alive.ME)


def test_a_folder_that_others_could_write_into_is_not_believed(neighbour, own_folder):
    kill(neighbour)
    (folder,) = own_folder.iterdir()
    folder.chmod(0o777)
    assert not alive.is_gone(neighbour.name)
    with alive.seen():
        assert len(list(folder.iterdir())) == 1


def test_files_of_workers_long_gone_are_cleared(neighbour, own_folder, monkeypatch):
    kill(neighbour)
    monkeypatch.setattr(alive, "LONG_GONE_SECONDS", -60)
    with alive.seen():
        (folder,) = own_folder.iterdir()
        assert [path.name for path in folder.iterdir()] == [alive.ME]
