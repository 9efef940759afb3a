"""Whatever way a case goes: never two armed clocks of one kind, and no clock of a closed case fires."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine import clock
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.oversight import clocks
from engine.workflow import runtime
from engine.workflow.models import Instance, Timer, UserTask
from tests import factories
from tests.engine.workflow.spiff.drawing import boundary, inside, timer, user
from tests.published import publish
from workers import calendar, timers

PARTS = (
    inside("work", user("a", properties={"due": "T06"}), user("appraise", properties={"pauses": "mediation"}),
           user("b", properties={"due": "T05"}), boundary("late", "b", timer("timeDate", "now()"), properties={"term": "T05"}),
           user("again", properties={"due": "T06"}), "start > a > appraise > b > again > end", "late > again"),
    boundary("over", "work", timer("timeDate", "now()"), properties={"term": "T06"}), user("after", properties={"due": "T45"}),
    "start > work > after > end", "over > after",
)


def armed_twice():
    kinds = select(Deadline.case_id, Deadline.term).where(Deadline.status.in_(("running", "paused"))).group_by(
        Deadline.case_id, Deadline.term).having(func.count() > 1)
    return db.session.execute(kinds).all()


def act(chance, instance_id):
    """Somebody acts, time passes, or the process is stopped."""
    task = db.session.scalar(select(UserTask).where(UserTask.instance_id == instance_id, UserTask.status == "open"))
    if chance < 0.5:
        clock.move(timedelta(days=chance * 40))
        timers.fire_due()
        calendar.remind()
    elif chance < 0.95 and task is not None:
        with transaction():
            runtime.complete_user_task(task, {}, by="Li")
    elif chance >= 0.95:
        with transaction():
            runtime.cancel(instance_id, by="Li", reason="withdrawn")


@pytest.fixture
def drawn(app):
    publish(*PARTS)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ways=st.lists(st.floats(0, 1), min_size=6, max_size=12))
def test_of_whatever_way_a_case_goes(drawn, ways):
    clock.reset()
    with transaction():
        instance_id = runtime.start("P", factories.case().id, {}, by="clerk").id
    for chance in ways:
        act(chance, instance_id)
        db.session.rollback()
        assert armed_twice() == []
    with transaction():
        runtime.cancel(instance_id, by="Li", reason="closed")
    clock.move(timedelta(days=400))
    assert db.session.get(Instance, instance_id).is_over
    assert timers.fire_due() == 0 and calendar.remind() == 0 and clocks.to_remind(10) == []
    assert not db.session.scalar(select(func.count(Timer.id)).where(Timer.status == "open"))
    assert not db.session.scalar(select(func.count(Deadline.id)).where(Deadline.status.in_(("running", "paused"))))
