"""What nobody may ask for any more is removed, and nothing younger."""

from datetime import timedelta

from sqlalchemy import func, select

from engine import clock
from engine.db import db, transaction
from engine.workflow import runtime
from engine.workflow.doors import Idempotency, WorkerProcess
from engine.workflow.said import Thrown
from tests.engine.workflow.spiff.drawing import node, told
from tests.published import publish
from workers import post, reaper, retention, schedule


def answered(key, days_ago):
    with transaction():
        db.session.add(Idempotency(client="client:c", key=key, route="POST /", request_hash="0" * 64, status_code=201, body={},
                                   created_at=clock.now() - timedelta(days=days_ago)))


def left():
    return list(db.session.scalars(select(Idempotency.key).order_by(Idempotency.key)))


def test_a_key_is_kept_for_four_hundred_days(app):
    answered("a", 401)
    answered("b", 399)
    answered("c", 0)
    assert (retention.forget(), left()) == (1, ["b", "c"])


def test_many_old_keys_go_in_small_steps(app, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        answered(f"k{number}", 500)
    answered("young", 1)
    assert (retention.forget(), left()) == (5, ["young"])


def test_workers_that_are_long_gone_are_forgotten(app):
    reaper.be_seen()
    clock.move(timedelta(days=31))
    assert retention.forget() == 1
    reaper.be_seen()
    assert (retention.forget(), db.session.scalar(select(func.count(WorkerProcess.id)))) == (0, 1)


def test_what_was_passed_on_long_ago_is_forgotten_and_what_was_not_stays(app):
    publish(node("intermediateThrowEvent", "t", told("signal", "done")), "start > t > end")
    with transaction():
        runtime.start("P", None, {}, by="test")
    post.carry()
    with transaction():
        runtime.start("P", None, {}, by="test")
    clock.move(timedelta(days=31))
    assert retention.forget() == 1
    assert db.session.scalar(select(Thrown.handled_at)) is None


def test_it_is_a_duty_of_every_worker():
    assert schedule.EVERY["retention"][1] is retention.forget
