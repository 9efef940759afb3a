"""Terms that stand still while the process is somewhere: Online-Mediation Rules 26, Invited-Mediation Rules 18."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.workflow import messages, runtime
from engine.workflow.models import Timer, TraceEntry, UserTask
from tests.engine.workflow.spiff.drawing import boundary, extension, inside, node, timer, told, user
from tests.published import publish
from workers import timers

APPRAISAL = {"pauses": "mediation", "because": "委托鉴定"}
HELD = user("appraise", properties=APPRAISAL, name="等待鉴定意见")
PAUSING = extension('<spiffworkflow:properties><spiffworkflow:property name="pauses" value="T06"/></spiffworkflow:properties>')
OVER = boundary("over", "work", timer("timeDate", "now()"), properties={"term": "T06"})


@pytest.fixture
def mediating(case):
    """A case in its thirty days: talk, an appraisal that a withdrawal may interrupt, talk again."""
    publish(
        inside("work", user("talk"), HELD, boundary("gone", "appraise", told("message", "withdrawal")), user("again"),
               "start > talk > appraise > again > end", "gone > again"),
        OVER, user("late"), "start > work > end", "over > late",
    )
    with transaction():
        return runtime.start("P", case.id, {}, by="clerk").id


def term():
    return db.session.scalar(select(Deadline).execution_options(populate_existing=True))


def do(element):
    with transaction():
        runtime.complete_user_task(db.session.scalar(select(UserTask).filter_by(element=element, status="open")), {}, by="Li")


def ended(row):
    """When its last pause ended."""
    return datetime.fromisoformat(row.pauses[-1]["to"])


def due():
    return db.session.scalar(select(Timer).filter_by(element="over").execution_options(populate_existing=True)).due_at


def test_the_term_stands_still_at_the_step_and_its_timer_does_not_fire(mediating):
    do("talk")
    clock.move(timedelta(days=40))

    assert timers.fire_due() == 0
    assert term().status == "paused"
    assert [pause["reason"] for pause in term().standing_for.values()] == ["委托鉴定"]


def test_afterwards_the_end_and_the_timer_moved_by_exactly_the_time_it_stood_still(mediating):
    do("talk")
    end, since = term().due_at, term().paused_at
    clock.move(timedelta(days=12, hours=5))
    do("appraise")

    row = term()
    stood = ended(row) - since
    assert stood >= timedelta(days=12, hours=5)
    assert (row.status, row.due_at, due()) == ("running", end + stood, end + stood)
    told_of = db.session.scalars(select(TraceEntry.event).where(TraceEntry.event.like("term_%")).order_by(TraceEntry.id))
    assert list(told_of) == ["term_paused", "term_resumed"]


def test_a_step_that_is_interrupted_lets_the_term_go_on_too(mediating, case):
    do("talk")
    with transaction():
        messages.receive(case.id, "withdrawal", {}, "court", "m-1", by="court")
    assert term().status == "running" and not term().standing_for


def test_a_term_that_is_over_before_does_not_stand_still_any_more(mediating):
    clock.move(timedelta(days=60))
    do("talk")
    assert term().status == "running"
    assert timers.fire_due() == 1


def test_a_whole_part_of_the_diagram_may_be_what_the_term_stands_still_for(case):
    steps = inside("hold", user("a"), user("b"), "start > a > b > end").replace(">", f">{PAUSING}", 1)
    publish(inside("work", steps, user("c"), "start > hold > c > end"), OVER, user("late"), "start > work > end", "over > late")
    with transaction():
        runtime.start("P", case.id, {}, by="clerk")
    do("a")
    assert term().status == "paused" and len(term().pauses) == 1
    do("b")
    assert term().status == "running"


def test_two_reasons_at_once_are_one_pause_that_ends_with_the_last(case):
    publish(node("parallelGateway", "g"), user("appraise", properties=APPRAISAL), user("report", properties={"pauses": "T06"}),
            user("work"), OVER, user("late"), "start > g > work > end", "g > appraise > end", "g > report > end", "over > late")
    with transaction():
        runtime.start("P", case.id, {}, by="clerk")
    since, end = term().paused_at, term().due_at
    clock.move(timedelta(days=3))
    do("appraise")
    assert term().status == "paused" and term().due_at == end
    clock.move(timedelta(days=4))
    do("report")
    assert term().due_at - end == ended(term()) - since >= timedelta(days=7)


def test_the_term_may_be_that_of_another_instance_of_the_case(mediating, case):
    publish(user("appraise", properties={"pauses": "T06"}), "start > appraise > end", key="Q")
    with transaction():
        other = runtime.start("Q", case.id, {}, by="clerk").id
    assert term().status == "paused"
    end = term().due_at
    clock.move(timedelta(days=2))
    with transaction():
        runtime.cancel(other, by="Li", reason="no appraisal after all")
    assert term().status == "running" and due() == term().due_at >= end + timedelta(days=2)


def test_the_terms_of_another_case_and_other_terms_run_on(mediating, case):
    publish(user("appraise", properties={"pauses": "T14"}), "start > appraise > end", key="Q")
    with transaction():
        runtime.start("Q", case.id, {}, by="clerk")
        runtime.start("Q", None, {}, by="clerk")
    assert term().status == "running"
