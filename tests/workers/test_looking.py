"""Before its duties of each second a worker asks once whether there is anything for any of them."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine import clock
from engine.db import db, transaction
from engine.workflow.models import Facts, Gives, Message, OperationCall, UserTask
from engine.workflow.said import StartEvent, Thrown
from tests import statements
from tests.engine.workflow.spiff.drawing import boundary, service, timer, user
from tests.published import publish
from workers import claiming, looking, schedule


def found():
    """The duties for which there may be something."""
    look = looking.Look()
    return {name for name in looking.DUTIES if look.finds(name)}


def changed(model, **values):
    with transaction():
        db.session.execute(update(model).values(**values))


def test_it_knows_of_duties_that_there_are():
    assert all(name in schedule.EVERY for name in looking.DUTIES)


def test_where_people_work_and_nothing_is_due_no_duty_is_begun(app, start):
    publish(user("u"), "start > u > end")
    start()
    assert found() == set()


def test_a_round_of_duties_asks_once(app):
    look = looking.Look()
    assert statements.of(lambda: [look.finds(name) for name in looking.DUTIES]) <= 2


def test_a_timer_is_found_when_it_is_due(app, start):
    publish(user("u"), user("v"), boundary("late", "u", timer("timeDuration", "PT1H")), "start > u > end", "late > v > end")
    start()
    assert found() == set()
    clock.move(timedelta(hours=2))
    assert found() == {"timers"}


def test_a_call_is_found_that_another_worker_holds_or_nobody_any_more(app, start, played):
    publish(service("s"), user("v"), "start > s > v > end")
    start()
    claiming.claim()
    assert found() == set()
    changed(OperationCall, lease_owner="a neighbour")
    assert found() == {"reaper"}
    changed(OperationCall, lease_owner=looking.ME)
    clock.move(timedelta(seconds=16))
    assert found() == {"reaper"}


@pytest.mark.parametrize(("values", "duty"), [
    ({"facts": Facts.CHANGED}, "following"), ({"gives": Gives.LOAD}, "giving")])
def test_a_task_is_found_that_is_to_be_judged_anew_or_given(app, start, values, duty):
    publish(user("u"), "start > u > end")
    start()
    changed(UserTask, **values)
    assert found() == {duty}
    changed(UserTask, status="done")
    assert found() == set()


def test_what_was_said_is_found_until_it_has_been_passed_on(app, start):
    publish(user("u"), "start > u > end")
    start()
    with transaction():
        task = db.session.query(UserTask).one()
        db.session.add(Thrown(instance_id=task.instance_id, element="u", kind="message", name="m", keys={}, payload={},
                              thrown_at=clock.now()))
        db.session.add(Message(source="s", message_key="k", body_hash="h", name="m", payload={}, result="kept"))
    assert found() == {"post", "kept messages"}
    changed(Thrown, handled_at=clock.now())
    changed(Message, result="delivered")
    assert found() == set()


def test_a_process_is_found_whose_time_to_start_has_come(app):
    version_id = publish(user("u"), "start > u > end")
    with transaction():
        db.session.add(StartEvent(process_key="P", version_id=version_id, element="start", kind="timer",
                                  due_at=clock.now() + timedelta(hours=1)))
    assert found() == set()
    clock.move(timedelta(hours=2))
    assert found() == {"starts"}
