"""Operators and upgrades in the middle of a long run: each is carried out between two turns, or waits until the run rests."""

import pytest
from sqlalchemy import select

from engine.access.actor import SYSTEM
from engine.db import db, transaction
from engine.oversight import upgrades
from engine.workflow import repair, runtime, trace, upgrade
from engine.workflow.models import Instance, UserTask, Version
from engine.workflow.motion import UpgradeItem
from tests.engine.workflow.spiff.drawing import script, user
from tests.published import publish
from tests.workers.test_long_runs import BESIDE, CIRCLE, ROUNDS, at, count, do, kinds, no_pause, turns  # noqa: F401
from tests.workers.test_upgrade_races import side_by_side
from workers import long_runs
from workers import upgrades as upgrading

IN_CIRCLES = (*CIRCLE, user("v"), "start > x", f"again > v [n >= {ROUNDS}]", "v > end")


def take(key, *parts):
    """Publish a second version, and have workers bring the instance to it; what became of it."""
    publish(*parts, number=2)
    with transaction():
        version_id = db.session.scalar(select(Version.id).filter_by(number=2))
        batch = upgrades.begin(SYSTEM, version_id, "a better way").id
    return lambda: (upgrading.look(), db.session.scalar(
        select(UpgradeItem.status).filter_by(batch_id=batch, instance_id=key), execution_options={"populate_existing": True}))


def test_an_upgrade_waits_until_a_long_run_rests(start):
    publish(*IN_CIRCLES)
    key = start(n=0)
    look = take(key, *IN_CIRCLES[:-1], user("w"), "v > w > end")
    long_runs.go_on()
    with transaction(), pytest.raises(upgrade.StillRunning):
        upgrade.upgrade(key, upgrade.target(db.session.scalar(select(Version).filter_by(number=2))), (), "now", by="admin")
    assert look() == (0, "waiting")
    turns()
    assert look() == (1, "done")
    do("v")
    assert trace.visited(key)["P", "count"] == ROUNDS and count(UserTask, element="w", status="open") == 1


def test_one_that_is_suspended_in_the_middle_is_taken_over_there_and_goes_on(start):
    publish(*IN_CIRCLES)
    key = start(n=0)
    look = take(key, *(script("count", "n = n + 3") if index == 1 else part for index, part in enumerate(IN_CIRCLES)))
    with transaction():
        repair.suspend(key, "asked for", by="admin")
    done = trace.visited(key)["P", "count"]
    assert (look(), turns()) == ((1, "done"), 0)
    with transaction():
        repair.resume(key, "asked for", by="admin")
    turns()
    assert count(UserTask, element="v", status="open") == 1
    assert trace.visited(key)["P", "count"] == done + -(-(ROUNDS - done) // 3)


def test_one_suspended_at_a_step_that_is_gone_is_blocked_and_the_step_is_named(start):
    publish(*IN_CIRCLES)
    key = start(n=0)
    with transaction():
        repair.suspend(key, "asked for", by="admin")
    with transaction(write=False):
        [(_process, place)] = db.session.get(Instance, key).position
    look = take(key, user("v"), "start > v > end")
    assert look() == (1, "blocked")
    assert db.session.scalar(select(UpgradeItem)).blockers[0]["element"] == place


def test_an_upgrade_taken_back_in_the_middle_of_a_run_leaves_it_where_it_was(start):
    publish(*IN_CIRCLES)
    key = start(n=0)
    with transaction():
        repair.suspend(key, "asked for", by="admin")
    look = take(key, *IN_CIRCLES, user("w"))
    assert look() == (1, "done")
    with transaction():
        upgrades.undo(SYSTEM, db.session.scalar(select(UpgradeItem.id)), "too early")
    with transaction():
        repair.resume(key, "asked for", by="admin")
    turns()
    assert trace.visited(key)["P", "count"] == ROUNDS
    assert db.session.get(Instance, key, populate_existing=True).version.number == 1


@pytest.mark.parametrize("help", ["skip", "repeat"])
def test_a_step_is_skipped_or_repeated_in_the_middle_of_a_run_beside_it(start, help):
    """The other branch goes on where it was."""
    publish(*BESIDE, user("u"), "f > u > j")
    key = start(n=0)
    with transaction():
        token = db.session.scalar(select(UserTask.token).filter_by(element="u"))
        getattr(repair, help)(key, token, "asked for", by="admin")
    assert at(key) == ("running", True)
    if help == "repeat":
        do("u")
    turns()
    assert (trace.visited(key)["P", "count"], count(UserTask, element="v", status="open")) == (ROUNDS, 1)


def test_cancelled_in_the_middle_of_a_run_it_does_nothing_more(start):
    publish(*BESIDE, user("u"), "f > u > j")
    key = start(n=0)
    with transaction():
        repair.cancel(key, "withdrawn", by="admin")
    assert (turns(), at(key), count(UserTask, status="open")) == (0, ("cancelled", False), 0)
    with transaction(), pytest.raises(repair.NotRunning):
        repair.suspend(key, "too late", by="admin")


def test_an_operator_and_workers_at_one_run_at_once_never_lose_a_step(app):
    """Suspended and resumed again and again while two workers take its turns."""
    publish(*BESIDE, user("u"), "f > u > j")
    with transaction():
        key = runtime.start("P", None, {"n": 0}, by="test").id

    def work():
        while at(key)[1]:
            if not long_runs.go_on():
                long_runs._held_up.clear()

    def operate():
        for _time in range(4):
            for act in (repair.suspend, repair.resume):
                with transaction():
                    act(key, "asked for", by="admin")

    assert side_by_side(app, [work, work, operate]) == [None, None, None]
    assert (trace.visited(key)["P", "count"], at(key), kinds()) == (ROUNDS, ("running", False), [])
