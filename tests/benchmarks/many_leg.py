"""A task for each of a thousand items, with transactions, rows and trace, to its end: at once, and one after another.

    python -m tests.benchmarks.many_leg [ITEMS]      (database and data folder from SUTIAO_* settings; prints one line of JSON)

Tasks of people are handed in as a door does it; calls go through the worker's claim, attempt and settlement.
"""

import json
import sys
import time

from flask import Flask
from sqlalchemy import select

import engine
from engine.config import Settings
from engine.db import db, transaction
from engine.workflow import runtime
from engine.workflow.models import Instance, UserTask, WaitStatus
from tests.benchmarks import bench_worker
from tests.engine.workflow.spiff.drawing import many, service, user
from tests.published import publish
from workers import long_runs, runner

ITEMS = 1000


def prepare() -> None:
    db.create_all()
    for kind, sequential in (("parallel", False), ("sequential", True)):
        each = many("items", item="item", result="answer", results="answers", sequential=sequential)
        publish(user("u", each), "start > u > end", key=f"{kind}_tasks")
        publish(service("s", bench_worker.OPERATION, inner=each), "start > s > end", key=f"{kind}_calls")


def seconds(key: str, items: int, work) -> dict[str, float]:
    """From the start of one instance to its end."""
    began, cpu = time.perf_counter(), time.process_time()
    with transaction():
        instance_id = runtime.start(key, None, {"items": list(range(items))}, "bench").id
    while long_runs.go_on():
        pass
    work(instance_id)
    with transaction(write=False):
        assert db.session.get(Instance, instance_id).status == "completed", key
    return {f"{key}_s": time.perf_counter() - began, f"{key}_cpu_s": time.process_time() - cpu}


def hand_in(instance_id: int) -> None:
    ids = [0]
    while ids:
        with transaction(write=False):
            ids = list(db.session.scalars(select(UserTask.id).where(
                UserTask.instance_id == instance_id, UserTask.status == WaitStatus.OPEN).order_by(UserTask.id)))
        for task_id in ids:
            db.session.remove()
            with transaction():
                runtime.complete_user_task(db.session.get(UserTask, task_id), {"answer": task_id}, "bench")


def carry_out(_instance_id: int) -> None:
    while runner.run_calls():
        db.session.remove()


def measure(items: int) -> dict:
    prepare()
    long_runs.LONGEST_PAUSE_SECONDS = 0
    found = {"items": items}
    for kind in ("parallel", "sequential"):
        found |= seconds(f"{kind}_tasks", items, hand_in) | seconds(f"{kind}_calls", items, carry_out)
    return found


def main() -> None:
    app = Flask("bench")
    engine.init_app(app, Settings.from_env())
    with app.app_context():
        print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS)))


if __name__ == "__main__":
    main()
