"""What becomes of the term behind a wait: met in time, missed when it was over, whoever noticed first."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine import clock
from engine.db import db, transaction
from engine.deadlines import clocks
from engine.deadlines.models import Deadline
from engine.workflow import runtime
from engine.workflow.models import Timer, UserTask
from tests.engine.workflow.spiff.drawing import boundary, inside, timer, user
from tests.published import publish

TIMED = boundary("late", "u", timer("timeDate", "now()"), properties={"term": "T05"})


@pytest.fixture
def answering(case):
    publish(user("u"), TIMED, user("v"), "start > u > v > end", "late > v")
    with transaction():
        return runtime.start("P", case.id, {}, by="clerk").id


def term():
    return db.session.scalar(select(Deadline).execution_options(populate_existing=True))


def complete():
    with transaction():
        runtime.complete_user_task(db.session.scalar(select(UserTask).filter_by(element="u")), {}, by="Li")


def test_who_answers_in_time_meets_the_term(answering):
    complete()
    assert term().status == "met"


def test_who_answers_late_missed_it_although_no_worker_had_noticed(answering):
    clock.move(timedelta(days=60))
    complete()
    assert term().status == "missed"


def test_a_term_that_stands_still_is_not_missed_by_its_old_end(answering):
    with transaction():
        clocks.pause(term().id, "appraisal")
    clock.move(timedelta(days=60))
    complete()
    assert term().status == "met"


def test_a_stopped_case_neither_met_nor_missed_its_terms(answering):
    with transaction():
        runtime.cancel(answering, by="Li", reason="entered twice")
    assert term().status == "cancelled"


def test_a_task_with_a_due_date_under_a_timer_of_the_same_term_has_one_clock(case):
    publish(user("u", properties={"due": "T05"}), TIMED, user("v"), "start > u > v > end", "late > v")
    with transaction():
        runtime.start("P", case.id, {}, by="clerk")
    assert db.session.scalar(select(func.count(Deadline.id))) == 1


def test_the_due_date_shown_follows_the_clock_when_it_is_extended(case):
    publish(user("u", properties={"due": "T05"}), TIMED, user("v"), "start > u > v > end", "late > v")
    with transaction():
        instance = runtime.start("P", case.id, {}, by="clerk")
        later = term().due_at + timedelta(days=5)
        runtime.waits.move_timer(instance, term().token, later)
    assert (db.session.scalar(select(Timer)).due_at, db.session.scalar(select(UserTask)).due_at) == (later, later)


def test_a_task_within_a_part_of_the_diagram_that_a_timer_of_its_term_stands_on_follows_that_clock(case):
    within = inside("part", user("a"), user("u", properties={"due": "T05"}), "start > a > u > end")
    publish(within, boundary("late", "part", timer("timeDate", "now()"), properties={"term": "T05"}), user("v"),
            "start > part > end", "late > v")
    with transaction():
        runtime.start("P", case.id, {}, by="clerk")
    clock.move(timedelta(days=1))
    with transaction():
        runtime.complete_user_task(db.session.scalar(select(UserTask).filter_by(element="a")), {}, by="Li")
    task = db.session.scalar(select(UserTask).filter_by(element="u"))
    assert db.session.scalar(select(func.count(Deadline.id))) == 1 and task.due_at == term().due_at

    with transaction():
        later = clocks.pause(term().id, "appraisal").due_at + timedelta(days=2)
        clocks.resume(term().id, clock.now() + timedelta(days=2))
        runtime.waits.move_timer(db.session.get(runtime.Instance, task.instance_id), term().token, later)
    assert db.session.get(UserTask, task.id, populate_existing=True).due_at == later
