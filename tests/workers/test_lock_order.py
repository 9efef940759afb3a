"""Who locks several rows does so in one order; where that cannot be, the one that PostgreSQL ends is done again."""

import time
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from engine import clock
from engine.db import db, is_deadlock, locked, transaction
from engine.workflow import runtime, stores
from engine.workflow.models import Instance, Timer
from tests.engine.workflow.spiff.drawing import boundary, node, timer, user
from tests.engine.workflow.spiff.test_stores import reads, writes
from tests.published import publish
from tests.workers.test_upgrade_races import side_by_side
from workers import timers

SHELVES = "".join(f'<bpmn:dataStoreReference id="{name}"/>' for name in ("fee", "rate"))
HOUR = timer("timeDuration", "PT1H")


def counting(name):
    arrows = f"{reads(name)}{writes(name)}".replace('id="', 'id="_')
    return node("scriptTask", f"count_{name}",
                f"{arrows}<bpmn:script><![CDATA[{name} = 1 if {name} == None else {name} + 1]]></bpmn:script>")


def test_two_runs_that_need_two_stores_the_other_way_round_queue_up(app, monkeypatch):
    first, second = counting("fee"), counting("rate")
    publish(SHELVES, first, second, "start > count_fee > count_rate > end")
    publish(SHELVES, first, second, "start > count_rate > count_fee > end", key="Q")
    lock = stores._locked

    def slowly(name):
        row = lock(name)
        time.sleep(0.05)
        return row

    monkeypatch.setattr(stores, "_locked", slowly)

    def begin(key):
        def act():
            for _time in range(3):
                with transaction():
                    runtime.start(key, None, {}, by="test")
        return act

    assert side_by_side(app, [begin("P"), begin("Q"), begin("P"), begin("Q")]) == [None] * 4
    with transaction(write=False):
        assert (stores.held("fee"), stores.held("rate")) == (12, 12)


@pytest.fixture
def due(app, case):
    """Five timers are due: of two instances that keep to themselves, one that writes a store, one that lets terms stand still."""
    late = (user("u"), boundary("late", "u", HOUR), "start > u > end")
    publish(*late, user("v"), "late > v > end")
    publish(*late, SHELVES, counting("fee"), user("v"), "late > count_fee > v > end", key="Q")
    publish(*late, user("v", properties={"pauses": "T06"}), "late > v > end", key="R")
    with transaction():
        keys = [runtime.start(key, case.id, {}, by="test").id for key in "PQRPP"]
    clock.move(timedelta(hours=2))
    return keys


def test_whoever_locks_more_than_its_own_fires_alone(due):
    assert timers._batches(due) == [[due[1]], [due[2]], [due[0], due[3], due[4]]]
    assert timers.fire_due() == 5


def test_two_workers_fire_them_once_each_and_wait_for_nobody(app, due):
    assert sum(side_by_side(app, [timers.fire_due, timers.fire_due])) == 5
    assert set(db.session.scalars(select(Timer.status))) == {"done"}
    with transaction(write=False):
        assert stores.held("fee") == 1


def test_a_deadlock_is_told_from_a_busy_database(app):
    """Two that lock each other's instance: PostgreSQL ends one of them; SQLite has one writer."""
    publish(user("u"), "start > u > end")
    with transaction():
        keys = [runtime.start("P", None, {}, by="test").id for _time in range(2)]
    if db.engine.dialect.name == "sqlite":
        assert not is_deadlock(OperationalError("SELECT", {}, Exception("database is locked")))
        return
    line = Barrier(2)

    def crossing(mine, other):
        def act():
            try:
                with transaction():
                    locked(Instance, mine)
                    line.wait()
                    locked(Instance, other)
            except OperationalError as error:
                return is_deadlock(error)
        return act

    assert sorted(side_by_side(app, [crossing(*keys), crossing(*reversed(keys))]), key=str) == [None, True]
