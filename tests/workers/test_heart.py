"""A worker that is alive keeps its call; a call that never ends is given back all the same."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db
from engine.workflow.models import OperationCall
from tests.engine.workflow.spiff.drawing import service, user
from tests.published import publish
from workers import claiming, outcomes, reaper, runner, settling
from workers.heart import Heart


@pytest.fixture
def work(start, played):
    publish(service("s"), user("v"), "start > s > v > end")
    start()
    return claiming.claim()


def lease(work):
    return db.session.get(OperationCall, work.call.id, populate_existing=True).lease_until


def beat_after(heart, seconds):
    """Let time pass, for the database and for the worker's own measure, and beat."""
    clock.move(timedelta(seconds=seconds))
    heart.passed += seconds
    heart.beat()


@pytest.fixture
def heart(monkeypatch):
    heart = Heart()
    heart.passed = 0.0
    monkeypatch.setattr("workers.heart.time.monotonic", lambda: heart.passed)
    return heart


def test_a_call_that_takes_long_keeps_its_lease(work, heart):
    with heart.holding(work.call.id, work.fence):
        for _beat in range(4):
            before = lease(work)
            beat_after(heart, 6)
            assert lease(work) > before and reaper.sweep() == 0


def test_a_call_that_never_ends_loses_its_lease(work, heart):
    with heart.holding(work.call.id, work.fence):
        beat_after(heart, 600)
        assert reaper.sweep() == 1
        settling.settle(work, outcomes.Done({"too": "late"}))
    assert db.session.get(OperationCall, work.call.id, populate_existing=True).status == "due"


def test_a_lease_another_attempt_has_by_now_is_left_alone(work, heart):
    with heart.holding(work.call.id, work.fence - 1):
        before = lease(work)
        beat_after(heart, 5)
        assert lease(work) == before


def test_a_worker_that_stood_still_sends_nothing_that_another_one_may_have_sent(start, played, heart, monkeypatch):
    publish(service("s"), user("v"), "start > s > v > end")
    start()
    monkeypatch.setattr(runner, "heart", heart)
    played.effect_class, played.query = "B", lambda call: None

    def stand_still(call_id=None):
        """It has claimed the call, and goes on when its lease is over and another one has it."""
        found = claim(call_id)
        if not heart.passed:
            heart.passed += 16
            clock.move(timedelta(seconds=16))
            assert reaper.sweep() == 1 and runner.run_call() is True
        return found

    claim = claiming.claim
    monkeypatch.setattr(runner.claiming, "claim", stand_still)
    runner.run_call()
    assert len(played.keys) == 1 and len(played.recorded) == 1


def test_what_was_renewed_in_time_is_sent(work, heart):
    with heart.holding(work.call.id, work.fence, heart.passed):
        beat_after(heart, 6)
        heart.passed += 6
        assert heart.is_sure(work.call.id)
        heart.passed += 6
        assert not heart.is_sure(work.call.id)


def test_an_operation_can_look_itself_right_before_it_sends(start, played, heart, monkeypatch):
    publish(service("s"), user("v"), "start > s > v > end")
    start()
    monkeypatch.setattr(runner, "heart", heart)
    sent = []

    def stands_still(call):
        heart.passed += 16
        call.check_ours()
        sent.append(call.key)

    played.acts = [stands_still]
    runner.run_call()
    call = db.session.scalar(select(OperationCall))
    assert (sent, call.status, call.last_error) == ([], "due", "The worker stood still for as long as its lease.")
