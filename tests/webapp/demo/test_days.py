"""Days that pass for one case of the demo: its terms run out by the calendar, nobody else's do."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.cases import intake
from engine.cases.models import Case
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.workflow.models import Timer, UserTask
from tests import personas
from tests.journeys.walking import Walk
from webapp.demo import days
from workers import timers

pytestmark = pytest.mark.db


@pytest.fixture
def two(world, shipped):
    """Two cases that both wait for an organisation's answer."""
    walks = []
    for number in (1, 2):
        with transaction():
            referral = personas.referral(f"R-{number}", court_number=f"（2024）沪0115诉前调{number}号")
            walks.append(Walk(world, intake.accept(world.actor("court_system"), referral)))
    walks[0].work()
    return walks


def term(case_id: int) -> Deadline:
    db.session.expire_all()
    return db.session.scalar(select(Deadline).where(Deadline.case_id == case_id, Deadline.term == "T04"))


def test_the_term_of_one_case_runs_out_and_no_other_one_moves(two):
    case, other = two
    due = term(other.case_id).due_at
    assert days.stands_at(case.case_id, ("accept_referral",))
    while days.stands_at(case.case_id, ("accept_referral",)):
        days.pass_until_due(case.case_id)
        timers.fire_due()
        case.work()
    assert case.case.outcome == "O17"
    assert term(other.case_id).due_at == due and other.open() == ["accept_referral"]


def test_the_end_is_counted_again_from_the_earlier_start(two):
    case, _other = two
    received, before = case.case.received_at, term(case.case_id).explanation["zh"]
    days.pass_for(case.case_id, timedelta(days=1))
    row = term(case.case_id)
    assert db.session.get(Case, case.case_id).received_at == received - timedelta(days=1)
    assert row.starts_at < clock.now() - timedelta(hours=23) and row.explanation["zh"] != before
    timer = db.session.scalar(select(Timer).where(Timer.token == row.token, Timer.instance_id == row.instance_id))
    task = db.session.scalar(select(UserTask).where(UserTask.case_id == case.case_id))
    assert timer.due_at == task.due_at == row.due_at


def test_no_more_days_pass_while_something_is_due(two):
    case = two[0].case_id
    while days.stands_at(case, ("accept_referral",)):
        days.pass_until_due(case)
    assert two[0].open() == ["accept_referral"], "it is there, but its term is over and not yet fired"
    assert [timer.due_at > clock.now() - timedelta(minutes=1) for timer in db.session.scalars(
        select(Timer).where(Timer.case_id == case, Timer.due_at <= clock.now()))] != []


def test_a_case_that_waits_for_somebody_else_too_does_not_stand_there(two):
    assert not days.stands_at(two[0].case_id, ("plan_session",))
