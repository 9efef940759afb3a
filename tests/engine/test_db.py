"""What every connection promises: nobody waits for ever, and nobody who vanished holds a case."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import text

from engine import clock
from engine.db import POSTGRESQL_LIMITS, after_commit, database_now, db, locked, start_over, transaction
from engine.errors import NotFound
from engine.workflow import runtime
from engine.workflow.models import Instance, UserTask
from tests.engine.workflow.spiff.drawing import user
from tests.published import publish


def asked(question):
    with transaction(write=False):
        return db.session.scalar(text(question))


def test_sqlite_checks_references_and_waits_for_its_turn(app):
    if db.engine.dialect.name != "sqlite":
        return
    assert (asked("PRAGMA foreign_keys"), asked("PRAGMA busy_timeout"), asked("PRAGMA journal_mode")) == (1, 10000, "wal")


@pytest.mark.parametrize("name", sorted(POSTGRESQL_LIMITS))
def test_postgresql_ends_what_would_hold_others_for_ever(app, name):
    if db.engine.dialect.name != "postgresql":
        return
    assert asked(f"SHOW {name}") == POSTGRESQL_LIMITS[name]
    with transaction():
        db.session.execute(text("SELECT 1"))
        db.session.rollback()
    assert asked(f"SHOW {name}") == POSTGRESQL_LIMITS[name]


@pytest.fixture
def task(app) -> int:
    publish(user("u"), "start > u > end")
    with transaction():
        return db.session.query(UserTask).filter_by(instance_id=runtime.start("P", None, {}, "clerk").id).one().id


def test_a_row_is_locked_after_the_one_it_belongs_to_and_read_after_both(app, task):
    """Who has the instance changes the task while the other one waits, and the other one sees it."""
    started, seen = Event(), []

    def second():
        with app.app_context(), transaction():
            db.session.get(UserTask, task)  # as it was before
            started.set()
            seen.append(locked(UserTask, task, inside=Instance).completed_by)
            db.session.rollback()

    with transaction():
        instance = locked(Instance, 1)
        other = Thread(target=second)
        other.start()
        if db.engine.dialect.name == "postgresql":
            started.wait(5)
        other.join(0.3)
        locked(UserTask, task).completed_by = "Li"
        instance.stage = "mediation"
    other.join(10)
    assert seen == ["Li"]


def test_what_is_locked_once_is_not_asked_for_again(app, task):
    with transaction():
        row = locked(UserTask, task, inside=Instance)
        row.completed_by, row.instance.stage = "Li", "mediation"
        assert locked(UserTask, task) is row and locked(Instance, row.instance_id).stage == "mediation"
        with pytest.raises(NotFound):
            locked(UserTask, task + 1, inside=Instance)


def test_the_clock_goes_on_within_a_transaction_and_follows_the_tests(app):
    with transaction():
        first = database_now()
        assert first < database_now() < first + timedelta(seconds=5)
        clock.move(timedelta(days=1))
        assert database_now() > first + timedelta(hours=23)


def test_a_connection_that_the_server_closed_is_replaced_before_it_is_used(app):
    if db.engine.dialect.name != "postgresql":
        return
    db.session.remove()
    with db.engine.connect() as one, db.engine.connect() as two:
        pids = [each.exec_driver_sql("SELECT pg_backend_pid()").scalar() for each in (one, two)]
    with db.engine.connect() as killer:
        killing = f"SELECT pg_terminate_backend(pid) FROM unnest(ARRAY{pids}) AS pid WHERE pid <> pg_backend_pid()"
        killer.exec_driver_sql(killing)
    for _again in range(3):
        assert asked("SELECT 1") == 1


def test_who_starts_over_leaves_nothing_behind_and_can_read_on(app, task):
    heard = []
    with transaction():
        locked(UserTask, task, inside=Instance).completed_by = "Li"
        after_commit(heard.append, "Li")
        start_over()
        assert db.session.get(UserTask, task).completed_by == ""
    assert heard == [] and asked("SELECT count(*) FROM user_task WHERE completed_by = 'Li'") == 0
