"""Whatever way a case goes: never two armed clocks of one kind, and no clock of a closed case fires."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine import clock
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from engine.oversight import clocks
from engine.workflow import runtime
from engine.workflow.models import Instance, Timer, UserTask
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


@pytest.mark.parametrize("seed", range(8))
def test_of_whatever_way_a_case_goes(case, seed):
    publish(*PARTS)
    with transaction():
        instance_id = runtime.start("P", case.id, {}, by="clerk").id
    dice = random.Random(seed)
    for _turn in range(12):
        act(dice.random(), instance_id)
        db.session.rollback()
        assert armed_twice() == []
    with transaction():
        runtime.cancel(instance_id, by="Li", reason="closed")
    clock.move(timedelta(days=400))
    assert db.session.get(Instance, instance_id).is_over
    assert timers.fire_due() == 0 and calendar.remind() == 0 and clocks.to_remind(10) == []
    assert not db.session.scalar(select(func.count(Timer.id)).where(Timer.status == "open"))
    assert not db.session.scalar(select(func.count(Deadline.id)).where(Deadline.status.in_(("running", "paused"))))
