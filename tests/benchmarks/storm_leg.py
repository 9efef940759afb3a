"""Many timers due at once, as after an hour down: each fires once, pages answer and people get on meanwhile. Before that, how
late timers are on an ordinary day. Prints one line of JSON.

    python -m tests.benchmarks.storm_leg TIMERS LONGEST_SECONDS [DATABASE_URL]
"""

import json
import statistics
import sys
import time
from datetime import timedelta

import requests
from flask import Flask
from sqlalchemy import func, insert, inspect, select, update

import engine
from engine import clock
from engine.db import db, transaction
from engine.workflow import runtime
from engine.workflow.models import Instance, Timer, TraceEntry, UserTask, Version, WaitStatus
from tests.benchmarks.demo_stack import Stack, demo_stack
from tests.engine.workflow.spiff import drawing
from tests.published import publish

BATCH = 500
ORDINARY, ORDINARY_SECONDS = 200, 20  # timers, over how long
DIAGRAM = drawing.xml(
    drawing.user("u"), drawing.boundary("late", "u", drawing.timer("timeDuration", "PT1H")), drawing.script("s", "late = True"),
    "start > u > end", "late > s > end", key="STORM",
)


def seed(count: int) -> None:
    """One instance that waits an hour, and its likeness so many times; none is due yet."""
    with transaction():
        files = {"process.bpmn": DIAGRAM.decode(), "process.toml": ""}
        db.session.add(Version(process_key="STORM", number=1, sha256="STORM", title="STORM", calls=[], files=files))
    with transaction():
        first = runtime.start("STORM", None, {}, "bench")
    with transaction():
        rows = {model: _row(model, first.id) for model in (UserTask, Timer)}
        instance = {key: value for key, value in _values(first).items() if key != "id"}
        for begun in range(0, count - 1, BATCH):
            many = [instance] * min(BATCH, count - 1 - begun)
            ids = db.session.scalars(insert(Instance).returning(Instance.id), many).all()
            for model, row in rows.items():
                db.session.execute(insert(model), [row | {"instance_id": key} for key in ids])


def _row(model, instance_id: int) -> dict:
    found = db.session.scalar(select(model).where(model.instance_id == instance_id))
    return {key: value for key, value in _values(found).items() if key != "id"}


def _values(row) -> dict:
    return {attribute.key: getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs}


def lateness(count: int = ORDINARY, seconds: float = ORDINARY_SECONDS) -> float:
    """Seconds after its time that a timer fires, 99 of 100, when they come one by one."""
    now = clock.now() + timedelta(seconds=1)
    with transaction():
        ids = list(db.session.scalars(select(Timer.id).order_by(Timer.id).limit(count)))
        for number, key in enumerate(ids):
            due = now + timedelta(seconds=seconds * number / count)
            db.session.execute(update(Timer).where(Timer.id == key).values(due_at=due))
    time.sleep(seconds + 4)
    with transaction(write=False):
        rows = db.session.execute(select(Timer.due_at, Timer.closed_at).where(Timer.id.in_(ids))).all()
    return statistics.quantiles([((fired or clock.now()) - due).total_seconds() for due, fired in rows], n=100)[-1]


def make_due() -> None:
    """The hour is over for all of them at once."""
    with transaction():
        past = clock.now() - timedelta(minutes=30)
        db.session.execute(Timer.__table__.update().where(Timer.status == WaitStatus.OPEN).values(due_at=past))
        db.session.execute(Instance.__table__.update().where(Instance.wake_at.is_not(None)).values(wake_at=past))


def open_timers() -> int:
    with transaction(write=False):
        return db.session.scalar(select(func.count(Timer.id)).where(Timer.status == WaitStatus.OPEN))


def measure(stack: Stack, count: int, longest: float) -> dict:
    """Fire them all with the stack's workers; open a page and hand in a task a few times a second until they are done."""
    seed(count + ORDINARY)
    ordinary = lateness()
    person = start_small()
    make_due()
    began, pages, steps, left = time.perf_counter(), [], [], count
    with requests.Session() as visitor:
        while left and time.perf_counter() - began < longest:
            pages.append(milliseconds(lambda: visitor.get(f"{stack.addresses.web}/login", timeout=30).raise_for_status()))
            steps.append(milliseconds(lambda: hand_in(person)))
            time.sleep(0.1)
            left = open_timers() if len(pages) % 5 == 0 else left
    seconds = time.perf_counter() - began
    with transaction(write=False):
        fired = db.session.scalar(select(func.count(TraceEntry.id)).where(TraceEntry.event == "timer_fired"))
    return {"timers": count, "seconds": seconds, "timers_per_second": (count - left) / seconds, "left": left,
            "doubled": fired - ORDINARY - (count - left), "page_p95_ms": p95(pages), "step_p95_ms": p95(steps),
            "lateness_p99_s": ordinary}


def start_small() -> int:
    """An instance whose person has always one more task."""
    publish(drawing.gateway("exclusive", "x"), drawing.user("v"), "start > x > v > x", key="SMALL")
    with transaction():
        return runtime.start("SMALL", None, {}, "bench").id


def hand_in(instance_id: int) -> None:
    """As the web does."""
    with transaction():
        task = db.session.scalar(select(UserTask).where(UserTask.instance_id == instance_id, UserTask.status == WaitStatus.OPEN))
        runtime.complete_user_task(task, {}, "bench")


def milliseconds(act) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else 0.0


def main() -> None:
    count, longest, url = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else ""
    app = Flask("bench")
    with demo_stack(url) as stack:
        engine.init_app(app, stack.settings)
        with app.app_context():
            print(json.dumps(measure(stack, count, longest)))


if __name__ == "__main__":
    main()
