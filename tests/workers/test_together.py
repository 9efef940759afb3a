"""Many at once: one wins, the others are told, nothing is lost and nothing happens twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from engine.db import db, transaction
from engine.errors import Conflict
from engine.workflow import messages, runtime
from engine.workflow.models import CallAttempt, Incident, Instance, Message, OperationCall, UserTask
from tests.engine.workflow.spiff.drawing import catch, gateway, service, told, user
from tests.published import publish
from workers import reaper, resume, runner, sentinel

AT_ONCE = 8


@pytest.fixture
def at_once(app):
    """Do something in several threads at the same moment; returns what each gave or raised."""

    def run(act, times=AT_ONCE):
        barrier = Barrier(times)

        def one(number):
            with app.app_context():
                barrier.wait()
                try:
                    return act(number)
                except Conflict as refusal:
                    return type(refusal).__name__

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(one, range(times)))

    return run


def start(case_id=None):
    with transaction():
        return runtime.start("P", case_id, {}, by="clerk").id


def complete(task_id, by):
    with transaction():
        runtime.complete_user_task(db.session.get(UserTask, task_id), {}, by=by)
    return "done"


def test_of_many_who_complete_one_task_one_does(at_once):
    publish(user("u"), user("v"), "start > u > v > end")
    start()
    assert Counter(at_once(lambda number: complete(1, f"person {number}"))) == {"done": 1, "TaskAlreadyDone": AT_ONCE - 1}
    assert [task.element for task in db.session.scalars(select(UserTask).order_by(UserTask.id))] == ["u", "v"]


def test_branches_that_end_at_the_same_moment_join_once(at_once):
    names = [f"t{number}" for number in range(AT_ONCE)]
    arrows = [arrow for name in names for arrow in (f"f > {name} > j",)]
    publish(gateway("parallel", "f"), gateway("parallel", "j"), *(user(name) for name in names), user("after"), "start > f",
            *arrows, "j > after > end")
    key = start()
    assert at_once(lambda number: complete(number + 1, "Li")) == ["done"] * AT_ONCE
    assert db.session.get(Instance, key, populate_existing=True).position == [["P", "after"]]
    assert db.session.scalar(select(func.count(UserTask.id)).filter_by(element="after")) == 1


def test_one_call_hinted_to_many_workers_runs_once(at_once, played):
    publish(service("s"), user("v"), "start > s > v > end")
    start()
    assert Counter(at_once(lambda number: runner.run_call(1))) == {True: 1, False: AT_ONCE - 1}
    assert (played.keys, len(played.recorded)) == (["call-1"], 1)
    assert db.session.scalar(select(func.count(CallAttempt.id))) == 1


def test_workers_share_the_calls_of_one_case_without_losing_a_branch(at_once, played):
    names = [f"s{number}" for number in range(4)]
    publish(gateway("parallel", "f"), gateway("parallel", "j"), *(service(name, result=name) for name in names), user("v"),
            "start > f", *(f"f > {name} > j" for name in names), "j > v > end")
    start()
    assert at_once(lambda number: runner.run_call(), times=4) == [True] * 4
    assert Counter(db.session.scalars(select(OperationCall.status))) == {"done": 4}
    assert db.session.scalar(select(UserTask.element)) == "v"


WAITED_FOR, EARLY = (catch("m", told("message", "ruling")), "start > m > end"), (user("u"), "start > u > end")


@pytest.mark.parametrize("drawn", [WAITED_FOR, EARLY, ()])
def test_one_message_said_many_times_at_once_is_one_message(at_once, case, drawn):
    """It is waited for, nobody waits yet, or the case has no process any more."""
    if drawn:
        publish(*drawn)
        start(case.id)

    def say(number):
        with transaction():
            return messages.receive(case.id, "ruling", {"n": 1}, "court", "m-1", by="court").id

    assert len(set(at_once(say))) == 1
    assert db.session.scalar(select(func.count(Message.id))) == 1


def test_the_duties_of_many_workers_do_not_get_in_each_others_way(at_once, case):
    publish(user("u"), "start > u > end")
    start(case.id)
    duties = (sentinel.look, reaper.sweep, resume.look, sentinel.look)
    at_once(lambda number: duties[number % 4]())
    assert db.session.scalar(select(func.count(Incident.id))) == 1
