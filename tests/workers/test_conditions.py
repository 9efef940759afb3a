"""Conditions about what is outside a process hold within half a minute, without anybody acting on the process."""

from datetime import timedelta

from sqlalchemy import select

from engine import clock
from engine.db import db
from engine.workflow.models import Incident, Instance, MessageWait
from tests.engine.workflow.spiff.drawing import catch, gateway, user
from tests.engine.workflow.spiff.test_conditional import when
from tests.published import publish
from workers import conditions, schedule

LATER = (catch("c", when("now() > at")), user("v"), "start > c > v > end")


def rows():
    query = select(MessageWait).order_by(MessageWait.id).execution_options(populate_existing=True)
    return [(row.kind, row.name, row.status) for row in db.session.scalars(query)]


def position(key):
    return db.session.scalar(select(Instance.position).where(Instance.id == key).execution_options(populate_existing=True))


def test_a_condition_that_holds_with_time_happens_when_workers_look(start):
    publish(*LATER)
    key = start(at=clock.now() + timedelta(minutes=5))
    assert rows() == [("condition", "now() > at", "open")]
    assert conditions.look() == 1 and position(key) == [["P", "c"]]
    clock.move(timedelta(minutes=6))
    conditions.look()
    assert position(key) == [["P", "v"]]
    assert rows()[0][2] != "open"
    assert conditions.look() == 0


def test_a_condition_that_cannot_be_worked_out_any_more_is_told_once_and_holds_up_nobody(start):
    publish(catch("c", when("now() > at and 1 / n > 0")), user("v"), "start > c > v > end")
    at = clock.now() + timedelta(minutes=5)
    broken, fine = start(at=at, n=0), start(at=at, n=1)
    clock.move(timedelta(minutes=6))
    assert (conditions.look(), conditions.look()) == (1, 0)
    assert (position(broken), position(fine)) == ([["P", "c"]], [["P", "v"]])
    told = db.session.scalars(select(Incident)).all()
    assert [(each.subject, each.kind, each.element) for each in told] == [(f"instance {broken}", "condition_failed", "c")]


def test_workers_look_every_half_minute():
    assert schedule.EVERY["conditions"] == (30.0, conditions.look)


def test_a_condition_is_no_message_and_no_message_is_a_condition(start):
    publish(gateway("parallel", "fork"), *LATER[:2], user("a"), "start > fork > c > v > end", "fork > a > end")
    start(at=clock.now() + timedelta(minutes=5))
    assert [kind for kind, _name, _status in rows()] == ["condition"]
