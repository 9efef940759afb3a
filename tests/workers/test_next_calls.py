"""A worker that has settled a call goes on with the next one of the same instance, in the same transaction."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from engine import clock, jobs
from engine.cases.models import Case
from engine.db import db, transaction
from engine.operations import OPERATIONS
from engine.operations.operation import InputsRefused
from engine.workflow import repair, runtime
from engine.workflow.models import Incident, Instance, OperationCall
from tests import factories
from tests.engine.workflow.spiff.drawing import many, service, user
from tests.published import publish
from workers import claiming, reaper, runner, settling

pytestmark = pytest.mark.db


@pytest.fixture
def calls(app, played):
    """Three calls one after another, then a person."""
    publish(service("s", inner=many(times="3", sequential=True)), user("v"), "start > s > v > end")


@pytest.fixture
def doors(app, monkeypatch):
    """The doors of all transactions that write, in order."""
    opened, real = [], settling.transaction

    def noted(write=True, door="command"):
        opened.append(door)
        return real(write, door)

    monkeypatch.setattr(settling, "transaction", noted)
    monkeypatch.setattr(claiming, "transaction", noted)
    return opened


def statuses() -> list[tuple]:
    with transaction(write=False):
        rows = db.session.scalars(select(OperationCall).order_by(OperationCall.id))
        return [(row.instance_id, row.status, row.attempts) for row in rows]


def test_one_transaction_settles_a_call_and_takes_the_next(calls, start, played, doors):
    key = start()
    assert runner.run_calls() is True
    assert doors == ["claim", "settle", "settle", "settle"]
    assert (statuses(), len(played.recorded)) == ([(key, "done", 1)] * 3, 3)


def test_a_receiver_that_does_not_know_our_key_has_its_answer_kept_first(calls, start, played, doors):
    played.effect_class = "B"
    start()
    runner.run_calls()
    assert doors == ["claim"] + ["answer", "settle"] * 3


def test_who_waits_longer_goes_first(calls, start):
    busy, patient = start(), start()
    runner.run_calls()
    assert statuses() == [(busy, "done", 1), (patient, "due", 0), (busy, "due", 0)]


def test_nobody_stays_longer_than_time_allows(calls, start, monkeypatch):
    key = start()
    monkeypatch.setattr(runner, "STAY_SECONDS", 0)
    runner.run_calls()
    assert statuses() == [(key, "done", 1), (key, "due", 0)]


def test_no_worker_is_woken_for_a_call_that_is_taken_on(calls, start, monkeypatch):
    woken = []
    monkeypatch.setattr(jobs, "wake", woken.append)
    start()
    assert woken == [1]
    runner.run_calls()
    assert woken == [1]


def test_a_worker_that_dies_with_the_next_one_in_hand_leaves_it_to_another(calls, start, played):
    key, first = start(), claiming.claim()
    taken_on = settling.settle(first, runner.attempt(first), goes_on=True)
    assert (taken_on.call.id, statuses()) == (2, [(key, "done", 1), (key, "running", 1)])
    clock.move(timedelta(seconds=16))
    reaper.sweep()
    runner.run_calls()
    assert (statuses(), played.keys[:2]) == ([(key, "done", 1), (key, "done", 2), (key, "done", 1)], ["call-1", "call-2"])


def test_what_keeps_the_next_one_from_being_taken_costs_this_one_nothing(calls, start, played, monkeypatch):
    key, real = start(), played.prepare

    def prepare(call):
        if call.id == 2 and call.attempt == 1:
            raise OperationalError("SELECT", {}, Exception("lock timeout"))
        return real(call)

    monkeypatch.setattr(played, "prepare", prepare, raising=False)
    assert runner.run_calls() is True
    assert statuses() == [(key, "done", 1), (key, "due", 1)]
    runner.run_calls()
    assert statuses() == [(key, "done", 1), (key, "done", 2), (key, "done", 1)]


def test_a_next_one_with_wrong_inputs_stops_alone(calls, start, played, monkeypatch):
    key, real = start(), OPERATIONS[played.name].load

    def load(inputs):
        if len(played.keys) == 1:
            raise InputsRefused([{"pointer": "/items", "values": {"why": "not a list"}}])
        return real(inputs)

    monkeypatch.setattr(played, "load", load, raising=False)
    runner.run_calls()
    assert statuses() == [(key, "done", 1), (key, "stuck", 1)]
    with transaction(write=False):
        assert list(db.session.scalars(select(Incident.kind))) == ["inputs_refused"]


def test_a_suspended_process_is_left_alone(calls, start, played):
    key = start()

    def suspending(call):
        with transaction():
            repair.suspend(key, "look", "Li")
        return {"document_id": 1}

    played.acts = [suspending]
    runner.run_calls()
    assert statuses() == [(key, "due", 1)]
    with transaction(write=False):
        assert db.session.scalar(select(OperationCall.stored_result)) == {"document_id": 1}
        assert db.session.get(Instance, key).status == "suspended"


def test_the_next_call_reads_what_the_settled_one_wrote(calls, start, played, monkeypatch):
    """A list of the case that was loaded before does not hide who came with the settlement."""
    met, held = [], []

    def record(result, call):
        held.append(case := db.session.get(Case, call.case_id))
        met.append(len(case.participants))
        factories.participant(case)
        return dict(result)

    monkeypatch.setattr(played, "record", record)
    monkeypatch.setattr(played, "prepare", lambda call: {"met": len(db.session.get(Case, call.case_id).participants)})
    with transaction():
        runtime.start("P", factories.case().id, {}, by="test")
    runner.run_calls()
    with transaction(write=False):
        asked = list(db.session.scalars(select(OperationCall.request).order_by(OperationCall.id)))
    assert (met, asked) == ([0, 1, 2], [{"met": 0}, {"met": 1}, {"met": 2}])
