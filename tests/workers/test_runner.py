"""A call is claimed, attempted and settled; whatever goes wrong, its effect happens once and somebody is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from engine import clock
from engine.db import db, transaction
from engine.operations.operation import Rejected, TryAgain, Unknown
from engine.workflow import runtime
from engine.workflow.models import CallAttempt, Incident, Instance, OperationCall, UserTask
from tests.engine.workflow.spiff.drawing import boundary, service, timer, told, user
from tests.published import publish
from workers import claiming, outcomes, reaper, runner, sentinel, settling

REFUSED = ("start > s > v > end", "no > w > end")


@pytest.fixture
def one_call():
    publish(service("s", parameters={"n": "1"}), user("v"), "start > s > v > end")


def the(model):
    return db.session.scalar(select(model).order_by(model.id.desc()).limit(1).execution_options(populate_existing=True))


def incidents():
    return [incident.kind for incident in db.session.scalars(select(Incident).where(Incident.resolved_at.is_(None)))]


def test_a_call_that_works_moves_the_process_on(start, one_call, played):
    start()
    assert runner.run_call() is True
    assert (the(OperationCall).status, the(UserTask).element, played.keys) == ("done", "v", ["call-1"])
    assert runner.run_call() is False


def test_a_second_hint_for_a_settled_call_does_nothing(start, one_call, played):
    start()
    assert [runner.run_call(1), runner.run_call(1)] == [True, False]
    assert len(played.keys) == 1


def test_try_again_pauses_and_comes_back_under_the_same_key(start, one_call, played):
    played.acts = [TryAgain("down"), {"ok": 1}]
    start()
    runner.run_call()
    assert (the(OperationCall).status, runner.run_call()) == ("due", False)
    clock.move(timedelta(minutes=2))
    assert runner.run_call() is True
    assert (the(OperationCall).status, played.keys) == ("done", ["call-1", "call-1"])


def test_after_the_last_attempt_a_person_must_look(start, one_call, played):
    played.acts = [TryAgain("down")] * 5
    start()
    for _ in range(5):
        assert runner.run_call() is True
        clock.move(timedelta(hours=2))
    assert (the(OperationCall).status, incidents()) == ("stuck", ["attempts_used_up"])


def test_a_bug_in_an_operation_becomes_an_incident_at_once(start, one_call, played):
    played.acts = [ZeroDivisionError("division by zero")]
    start()
    runner.run_call()
    assert (the(OperationCall).status, incidents(), the(CallAttempt).outcome) == ("stuck", ["call_stuck"], "stuck")


def test_an_answer_that_cannot_be_kept_becomes_an_incident_and_is_not_asked_for_again(start, one_call, played):
    """Half a character: no database takes it."""
    played.acts = [{"said": "\ud800"}]
    start()
    runner.run_call()
    assert (the(OperationCall).status, incidents()) == ("stuck", ["settle_failed"])
    assert not runner.run_call() and len(played.keys) == 1


def test_a_refusal_takes_the_way_the_diagram_has_for_it(start, played):
    played.acts = [Rejected("no")]
    publish(service("s"), boundary("no", "s", told("error", "no")), user("v"), user("w"), *REFUSED)
    start()
    runner.run_call()
    assert (the(OperationCall).status, the(UserTask).element, incidents()) == ("rejected", "w", [])


def test_a_refusal_without_a_way_is_an_incident(start, one_call, played):
    played.acts = [Rejected("no")]
    start()
    runner.run_call()
    assert (the(OperationCall).status, incidents()) == ("stuck", ["refusal_without_way"])


def test_a_worker_that_dies_gives_the_call_back_after_its_lease(start, one_call, played):
    start()
    assert claiming.claim().fence == 1
    assert reaper.sweep() == 0
    clock.move(timedelta(seconds=16))
    assert reaper.sweep() == 1
    assert runner.run_call() is True
    assert (the(OperationCall).status, the(OperationCall).attempts) == ("done", 2)


def test_an_answer_from_an_attempt_that_lost_its_lease_is_forgotten(start, one_call, played):
    start()
    late = claiming.claim()
    clock.move(timedelta(seconds=16))
    reaper.sweep()
    settling.settle(late, outcomes.Done({"late": True}))
    assert (the(OperationCall).status, the(UserTask)) == ("due", None)
    runner.run_call()
    assert played.recorded == [{"document_id": 1}]


def test_a_crash_between_the_answer_and_the_settling_asks_nobody_again(start, one_call, played):
    played.effect_class = "B"
    start()
    work = claiming.claim()
    settling._note_result(work, runner.attempt(work).result)
    clock.move(timedelta(seconds=16))
    reaper.sweep()
    runner.run_call()
    assert (the(OperationCall).status, len(played.keys), played.recorded) == ("done", 1, [{"document_id": 1}])


def test_a_receiver_that_knows_our_key_is_told_again_with_the_same_one(start, one_call, played):
    start()
    runner.attempt(claiming.claim())
    clock.move(timedelta(seconds=16))
    reaper.sweep()
    runner.run_call()
    assert (the(OperationCall).status, played.keys, len(played.recorded)) == ("done", ["call-1", "call-1"], 1)


def test_a_call_that_keeps_killing_its_workers_becomes_an_incident(start, one_call, played):
    start()
    for _ in range(5):
        assert claiming.claim() is not None
        clock.move(timedelta(hours=2))
        reaper.sweep()
        clock.move(timedelta(hours=2))
    assert (the(OperationCall).status, incidents()) == ("stuck", ["worker_died_repeatedly"])


def test_nobody_repeats_what_may_have_happened_and_cannot_be_asked(start, one_call, played):
    played.effect_class = "C"
    start()
    claiming.claim()
    clock.move(timedelta(seconds=16))
    reaper.sweep()
    clock.move(timedelta(minutes=1))
    runner.run_call()
    assert (played.keys, the(OperationCall).status, incidents()) == ([], "stuck", ["outcome_unknown"])
    assert played.doubts == ["call-1"]


def test_an_unknown_outcome_is_an_incident(start, one_call, played):
    played.effect_class, played.acts = "C", [Unknown("no answer")]
    start()
    runner.run_call()
    assert (incidents(), played.doubts) == (["outcome_unknown"], ["call-1"])


def test_a_receiver_that_can_be_asked_is_asked_before_it_is_told_again(start, one_call, played):
    played.effect_class, played.query = "B", lambda call: {"known": call.key}
    start()
    claiming.claim()
    clock.move(timedelta(seconds=16))
    reaper.sweep()
    runner.run_call()
    assert (played.keys, played.recorded) == ([], [{"known": "call-1"}])


def test_an_effect_after_the_process_went_another_way_is_kept_and_told(start, played):
    publish(
        service("s"),
        boundary("late", "s", timer("timeDuration", "PT1H")),
        user("v"),
        user("w"),
        "start > s > v > end",
        "late > w > end",
    )
    key = start()
    work = claiming.claim()
    clock.move(timedelta(hours=2))
    with transaction():
        runtime.fire_timers(key)
    settling.settle(work, runner.attempt(work))
    call = the(OperationCall)
    assert (call.status, call.result, incidents(), the(UserTask).element) == (
        "cancelled",
        {"document_id": 1},
        ["effect_after_cancel"],
        "w",
    )


def test_callbacks_of_one_case_leave_one_at_a_time_in_order(case, played):
    played.in_order = True
    publish('<bpmn:parallelGateway id="f"/>', service("s"), service("t"), "start > f > s > end", "f > t > end")
    with transaction():
        runtime.start("P", case.id, {}, by="test")
    first = claiming.claim()
    assert (first.call.id, claiming.claim()) == (1, None)
    settling.settle(first, runner.attempt(first))
    assert claiming.claim().call.id == 2


def test_a_database_that_is_busy_at_the_settling_costs_only_time(start, one_call, played, monkeypatch):
    start()

    def busy(call, result):
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    with monkeypatch.context() as patched:
        patched.setattr(settling.runtime, "complete_call", busy)
        runner.run_call()
    assert (the(OperationCall).status, incidents()) == ("running", [])
    clock.move(timedelta(seconds=16))
    reaper.sweep()
    runner.run_call()
    assert (the(OperationCall).status, played.keys, incidents()) == ("done", ["call-1"], [])


def test_a_process_that_cannot_take_the_answer_keeps_it_and_tells(start, played):
    publish(
        service("s"),
        '<bpmn:scriptTask id="x"><bpmn:script>y = nothing + 1</bpmn:script></bpmn:scriptTask>',
        "start > s > x > end",
    )
    start()
    runner.run_call()
    call = the(OperationCall)
    assert (call.status, call.stored_result, len(incidents())) == ("stuck", {"document_id": 1}, 1)


def test_an_instance_that_waits_for_nothing_is_noticed(start, one_call, played):
    key = start()
    with transaction():
        db.session.execute(OperationCall.__table__.update().values(status="cancelled"))
    assert (sentinel.look(), incidents()) == (1, ["waits_for_nothing"])
    assert (sentinel.look(), db.session.get(Instance, key).status) == (0, "running")


def test_work_that_nobody_takes_for_a_minute_is_noticed(start, one_call, played):
    start()
    assert sentinel.look() == 0
    clock.move(timedelta(seconds=61))
    assert (sentinel.look(), incidents()) == (1, ["call_overdue"])
