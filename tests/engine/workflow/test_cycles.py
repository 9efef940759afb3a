"""Repeating timers: what nobody could do while everything stood still is not made up for in a burst."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine import clock
from engine.db import db, transaction
from engine.workflow import runtime
from engine.workflow.models import Timer, UserTask
from tests.engine.workflow.spiff.drawing import boundary, timer, user
from tests.published import publish


@pytest.fixture
def reminded(app):
    def begin(cycle):
        again = boundary("again", "u", timer("timeCycle", cycle), interrupting=False)
        publish(user("u"), again, user("remind"), "start > u > end", "again > remind")
        with transaction():
            return runtime.start("P", None, {}, by="clerk").id

    return begin


def fire_after(key, **passed):
    clock.move(timedelta(**passed))
    with transaction():
        runtime.fire_timers(key)
    return db.session.scalar(select(func.count(UserTask.id)).filter_by(element="remind"))


def the_timer():
    return db.session.scalar(select(Timer).execution_options(populate_existing=True))


def test_it_fires_each_time(reminded):
    key = reminded("R3/PT1H")
    assert [fire_after(key, minutes=minutes) for minutes in (61, 60, 60, 60)] == [1, 2, 3, 3]
    assert the_timer().status == "done"


def test_after_a_long_stop_it_fires_once_and_goes_on_from_there(reminded):
    key = reminded("R/PT1H")
    assert fire_after(key, hours=200, minutes=30) == 1
    assert timedelta(minutes=29) < the_timer().due_at - clock.now() <= timedelta(minutes=30)
    assert fire_after(key, minutes=31) == 2


def test_times_that_passed_unnoticed_count(reminded):
    key = reminded("R3/PT1H")
    assert fire_after(key, hours=2, minutes=30) == 1
    assert (fire_after(key, hours=1), the_timer().status) == (2, "done")


def test_a_year_of_minutes_is_passed_over_quickly(reminded):
    key = reminded("R/PT1M")
    assert fire_after(key, days=365) == 1
    assert the_timer().due_at > clock.now()
