"""Long runs take turns: the first with whoever acted, the others with the workers, and nothing gets lost between."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from engine import clock
from engine.db import db, transaction
from engine.workflow import incidents, messages, repair, runtime, spiff, trace, upgrade, versions
from engine.workflow.models import Incident, Instance, OperationCall, UserTask, Version
from engine.workflow.surroundings import context_of
from tests import factories
from tests.engine.workflow.spiff.drawing import catch, gateway, many, script, service, timer, told, user
from tests.published import publish
from workers import long_runs, runner, sentinel, timers

ROUNDS = 300
CIRCLE = (
    gateway("exclusive", "x"), script("count", "n = n + 1"), gateway("exclusive", "again"),
    "x > count > again", f"again > x [n < {ROUNDS}]",
)
ALONE = (*CIRCLE, "start > x", f"again > end [n >= {ROUNDS}]")
BESIDE = (*CIRCLE, gateway("parallel", "f"), gateway("parallel", "j"), user("v"), "start > f > x", "j > v > end",
          f"again > j [n >= {ROUNDS}]")


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(long_runs, "LONGEST_PAUSE_SECONDS", 0)
    long_runs._held_up.clear()


def at(key):
    instance = db.session.get(Instance, key, populate_existing=True)
    return instance.status, instance.under_way_since is not None


def turns():
    return sum(1 for _turn in iter(long_runs.go_on, False))


def do(element):
    with transaction():
        task = db.session.scalar(select(UserTask).filter_by(element=element, status="open").order_by(UserTask.id).limit(1))
        runtime.complete_user_task(task, {}, by="Li")


def count(model, **where):
    return db.session.scalar(select(func.count(model.id)).filter_by(**where))


def kinds():
    return list(db.session.scalars(select(Incident.kind).where(Incident.resolved_at.is_(None))))


def test_a_long_run_goes_on_turn_by_turn_and_every_step_is_told(start):
    publish(*ALONE)
    key = start(n=0)
    assert at(key) == ("running", True)
    assert 0 < trace.visited(key)["P", "count"] < ROUNDS / 2
    assert turns() > 2 and at(key) == ("completed", False)
    assert trace.visited(key)["P", "count"] == ROUNDS
    assert [entry.actor for entry in trace.of_instance(key) if "path" in entry.detail][:2] == ["test", "system"]


def test_what_happens_meanwhile_takes_its_place_in_the_line(app, played):
    """A person, a worker, a message and the clock act while another branch runs: each is heard at once, and all meet."""
    publish(*BESIDE, user("u"), service("s"), catch("m", told("message", "ruling")), catch("t", timer("timeDuration", "PT1H")),
            *(f"f > {each} > j" for each in "usmt"))
    with transaction():
        case_id = factories.case().id
        key = runtime.start("P", case_id, {"n": 0}, by="test").id
    do("u")
    with transaction():
        messages.receive(case_id, "ruling", {"ruled": True}, "court", "1", by="court")
    clock.move(timedelta(hours=2))
    assert (runner.run_call(), timers.fire_due(), at(key)) == (True, 1, ("running", True))
    turns()
    do("v")
    assert at(key) == ("completed", False)
    seen = trace.visited(key)
    assert [seen["P", each] for each in ("count", *"usmtjv")] == [ROUNDS, 1, 1, 1, 1, 1, 1]


def test_a_run_that_fails_in_the_middle_keeps_what_it_did_and_is_tried_again(start):
    publish(*BESIDE, user("u"), script("break", "y = 1 / (n - 250)"), "f > u > j", "x > break [n == 250]", "break > j")
    key = start(n=0)
    turns()
    assert (at(key), kinds()) == (("running", True), ["run_failed"])
    do("u")
    assert sentinel.look() == 0
    with transaction():
        incidents.resolve(db.session.scalar(select(Incident)), "admin", "try again")
    assert (turns(), kinds()) == (1, ["run_failed"])
    with transaction():
        runtime.cancel(key, "admin", "it will never work")
    assert (at(key), turns()) == (("cancelled", False), 0)


def test_a_suspended_run_stands_still_until_it_is_resumed(start):
    publish(*ALONE)
    key = start(n=0)
    with transaction():
        repair.suspend(key, "asked for", by="admin")
    assert (turns(), at(key)) == (0, ("suspended", True))
    with transaction():
        repair.resume(key, "asked for", by="admin")
    assert turns() > 0 and at(key) == ("completed", False)


def test_an_operator_can_take_it_out_of_its_circle(start):
    publish(*CIRCLE, user("v"), f"again > end [n >= {ROUNDS}]", "start > x", "v > end")
    key = start(n=0)
    with transaction(), runtime.advancing(key, "admin") as run:
        [(token, *_place)] = run.activities()
    with transaction():
        repair.move(key, token, "v", "it goes in circles", by="admin")
    turns()
    assert (at(key), count(UserTask, element="v", status="open")) == (("running", False), 1)


def used_up(key):
    """All but one of its steps are taken."""
    with transaction():
        instance = db.session.get(Instance, key)
        run = spiff.load(versions.of_instance(instance).definition, instance.state, context_of(instance))
        run._instance.budget.steps = 1
        instance.state = run.save()
        return run.activities()[0][0]


@pytest.mark.parametrize("help", ["move", "change", "upgrade"])
def test_who_helps_a_run_that_used_up_all_it_may_do_gives_it_all_anew(start, help):
    parts = (*CIRCLE, *map(user, "v"), *(script(each, "z = 1") for each in "abc"), "start > x",
             f"again > a [n >= {ROUNDS}]", "a > b > c > v > end")
    publish(*parts)
    key = start(n=0)
    token = used_up(key)
    turns()
    assert (at(key), kinds()) == (("running", True), ["run_failed"])
    with transaction():
        match help:
            case "move":
                repair.move(key, token, "a", "it goes in circles", by="admin")
            case "change":
                repair.change(key, {"n": ROUNDS}, "it goes in circles", by="admin")
    if help == "upgrade":
        publish(*parts, user("w"), "v > w > end", number=2)
        with transaction():
            to = upgrade.target(db.session.scalar(select(Version).filter_by(number=2)))
            upgrade.upgrade(key, to, (), "it goes in circles", by="admin")
    with transaction():
        incidents.resolve(db.session.scalar(select(Incident)), "admin", "helped")
    turns()
    assert (at(key), kinds(), count(UserTask, element="v", status="open")) == (("running", False), [], 1)


def test_a_run_that_somebody_else_holds_keeps_no_other_from_its_turn(start, monkeypatch):
    publish(*ALONE)
    first, second = start(n=0), start(n=0)
    take_turn, tried = runtime.take_turn, []

    def held(key):
        tried.append(key)
        if key == first and len(tried) < 20:
            raise OperationalError("SELECT", {}, Exception("the row is locked"))
        return take_turn(key)

    monkeypatch.setattr(runtime, "take_turn", held)
    monkeypatch.setattr(long_runs, "OTHERS_FIRST_SECONDS", 60)  # however slow the machine is
    turns()
    assert (tried.count(first), at(first), at(second)) == (1, ("running", True), ("completed", False))
    monkeypatch.setattr(long_runs, "OTHERS_FIRST_SECONDS", 0)
    long_runs._held_up.clear()
    monkeypatch.setattr(runtime, "take_turn", take_turn)
    turns()
    assert (at(first), kinds()) == (("completed", False), [])


@pytest.mark.parametrize("part, model", [(user("u", many(times="1000")), UserTask),
                                         (service("u", inner=many(times="1000")), OperationCall)])
def test_a_thousand_at_once_begin_to_wait_portion_by_portion(start, played, part, model):
    publish(part, "start > u > end")
    key = start()
    opened = count(model)
    assert 0 < opened < 300 and at(key) == ("running", True)
    if model is UserTask:
        do("u")
    else:
        runner.run_call()
    turns()
    assert (count(model), count(model, status="done"), at(key)) == (1000, 1, ("running", False))


def test_nobody_is_told_of_a_run_that_gets_its_turns_but_of_one_that_nobody_goes_on_with(start):
    publish(*ALONE)
    start(n=0)
    assert sentinel.look() == 0
    clock.move(timedelta(seconds=61))
    assert (sentinel.look(), kinds()) == (1, ["run_overdue"])
    turns()
    assert (sentinel.look(), kinds()) == (0, [])


def test_runs_take_turns_with_one_another(start):
    publish(*ALONE)
    first, second = start(n=0), start(n=0)
    for _turn in range(2):
        long_runs.go_on()
    told = [entry.instance_id for entry in trace.of_instance(first) + trace.of_instance(second) if "path" in entry.detail]
    assert sorted(told) == [first, first, second, second]
