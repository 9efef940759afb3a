"""Duties that look at everything: of many workers one does them, and the next one when it died."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db, transaction
from engine.workflow import duties
from engine.workflow.duties import Duty
from engine.workflow.models import Incident, OperationCall
from tests.engine.workflow.spiff.drawing import service, user
from tests.published import publish
from tests.workers.test_upgrade_races import side_by_side
from workers import schedule, sentinel, serving


def test_of_two_workers_at_once_one_does_it(app):
    done, inside = [], threading.Event()

    def duty():
        done.append(True)
        inside.wait(0.5)
        return 1

    found = side_by_side(app, [lambda: schedule.alone("sentinel", 30, duty)] * 3)
    assert (len(done), sorted(found, key=str)) == (1, [1, None, None])


def test_it_comes_again_after_its_time_and_not_before(app):
    assert [schedule.alone("resume", 30, lambda: "done") for _time in range(2)] == ["done", None]
    clock.move(timedelta(seconds=29))
    assert schedule.alone("resume", 30, lambda: "done") is None
    clock.move(timedelta(seconds=2))
    assert schedule.alone("resume", 30, lambda: "done") == "done"
    assert schedule.alone("sentinel", 30, lambda: "done") == "done", "each for itself"


def test_one_that_failed_comes_again_after_its_time(app):
    with pytest.raises(ZeroDivisionError):
        schedule.alone("resume", 5, lambda: 1 / 0)
    clock.move(timedelta(seconds=6))
    assert schedule.alone("resume", 5, lambda: "done") == "done"


@pytest.mark.parametrize("name", sorted(schedule.ALONE))
def test_whoever_dies_over_it_is_followed_by_another_soon(app, name):
    seconds, _duty = schedule.EVERY[name]
    held = min(max(seconds, schedule.LEAST_HOLD_SECONDS), schedule.MOST_HOLD_SECONDS)
    with transaction():
        assert duties.take(name, "a worker that is no more", held)
    clock.move(timedelta(seconds=held + 1))
    assert schedule.alone(name, seconds, lambda: "done") == "done"
    assert db.session.get(Duty, name, populate_existing=True).worker == schedule.ME


def test_an_authority_that_hangs_delays_no_timer(app, monkeypatch):
    """Each duty that waits for somebody outside keeps its own time."""
    stopping, hangs, fired, sent = threading.Event(), threading.Event(), threading.Semaphore(0), threading.Semaphore(0)
    duties_ = {name: (60.0, lambda: 0) for name in schedule.EVERY}
    duties_ |= {"timers": (0.0, fired.release), "serving": (0.0, sent.release), "long validity": (0.0, hangs.wait)}
    monkeypatch.setattr(schedule, "EVERY", duties_)
    monkeypatch.setattr(schedule, "ALONE", set())
    monkeypatch.setattr(schedule.looking, "DUTIES", frozenset())
    schedule.begin(app, stopping)
    try:
        assert all(each.acquire(timeout=10) for each in (fired, fired, fired, sent, sent, sent))
    finally:
        stopping.set()
        hangs.set()


def test_many_workers_that_keep_time_tell_of_each_trouble_once_and_quarrel_about_nothing(start, app, caplog):
    """Two that do all their duties again and again, with something to tell and something to account for."""
    publish(service("s"), user("v"), "start > s > v > end")
    for _case in range(5):
        start()
    clock.move(timedelta(seconds=120))

    def keep_time():
        for _round in range(3):
            for name, duty in (("sentinel", sentinel.look), ("reconciliation", serving.account)):
                schedule._guarded(app, name, lambda name=name, duty=duty: schedule.alone(name, 0, duty))

    assert side_by_side(app, [keep_time, keep_time, keep_time]) == [None] * 3
    assert [record.message for record in caplog.records if record.levelname in ("ERROR", "WARNING")] == []
    assert len(db.session.scalars(select(Incident)).all()) == len(db.session.scalars(select(OperationCall)).all()) == 5
