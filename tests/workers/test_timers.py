"""Due timers fire, each instance for itself: one that cannot go on holds up no other."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db, transaction
from engine.workflow import incidents, runtime
from engine.workflow.models import Incident, Timer
from tests.engine.workflow.spiff.drawing import boundary, script, timer, user
from tests.published import publish
from workers import timers

TIMED = (user("u"), boundary("late", "u", timer("timeDuration", "PT1H")), user("v"), "start > u > end")


def fired():
    rows = db.session.scalars(select(Timer).order_by(Timer.id).execution_options(populate_existing=True))
    return [row.status == "done" for row in rows]


def open_incidents():
    return [(row.subject, row.kind) for row in db.session.scalars(select(Incident).where(Incident.resolved_at.is_(None)))]


@pytest.fixture
def broken(start):
    """The first of three instances cannot go on when its timer fires; an hour and a bit has passed."""
    publish(*TIMED, script("s", "x = 1 / n"), "late > s > v > end")
    keys = [start(n=0), start(n=1), start(n=2)]
    clock.move(timedelta(minutes=61))
    return keys[0]


def test_an_instance_that_cannot_go_on_is_told_and_the_others_fire(broken):
    assert (timers.fire_due(), fired()) == (2, [False, True, True])
    assert open_incidents() == [(f"instance {broken}", "timer_failed")]
    assert timers.fire_due() == 0


def test_it_is_tried_again_once_somebody_resolved_the_incident(broken):
    timers.fire_due()
    with transaction():
        incidents.resolve(db.session.scalar(select(Incident)), "admin", "try again")
    assert (timers.fire_due(), len(open_incidents())) == (0, 1)


def test_of_a_batch_only_those_fail_that_cannot_go_on(start, monkeypatch):
    monkeypatch.setattr(timers, "PATIENCE_SECONDS", 60)
    publish(*TIMED, script("s", "x = 1 / n"), "late > s > v > end")
    for number in (0, 1, 0, 1, 0):
        start(n=number)
    clock.move(timedelta(minutes=61))
    assert (timers.fire_due(), fired()) == (2, [False, True, False, True, False])
    assert len(open_incidents()) == 3


def test_a_failure_of_any_sort_holds_up_nobody_else(broken, monkeypatch):
    fire = runtime.fire_timers

    def fail(instance_id):
        if instance_id == broken:
            raise ZeroDivisionError("a bug")
        return fire(instance_id)

    monkeypatch.setattr(timers.runtime, "fire_timers", fail)
    assert (timers.fire_due(), fired()) == (2, [False, True, True])
    assert open_incidents() == [(f"instance {broken}", "timer_failed")]


def test_what_went_wrong_for_a_person_does_not_stop_the_clocks(start):
    publish(*TIMED, "late > v > end")
    key = start()
    with transaction():
        incidents.report(f"instance {key}", "expression_failed", "a person's answers did not fit", instance_id=key)
    clock.move(timedelta(minutes=61))
    assert (timers.fire_due(), fired()) == (1, [True])


def test_many_due_timers_leave_time_for_the_other_duties(start, monkeypatch):
    publish(*TIMED, "late > v > end")
    for _number in range(3):
        start()
    clock.move(timedelta(minutes=61))
    monkeypatch.setattr(timers, "BATCH", 1)
    monkeypatch.setattr(timers, "BATCHES", 1)
    monkeypatch.setattr(timers, "PATIENCE_SECONDS", 0)
    assert [timers.fire_due() for _turn in range(4)] == [1, 1, 1, 0]


