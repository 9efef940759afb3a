"""Races at the sizes promised: whoever is second is told so, whatever the case went through meanwhile."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from engine import clock
from engine.cases.models import Case
from engine.db import db, transaction
from engine.errors import Conflict
from engine.workflow import messages, runtime
from engine.workflow.models import Incident, Instance, Message, OperationCall, TraceEntry, UserTask
from tests.engine.workflow.spiff.drawing import boundary, catch, gateway, service, timer, told, user
from tests.published import publish
from workers import claiming, runner, settling, timers

THREADS = 16  # each with a connection of its own; fewer than what is asked for at once
PERSONS = 200
CASES, BRANCHES, WORKERS = 6, 8, 4


@pytest.fixture
def race(app):
    """Do these acts as much at once as the machine can; what each gave, or the name of what it raised."""

    def run(acts, threads=THREADS):
        threads = min(threads, len(acts))
        line = Barrier(threads)

        def one(number, act):
            with app.app_context():
                if number < threads:
                    line.wait()
                try:
                    return act()
                except (Conflict, StaleDataError) as refusal:
                    return type(refusal).__name__
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(one, range(len(acts)), acts))

    return run


def start(case_id=None):
    with transaction():
        return runtime.start("P", case_id, {}, by="clerk").id


def complete(task_id, by="Li"):
    with transaction():
        runtime.complete_user_task(db.session.get(UserTask, task_id), {}, by=by)
    return "done"


def count(model, **by):
    return db.session.scalar(select(func.count()).select_from(model).filter_by(**by))


def status_of(model, key):
    return db.session.scalar(select(model.status).where(model.id == key))


def test_of_two_hundred_at_a_task_that_ends_the_process_one_is_first_and_the_others_hear_who(race):
    publish(user("u"), "start > u > end")
    key = start()
    told_to = race([lambda number=number: complete(1, f"person {number}") for number in range(PERSONS)])
    assert Counter(told_to) == {"done": 1, "TaskAlreadyDone": PERSONS - 1}
    assert (status_of(Instance, key), count(TraceEntry, event="task_completed")) == ("completed", 1)


def test_a_task_left_open_when_the_process_was_cancelled_is_no_longer_needed(app):
    publish(user("u"), "start > u > end")
    key = start()
    with transaction():
        runtime.cancel(key, "Li", "withdrawn")
    with pytest.raises(runtime.TaskNoLongerNeeded):
        complete(1)


def test_four_workers_bring_eight_branches_of_each_case_together(race, played):
    names = [f"s{number}" for number in range(BRANCHES)]
    publish(gateway("parallel", "f"), gateway("parallel", "j"), *(service(name, result=name) for name in names), user("v"),
            "start > f", *(f"f > {name} > j" for name in names), "j > v > end")
    for _case in range(CASES):
        start()

    def work():
        return sum(1 for _turn in iter(runner.run_call, False))

    assert sum(race([work] * WORKERS)) == CASES * BRANCHES
    assert Counter(played.keys) == {f"call-{number + 1}": 1 for number in range(CASES * BRANCHES)}
    assert (count(OperationCall, status="done"), count(UserTask, element="v")) == (CASES * BRANCHES, CASES)


def test_a_completion_and_the_timer_on_its_task_go_one_way(race):
    publish(user("u"), boundary("late", "u", timer("timeDuration", "PT1H")), user("v"), user("w"),
            "start > u > v > end", "late > w > end")
    keys = [start() for _case in range(CASES)]
    clock.move(timedelta(hours=2))
    told_to = race([act for key in keys for act in (lambda key=key: complete(key), timers.fire_due)])
    for key, answer in zip(keys, told_to[::2], strict=True):
        then = db.session.scalars(select(UserTask.element).filter_by(instance_id=key, status="open")).all()
        assert (answer, then) in [("done", ["v"]), ("TaskNoLongerNeeded", ["w"])]


def test_a_case_cancelled_while_its_call_is_settled_goes_one_way_and_keeps_the_answer(race, played):
    publish(service("s"), user("v"), "start > s > v > end")
    keys = [start() for _case in range(CASES)]
    claimed = [claiming.claim(key) for key in keys]

    def cancel(key):
        with transaction():
            runtime.cancel(key, "Li", "withdrawn")

    race([act for work, key in zip(claimed, keys, strict=True)
          for act in (lambda work=work: settling.settle(work, runner.attempt(work)), lambda key=key: cancel(key))])
    assert {status_of(Instance, key) for key in keys} == {"cancelled"}
    for key in keys:
        call = db.session.get(OperationCall, key, populate_existing=True)
        effects = count(Incident, subject=f"call {key}", kind="effect_after_cancel")
        assert (call.status, effects, call.result) in [("done", 0, {"document_id": 1}), ("cancelled", 1, {"document_id": 1})]


def test_a_message_said_eight_times_while_its_wait_opens_arrives_once(race, case):
    publish(user("u"), catch("m", told("message", "ruling")), user("v"), "start > u > m > v > end")
    key = start(case.id)

    def say():
        with transaction():
            return messages.receive(case.id, "ruling", {"n": 1}, "court", "m-1", by="court").id

    assert race([say] * 4 + [lambda: complete(1)] + [say] * 4)[4] == "done"
    assert [row.result for row in db.session.scalars(select(Message))] == ["delivered"]
    assert db.session.get(Instance, key, populate_existing=True).position == [["P", "v"]]


def test_an_edit_of_an_outdated_copy_is_refused_never_lost(race, case):
    edits, tries = 64, 200

    def edit():
        for _try in range(tries):
            try:
                with transaction():
                    row = db.session.get(Case, case.id, populate_existing=True)
                    row.statement = str(int(row.statement or 0) + 1)
                return "done"
            except StaleDataError:
                continue
        return "starved"

    with transaction():
        db.session.get(Case, case.id).statement = "0"
    assert Counter(race([edit] * edits)) == {"done": edits}
    assert db.session.get(Case, case.id, populate_existing=True).statement == str(edits)
