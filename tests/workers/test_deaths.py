"""A piece of a process that kills whoever goes on with it: deaths are counted, others go on, and a person looks at last."""

import dataclasses
import signal
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

import engine
from engine import clock
from engine.access.actor import SYSTEM
from engine.db import db, transaction
from engine.oversight import actions, upgrades
from engine.workflow import incidents, pieces, runtime, upgrade
from engine.workflow.models import Incident, Instance, Timer, UserTask
from engine.workflow.pieces import MOST, PAUSES, BegunPiece
from tests.durability.life import in_a_child
from tests.engine.workflow.spiff.drawing import boundary, catch, gateway, node, script, timer, told, user
from tests.published import publish
from workers import long_runs, post, resume, retention, sentinel, timers
from workers import upgrades as upgrading

CIRCLE = (gateway("exclusive", "x"), script("count", "n = n + 1"), gateway("exclusive", "again"), user("v"),
          "start > x > count > again", "again > x [n < 300]", "again > v [n >= 300]", "v > end")
TIMED = (user("u"), boundary("late", "u", timer("timeDuration", "PT1H")), user("v"), "start > u > end", "late > v > end")


class Killed(BaseException):
    """The process is gone: nothing after this is done."""


def died():
    raise Killed()


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(long_runs, "LONGEST_PAUSE_SECONDS", 0)
    monkeypatch.setattr(long_runs, "OTHERS_FIRST_SECONDS", 0)
    long_runs._held_up.clear()


@pytest.fixture
def deadly(monkeypatch):
    """Going on with these instances kills, whoever does it."""
    keys, load = set(), runtime.spiff.load

    def kill(definition, state, context):
        run = load(definition, state, context)
        if run.data.get("deadly") in keys:
            died()
        return run

    monkeypatch.setattr(runtime.spiff, "load", kill)
    return keys


def deaths(duty, seconds=PAUSES[-1]) -> int:
    """Let one worker after the other do its duty, with pauses, until two in a row live; how many died."""
    dead = alive = 0
    while alive < 2:
        try:
            while duty():
                continue
            alive += 1
        except Killed:
            dead, alive = dead + 1, 0
        db.session.remove()
        clock.move(timedelta(seconds=seconds))
    return dead


def kinds():
    return [(row.subject, row.kind) for row in db.session.scalars(
        select(Incident).where(Incident.resolved_at.is_(None)), execution_options={"populate_existing": True})]


def opened(element):
    return db.session.scalar(select(func.count(UserTask.id)).filter_by(element=element, status="open"))


def test_a_long_run_that_kills_goes_on_no_more_after_five_deaths_and_others_do(start, deadly):
    publish(*CIRCLE)
    bad, _good = start(n=0, deadly=1), start(n=0)
    deadly.add(1)
    assert deaths(long_runs.go_on) == MOST
    assert (kinds(), opened("v")) == ([(f"instance {bad}", "run_kills_worker")], 1)
    sentinel.look()
    assert "run_overdue" not in [kind for _subject, kind in kinds()], "one incident is enough"


def test_all_of_it_takes_less_than_two_minutes_and_each_pause_is_longer():
    assert sum(PAUSES) <= 60 and list(PAUSES) == sorted(PAUSES) and len(PAUSES) == MOST


def test_whoever_comes_too_early_leaves_it_alone(start, deadly):
    publish(*CIRCLE)
    start(n=0, deadly=1)
    deadly.add(1)
    assert deaths(long_runs.go_on, seconds=0) == 1


def test_tried_again_by_a_person_it_has_all_its_attempts_anew(start, deadly):
    publish(*CIRCLE)
    key = start(n=0, deadly=1)
    deadly.add(1)
    deaths(long_runs.go_on)
    with transaction():
        actions.try_again(SYSTEM, db.session.scalar(select(Incident.id)), "more memory was given")
    assert deaths(long_runs.go_on) == MOST
    deadly.clear()
    with transaction():
        actions.try_again(SYSTEM, db.session.scalar(select(Incident.id).where(Incident.resolved_at.is_(None))), "mended")
    assert (deaths(long_runs.go_on), kinds(), opened("v")) == (0, [], 1)
    assert db.session.get(Instance, key).under_way_since is None


def test_a_death_in_between_is_forgotten_with_the_next_turn(start, deadly):
    publish(*CIRCLE)
    start(n=0, deadly=1)
    deadly.add(1)
    for _time in range(2):
        assert deaths(long_runs.go_on, seconds=0) == 1
        clock.move(timedelta(seconds=60))
    assert db.session.scalar(select(BegunPiece.attempts)) == 2
    deadly.clear()
    long_runs.go_on()
    assert db.session.scalar(select(func.count(BegunPiece.subject))) == 0


def test_a_timer_that_kills_takes_no_other_along(start, deadly):
    publish(*TIMED)
    keys = [start(deadly=number) for number in range(5)]
    clock.move(timedelta(minutes=61))
    deadly.add(2)
    assert deaths(timers.fire_due) == MOST
    assert kinds() == [(f"instance {keys[2]}", "run_kills_worker")]
    done = db.session.execute(select(Timer.instance_id).where(Timer.status == "done").order_by(Timer.id)).scalars().all()
    assert done == [each for each in keys if each != keys[2]]
    sentinel.look()
    assert "timer_overdue" not in [kind for _subject, kind in kinds()]
    deadly.clear()
    with transaction():
        actions.try_again(SYSTEM, db.session.scalar(select(Incident.id).filter_by(kind="run_kills_worker")), "mended")
    assert (timers.fire_due(), opened("v")) == (1, 5)


def test_a_message_whose_hearer_kills_holds_up_no_other(start, deadly):
    publish(node("intermediateThrowEvent", "t", told("signal", "paid")), "start > t > end", key="Q")
    publish(catch("s", told("signal", "paid")), user("v"), "start > s > v > end")
    bad, _good = start(deadly=1), start()
    with transaction():
        runtime.start("Q", None, {}, by="test")
    deadly.add(1)
    assert deaths(lambda: post.carry() + resume.look()) == MOST + 1, "once when it was told, five times when it was found kept"
    assert (kinds(), opened("v")) == ([(f"instance {bad}", "run_kills_worker")], 1)


def test_an_upgrade_that_kills_leaves_the_others_their_turn(start, monkeypatch):
    publish(user("u"), "start > u > end")
    bad, good = start(), start()
    to = publish(user("u"), user("w"), "start > u > w > end", number=2)
    with transaction():
        upgrades.begin(SYSTEM, to, "a better way")
    plan = upgrade.plan
    monkeypatch.setattr(upgrade, "plan", lambda instance, *rest: died() if instance.id == bad else plan(instance, *rest))
    assert deaths(upgrading.look) == MOST
    assert [kind for _subject, kind in kinds()] == ["run_kills_worker"]
    assert db.session.get(Instance, good, populate_existing=True).version_id == to


def test_a_busy_database_is_nobodys_death(start, monkeypatch):
    publish(*CIRCLE)
    start(n=0)

    def busy(_key):
        raise OperationalError("SELECT", {}, Exception("busy"))

    monkeypatch.setattr(runtime, "take_turn", busy)
    long_runs.go_on()
    assert db.session.scalar(select(func.count(BegunPiece.subject))) == 0


def test_marks_of_what_ended_another_way_are_forgotten(start, deadly):
    publish(*CIRCLE)
    key = start(n=0, deadly=1)
    deadly.add(1)
    deaths(long_runs.go_on, seconds=0)
    with transaction():
        runtime.cancel(key, "Li", "withdrawn")
    clock.move(timedelta(days=2))
    assert (retention.forget(), db.session.scalar(select(func.count(BegunPiece.subject)))) == (1, 0)


def test_only_what_is_held_back_can_be_tried_again(start):
    with transaction():
        row = incidents.report("case 1", "calendar_missing", "no calendar of 2031")
    with transaction(), pytest.raises(actions.NothingHeldBack):
        actions.try_again(SYSTEM, row.id, "please")


def test_a_worker_killed_in_the_middle_of_a_turn_is_counted(start, settings):
    """The real thing: a process of its own, and SIGKILL."""
    publish(*CIRCLE)
    key = start(n=0)

    def worker():
        app = Flask("worker")
        engine.init_app(app, dataclasses.replace(settings, crash_at="process.after_run"))
        with app.app_context():
            long_runs.go_on()

    assert in_a_child(worker) == -signal.SIGKILL
    with transaction(write=False):
        subject = f"instance {key}"
        assert (db.session.get(BegunPiece, subject).attempts, pieces.left([subject])) == (1, [])
    assert deaths(long_runs.go_on) == 0
    assert opened("v") == 1
