"""What nobody did within its term is put before whoever supervises it, once, until it is done."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.cases import facts
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.oversight import begun
from engine.workflow import runtime
from engine.workflow.models import Incident, TraceEntry, UserTask, WaitStatus
from tests import factories
from tests.engine.oversight.test_clocks import at, day
from tests.engine.workflow.spiff.drawing import boundary, timer, user
from tests.published import publish
from workers import calendar, conditions, timers

REPORT = user("report", properties={"due": "T45"})
CLERKS, PARTIES = ({"process.toml": f'[lanes]\n"" = "{role}"\n'} for role in ("clerk", "party"))  # whose tasks without a lane are


@pytest.fixture
def late(app, case, shipped_folders):
    """A clerk's report of one working day, begun on a Thursday, and the shipped process that sees to what is overdue."""
    at(day(12, 3))
    publish(REPORT, "start > report > end", **CLERKS)
    publish(key="overdue", **shipped_folders["overdue"])
    with transaction():
        return runtime.start("P", case.id, {}, by="clerk").id


def open_tasks():
    return db.session.scalars(select(UserTask).where(UserTask.status == WaitStatus.OPEN).order_by(UserTask.id)).all()


def elements():
    db.session.expire_all()
    return [task.element for task in open_tasks()]


def done(element):
    (task,) = (task for task in open_tasks() if task.element == element)
    with transaction():
        runtime.complete_user_task(task, {"supervision": "请今日办理。"}, by="Zhao")


@pytest.mark.db
def test_what_is_overdue_is_put_before_the_supervisor_once_and_again_until_it_is_done(late, case):
    at(day(12, 5, 0))
    assert (calendar.remind(), calendar.remind()) == (1, 0)
    assert elements() == ["report", "supervise_court"]
    (entry,) = db.session.scalars(select(TraceEntry).where(TraceEntry.event == "task_overdue")).all()
    assert (entry.element, entry.detail["term"]) == ("report", "T45")
    asked = open_tasks()[1]
    assert asked.role == "court_president" and asked.data["last_day"] == "12月4日" and asked.data["deadline"] > 0

    done("supervise_court")
    assert elements() == ["report"]
    at(day(12, 10))
    timers.fire_due()
    assert elements() == ["report", "supervise_court"], "three working days later it is seen to again"

    done("report")
    assert facts.of(case.id)["overdue"] == []
    conditions.look()
    assert elements() == []


@pytest.mark.db
def test_what_is_done_in_time_is_nobody_elses_business(late):
    at(day(12, 4, 23))
    done("report")
    at(day(12, 8))
    assert calendar.remind() == 0 and elements() == []


def test_a_case_that_is_over_leaves_nothing_to_see_to(late):
    at(day(12, 5, 0))
    assert calendar.remind() == 1
    with transaction():
        runtime.cancel(late, by="Li", reason="withdrawn")
    conditions.look()
    assert elements() == []


def test_a_term_that_a_timer_ends_is_not_seen_to_beside_it(app, case, shipped_folders):
    at(day(12, 3))
    over = boundary("over", "work", timer("timeDate", "now()"), properties={"term": "T45"})
    publish(user("work", properties={"due": "T45"}), over, user("after"), "start > work > end", "over > after", **CLERKS)
    publish(key="overdue", **shipped_folders["overdue"])
    with transaction():
        runtime.start("P", case.id, {}, by="clerk")
    at(day(12, 5, 0))
    assert calendar.remind() == 0 and elements() == ["work"]


def test_a_partys_own_task_is_told_to_nobody_above_it(app, case, shipped_folders):
    at(day(12, 3))
    publish(user("sign", properties={"due": "T45", "assignee": "who"}), "start > sign > end", **PARTIES)
    publish(key="overdue", **shipped_folders["overdue"])
    with transaction():
        who = factories.participant(case, "applicant", "王小明", phone="13800000001").id
        runtime.start("P", case.id, {"who": who}, by="clerk")
    at(day(12, 5, 0))
    assert calendar.remind() == 0 and elements() == ["sign"]


def test_where_it_cannot_be_put_before_anybody_an_incident_says_so(late, monkeypatch):
    def fails(*_told, **_more):
        raise begun.ProcessFailed(None, None, "report", "script", "broken")

    monkeypatch.setattr(begun.runtime, "start", fails)
    at(day(12, 5, 0))
    assert calendar.remind() == 0
    assert db.session.scalar(select(Incident)).kind == "not_seen_to"
    assert clock.now() - db.session.scalar(select(Deadline)).due_at < timedelta(minutes=1)
