"""While an operator keeps a process suspended, workers leave it alone and nobody is told that it is late."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db, transaction
from engine.workflow import repair
from engine.workflow.models import Incident, OperationCall, UserTask
from tests.engine.workflow.spiff.drawing import boundary, service, timer, user
from tests.published import publish
from workers import claiming, runner, sentinel, settling


def act(verb, instance_id):
    with transaction():
        verb(instance_id, "asked for", by="admin")


def status():
    return db.session.scalar(select(OperationCall.status))


@pytest.mark.parametrize("effect_class, times", [("A", 1), ("L", 2)])
def test_a_call_under_way_is_settled_afterwards_and_its_effect_happens_once(start, played, effect_class, times):
    played.effect_class = effect_class
    publish(service("s"), user("v"), "start > s > v > end")
    key = start()
    work = claiming.claim()
    outcome = runner.attempt(work)
    act(repair.suspend, key)
    settling.settle(work, outcome)
    assert (status(), runner.run_call(), db.session.scalar(select(UserTask))) == ("due", False, None)
    act(repair.resume, key)
    assert runner.run_call() and status() == "done" and db.session.scalar(select(UserTask.element)) == "v"
    assert played.keys == ["call-1"] * times and len(played.recorded) == 1


def test_nobody_is_told_that_it_is_late(start):
    publish(user("u"), boundary("late", "u", timer("timeDuration", "PT1H")), service("s"), "start > u > end", "late > s > end")
    act(repair.suspend, start())
    clock.move(timedelta(hours=2))
    sentinel.look()
    assert not {"timer_overdue", "waits_for_nothing"} & set(db.session.scalars(select(Incident.kind)))
