"""An upgrade beside everything else that happens to the same instances: nothing is lost, nothing happens twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from engine.access.actor import SYSTEM
from engine.db import db, transaction
from engine.errors import Conflict
from engine.oversight import upgrades
from engine.workflow import runtime
from engine.workflow.models import Instance, TraceEntry, UserTask
from engine.workflow.motion import UpgradeItem
from tests.engine.workflow.spiff.drawing import user
from tests.published import publish
from workers import upgrades as duty

CASES = 12


def side_by_side(app, acts):
    """Do these at once, each with a connection of its own; answers the names of what they raised."""
    line = Barrier(len(acts))

    def one(act):
        with app.app_context():
            line.wait()
            try:
                return act()
            except (Conflict, StaleDataError) as refusal:
                return type(refusal).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def complete_all(ids):
    for task_id in ids:
        with transaction():
            runtime.complete_user_task(db.session.get(UserTask, task_id), {}, by="Li")


def work():
    while duty.look():
        continue


def test_people_complete_while_two_workers_upgrade(app):
    publish(user("u"), user("w"), "start > u > w > end")
    for _ in range(CASES):
        with transaction():
            runtime.start("P", None, {}, by="clerk")
    tasks = list(db.session.scalars(select(UserTask.id)))
    version_id = publish(user("u"), user("v"), user("w"), "start > u > v > w > end", number=2)
    with transaction():
        upgrades.begin(SYSTEM, version_id, "a better way")
    assert side_by_side(app, [lambda: complete_all(tasks), work, work]) == [None, None, None]
    work()
    db.session.rollback()

    assert {item.status for item in db.session.scalars(select(UpgradeItem))} == {"done"}
    assert {each.version_id for each in db.session.scalars(select(Instance))} == {version_id}
    told = list(db.session.scalars(select(TraceEntry.event).where(TraceEntry.event.in_(("upgraded", "task_completed")))))
    assert (told.count("upgraded"), told.count("task_completed")) == (CASES, CASES)
    for each in db.session.scalars(select(Instance)):
        open_ = select(UserTask.element).where(UserTask.instance_id == each.id, UserTask.status == "open")
        rows = list(db.session.scalars(open_))
        assert [["P", element] for element in rows] == each.position and rows[0] in ("v", "w")
