"""No silent halt, and no false alarm: what the sentinel opened it closes when it is no longer so."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.models import Role
from engine.db import db, transaction
from engine.deadlines import clocks
from engine.deadlines.models import Deadline
from engine.workflow import incidents, messages, runtime
from engine.workflow.models import Incident, OperationCall, UserTask
from tests import factories
from tests.engine.workflow.spiff.drawing import boundary, catch, node, service, timer, told, user
from tests.published import publish
from workers import post, sentinel, timers


def kinds():
    return sorted(row.kind for row in db.session.scalars(select(Incident).where(Incident.resolved_at.is_(None))))


def begin(case):
    with transaction():
        return runtime.start("P", case.id, {}, by="test").id


@pytest.fixture
def timed(start):
    publish(user("u"), boundary("late", "u", timer("timeDuration", "PT1H")), service("s"), "start > u > end", "late > s > end")
    start()
    with transaction():
        db.session.scalar(select(UserTask)).assignee_id = factories.user().id


def test_a_timer_that_fires_after_all_is_no_longer_overdue(timed):
    clock.move(timedelta(minutes=62))
    assert (sentinel.look(), kinds()) == (1, ["timer_overdue"])
    timers.fire_due()
    assert (sentinel.look(), kinds()) == (0, [])


def test_many_of_a_kind_have_one_cause_and_one_incident(start):
    publish(service("s"), user("v"), "start > s > v > end")
    keys = [start() for _case in range(sentinel.MANY + 1)]
    clock.move(timedelta(seconds=61))
    assert (sentinel.look(), kinds()) == (1, ["call_overdue"])
    assert (sentinel.look(), kinds()) == (0, ["call_overdue"])
    with transaction():
        runtime.cancel(keys[0], "Li", "withdrawn")
    assert (sentinel.look(), kinds()) == (sentinel.MANY, ["call_overdue"] * sentinel.MANY)
    for key in keys[1:]:
        with transaction():
            runtime.cancel(key, "Li", "withdrawn")
    assert (sentinel.look(), kinds()) == (0, [])


def test_a_court_that_never_answers_is_told_of_until_it_does(case):
    publish(catch("m", told("message", "docket_decided")), user("u"), "start > m > u > end")
    begin(case)
    clock.move(timedelta(days=50))
    assert (sentinel.look(), kinds()) == (0, [])
    clock.move(timedelta(days=11))
    assert (sentinel.look(), kinds()) == (1, ["court_silent"])
    with transaction():
        messages.receive(case.id, "docket_decided", {"ending": "trial"}, "court", "m-1", "court")
    sentinel.look()
    assert "court_silent" not in kinds()


def test_what_was_said_and_is_not_passed_on_is_told_until_it_is(start):
    publish(node("intermediateThrowEvent", "t", told("message", "paid")), user("v"), "start > t > v > end")
    start()
    with transaction():
        db.session.scalar(select(UserTask)).assignee_id = factories.user().id
    clock.move(timedelta(seconds=61))
    assert (sentinel.look(), kinds()) == (1, ["post_overdue"])
    post.carry()
    assert (sentinel.look(), kinds()) == (0, [])


def test_a_term_that_stands_still_is_not_overdue(case):
    publish(user("u"), boundary("late", "u", timer("timeDate", "now()"), properties={"term": "T06"}), "start > u > end",
            "late > end")
    begin(case)
    with transaction():
        db.session.scalar(select(UserTask)).assignee_id = factories.user().id
        clocks.pause(db.session.scalar(select(Deadline.id)), "appraisal")
    clock.move(timedelta(days=200))
    assert (sentinel.look(), timers.fire_due()) == (0, 0)


def test_a_callback_that_waits_for_its_turn_is_not_overdue(case, played):
    played.in_order = True
    publish('<bpmn:parallelGateway id="f"/>', service("s"), service("t"), "start > f > s > end", "f > t > end")
    begin(case)
    with transaction():
        db.session.get(OperationCall, 1).due_at = clock.now() + timedelta(hours=1)
    clock.move(timedelta(minutes=5))
    assert sentinel.look() == 0


def test_a_stuck_call_the_process_left_behind_needs_nobody(start, played):
    publish(service("s"), boundary("late", "s", timer("timeDuration", "PT1H")), service("t"), "start > s > end", "late > t > end")
    start()
    with transaction():
        call = db.session.get(OperationCall, 1)
        call.status = "stuck"
        for kind in ("attempts_used_up", "effect_after_cancel"):
            incidents.report("call 1", kind, "down", None, call.instance_id)
    sentinel.look()
    assert kinds() == ["attempts_used_up", "effect_after_cancel"]
    clock.move(timedelta(minutes=61))
    timers.fire_due()
    sentinel.look()
    assert kinds() == ["effect_after_cancel"]


def test_an_instance_that_waits_again_is_no_longer_idle(start):
    publish(service("s"), "start > s > end")
    start()
    with transaction():
        db.session.get(OperationCall, 1).status = "cancelled"
    assert (sentinel.look(), kinds()) == (1, ["waits_for_nothing"])
    with transaction():
        db.session.get(OperationCall, 1).status = "due"
    assert (sentinel.look(), kinds()) == (0, [])


@pytest.fixture
def clerks(case):
    """A task for the court's clerks, and the court it is for."""
    publish(user("u"), "start > u > end")
    key = begin(case)
    with transaction():
        court = factories.body()
        task = db.session.scalar(select(UserTask).where(UserTask.instance_id == key))
        task.role, task.body_id = Role.CLERK, court.id
    return court


def test_a_task_that_nobody_can_take_is_told_until_somebody_can(clerks):
    assert (sentinel.look(), kinds()) == (1, ["nobody_can_take"])
    with transaction():
        factories.user(role=Role.CLERK, at=clerks)
    assert (sentinel.look(), kinds()) == (0, [])


def test_colleagues_elsewhere_and_closed_accounts_do_not_count(clerks):
    with transaction():
        factories.user(role=Role.CLERK, at=factories.body())
        factories.user(role=Role.CLERK, at=clerks, is_active=False)
    assert kinds() == [] and sentinel.look() == 1


def test_a_task_given_to_somebody_who_left_is_told(clerks):
    with transaction():
        factories.user(role=Role.CLERK, at=clerks)
        db.session.scalar(select(UserTask)).assignee_id = factories.user(is_active=False).id
    assert (sentinel.look(), kinds()) == (1, ["nobody_can_take"])


def test_a_partys_task_needs_a_party(clerks, case):
    with transaction():
        task = db.session.scalar(select(UserTask))
        task.role = "party"
    assert kinds() == [] and sentinel.look() == 1
    with transaction():
        task.participant_id = factories.participant(case).id
        db.session.merge(task)
    assert (sentinel.look(), kinds()) == (0, [])
