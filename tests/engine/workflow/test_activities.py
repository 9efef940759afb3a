"""Loops, several instances, ad-hoc work and taking back, with their rows: each wait has one open row, and only while it lasts."""

import time

import pytest
from sqlalchemy import func, select

from engine.db import db, transaction
from engine.workflow import runtime
from engine.workflow.models import Instance, UserTask
from tests.engine.workflow.spiff.drawing import boundary, handler, inside, many, node, user
from tests.engine.workflow.spiff.test_adhoc import adhoc
from tests.engine.workflow.spiff.test_compensation import UNDO, throw, undone_by
from tests.engine.workflow.spiff.test_loops import loop
from tests.published import publish


@pytest.fixture
def begun(app):
    def begin(*parts, **data):
        publish(*parts)
        with transaction():
            return runtime.start("P", None, data, by="clerk").id

    return begin


def rows(status="open"):
    """(element, id) of the user tasks with this status, in the order they came."""
    found = db.session.execute(select(UserTask.element, UserTask.id).filter_by(status=status).order_by(UserTask.id))
    return [tuple(row) for row in found]


def do(element, **answers):
    key = next(key for each, key in rows() if each == element)
    with transaction():
        runtime.complete_user_task(db.session.get(UserTask, key), answers, by="clerk")
    return [each for each, _key in rows()]


def is_completed():
    return db.session.scalar(select(Instance.status)) == "completed"


def test_each_of_many_has_its_row_and_the_others_are_closed_when_it_is_enough(begun):
    begun(user("u", many(times=5, until="completed == 2")), user("v"), "start > u > v > end")
    assert [each for each, _key in rows()] == ["u"] * 5
    assert do("u") == ["u"] * 4
    assert do("u") == ["v"]
    assert [len(rows(status)) for status in ("done", "cancelled")] == [2, 3]


def test_each_round_of_a_loop_has_its_own_row(begun):
    begun(user("u", loop("n < 3")), "start > u > end")
    assert [do("u", n=n) for n in (1, 2, 3)] == [["u"], ["u"], []]
    assert len(rows("done")) == 3 and is_completed()


def test_what_is_offered_keeps_its_row_until_somebody_does_it(begun):
    begun(adhoc(user("a"), user("b")), user("v"), "start > work > v > end", enough=False)
    (_a, first), (_b, other) = rows()
    assert do("a", x=1) == ["b", "a"]
    assert dict(rows())["b"] == other and dict(rows())["a"] != first
    assert do("b", enough=True) == ["v"]
    assert [len(rows(status)) for status in ("done", "cancelled")] == [2, 1]


def test_who_takes_back_is_asked_by_a_row(begun):
    begun(
        user("a"), user("b"), undone_by("a", "ua", "userTask"), undone_by("b", "ub", "userTask"), throw(), user("v"),
        "start > a > b > t > v > end",
    )  # fmt: skip
    assert [do("a"), do("b"), do("ub"), do("ua"), do("v")] == [["b"], ["ub"], ["ua"], ["v"], []]
    assert is_completed()


def test_who_takes_back_from_within_is_asked_by_a_row_and_a_cancelled_case_asks_nobody(begun):
    people = user("a"), user("b"), undone_by("a", "ua", "userTask"), undone_by("b", "ub", "userTask")
    within = handler("back", UNDO, user("ask"), throw("tb"), "back_start > ask > tb")
    key = begun(inside("sub", *people, within, "start > a > b > end"), throw(), user("v"), "start > sub > t > v > end")
    assert [do("a"), do("b"), do("ask", why="ill"), do("ub")] == [["b"], ["ask"], ["ub"], ["ua"]]
    with transaction():
        runtime.cancel(key, by="clerk", reason="no more")
    assert rows() == [] and len(rows("cancelled")) == 1


def test_cancelling_closes_the_rows_of_the_transaction(begun):
    cancel = "<bpmn:cancelEventDefinition/>"
    inner = node("startEvent", "s") + node("parallelGateway", "fork") + user("a") + user("b") + node("endEvent", "no", cancel)
    pairs = [("s", "fork"), ("fork", "a"), ("fork", "b"), ("a", "no")]
    inner += "".join(node("sequenceFlow", f"x_{one}_{two}", sourceRef=one, targetRef=two) for one, two in pairs)
    begun(node("transaction", "trans", inner), boundary("stop", "trans", cancel), user("w"), "start > trans > end", "stop > w")
    assert do("a") == ["w"]
    assert [each for each, _key in rows("cancelled")] == ["b"]


def test_forty_people_at_once_cost_each_step_little(begun):
    begun(user("u", many(times=40)), "start > u > end")
    began = time.process_time()
    for _each in range(20):
        do("u")
    assert (time.process_time() - began) / 20 < 0.1
    assert db.session.scalar(select(func.count(UserTask.id)).filter_by(status="open")) == 20
