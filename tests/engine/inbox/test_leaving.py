"""Whoever leaves an institution, or is its handler no more by a date, keeps neither its cases nor its tasks from the others."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.models import RoleGrant, User
from engine.clock import SHANGHAI
from engine.db import db, transaction
from engine.deadlines import reckoning
from engine.inbox import tasks
from engine.inbox.sharing import handing_out, handling, leaving, lending, loans
from engine.oversight import people, term_mails
from engine.workflow.models import TraceEntry, UserTask
from tests.engine.inbox.test_handling import actor, read_by
from workers import handlers, schedule


def has_it(house):
    """The handler has the case, and its task."""
    with transaction():
        handling.take(actor(house, "handler"), house.number)
        tasks.claim(actor(house, "handler"), house.task_id)


def holder(house) -> int | None:
    return db.session.scalar(select(UserTask.assignee_id).where(UserTask.id == house.task_id))


def revoked(house):
    with transaction():
        people.revoke(house.world.actor("admin"), db.session.scalar(
            select(RoleGrant.id).where(RoleGrant.user_id == house.ids["handler"])))


def closed(house):
    with transaction():
        people.set_active(house.world.actor("admin"), house.ids["handler"], False)


def by_date(house):
    """Their role was for some days, and these are over."""
    with transaction():
        row = db.session.scalar(select(RoleGrant).where(RoleGrant.user_id == house.ids["handler"]))
        row.valid_until = clock.today() - timedelta(days=1)
    assert handling.count(actor(house, "colleague")) == 0
    assert handlers.end_lapsed() == 1


@pytest.mark.parametrize("leaves", [revoked, closed, by_date])
def test_the_case_and_its_task_are_free_again(house, leaves):
    has_it(house)
    leaves(house)
    assert handling.count(actor(house, "colleague")) == handing_out.count(actor(house, "leader")) == 1
    assert holder(house) is None and read_by(house) == set()
    assert db.session.scalar(select(TraceEntry.event).order_by(TraceEntry.id.desc()).where(
        TraceEntry.case_id == house.case_id)) == "task_released"
    with transaction():
        handling.take(actor(house, "colleague"), house.number)
        tasks.claim(actor(house, "colleague"), house.task_id)
    assert read_by(house) == {"colleague"}


@pytest.mark.parametrize("leaves", [revoked, by_date])
def test_what_was_lent_to_them_goes_back_to_its_owner(house, leaves):
    with transaction():
        handling.take(actor(house, "colleague"), house.number)
        tasks.claim(actor(house, "colleague"), house.task_id)
        lending.lend(actor(house, "colleague"), house.task_id, house.ids["handler"])
    leaves(house)
    assert holder(house) == house.ids["colleague"] and loans.of_task(house.task_id) is None
    assert read_by(house) == {"colleague"}


def test_what_they_lent_stays_with_whoever_has_it(house):
    has_it(house)
    with transaction():
        lending.lend(actor(house, "handler"), house.task_id, house.ids["colleague"])
    by_date(house)
    assert holder(house) == house.ids["colleague"] and loans.of_task(house.task_id) is None
    assert read_by(house) == {"colleague"} and handling.count(actor(house, "colleague")) == 1


def test_whose_role_holds_keeps_what_they_have(house):
    has_it(house)
    with transaction():
        db.session.scalar(select(RoleGrant).where(RoleGrant.user_id == house.ids["handler"])).valid_until = clock.today()
    assert leaving.due() == [] and handlers.end_lapsed() == 0
    with transaction():
        assert not leaving.end_lapsed(house.ids["handler"], house.bank.id), "given anew meanwhile"
    assert read_by(house) == {"handler"}
    clock.move(timedelta(days=1))
    assert (handlers.end_lapsed(), handlers.end_lapsed()) == (1, 0)


def test_it_is_a_duty_of_one_worker():
    assert schedule.EVERY["handlers"][1] is handlers.end_lapsed and "handlers" in schedule.ALONE


def test_the_morning_tells_handlers_and_who_leads_of_terms_in_cases_that_nobody_handles(house):
    with transaction():
        task = db.session.get(UserTask, house.task_id)
        task.term, task.due_at = "T08", datetime.combine(clock.today() + timedelta(days=4), time(), SHANGHAI)

    def told(name):
        return [(one.number, one.path) for one in term_mails.near(db.session.get(User, house.ids[name]))]
    assert told("handler") == told("colleague") == [(house.number, "/handling/")] and told("approver") == []
    assert told("leader") == [(house.number, "/handlers/?handler=none")]
    mail = term_mails.written(term_mails.near(db.session.get(User, house.ids["leader"])), "zh")["text"]
    day = reckoning.last_day(db.session.get(UserTask, house.task_id).due_at).isoformat()
    assert house.number in mail and day in mail and "王小明" not in mail and "测试纠纷" not in mail
    with transaction():
        handling.take(actor(house, "handler"), house.number)
        tasks.claim(actor(house, "handler"), house.task_id)
    assert told("handler") == [(house.number, f"/inbox/tasks/{house.task_id}")]
    assert told("colleague") == told("leader") == []
