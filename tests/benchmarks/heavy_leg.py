"""What a heavy instance costs the others: steps of small ones alone, beside a long loop of scripts, and beside a thousand items.

    python -m tests.benchmarks.heavy_leg SECONDS [DATABASE_URL [WORKERS]]     (prints one line of JSON)

The heavy ones never end: workers go on with them the whole time. A step is one person's task of a small instance, handed in in a
transaction of its own by another process, as the web does; seconds are those of each of the three measurements.
"""

import json
import statistics
import sys
import time

from sqlalchemy import func, select

from engine.db import db, transaction
from engine.workflow import runtime
from engine.workflow.models import OperationCall, TraceEntry, UserTask, WaitStatus
from tests.benchmarks.bench_stack import BenchStack, bench_stack
from tests.benchmarks.benchmark_process import OPERATION
from tests.engine.workflow.spiff.drawing import gateway, many, script, service, user
from tests.published import publish

SMALL, ROUNDS, ITEMS = 20, 3000, 1000
WORKERS = 2
PAUSE_SECONDS = 0.01
SETTLING_SECONDS = 2.0
HEAVY = {
    "loop": (
        service("s", OPERATION), script("begin", "n = 0"), gateway("exclusive", "x"), script("count", "n = n + 1"),
        gateway("exclusive", "again"), gateway("exclusive", "for_ever"), "start > for_ever > s > begin > x > count > again",
        f"again > x [n < {ROUNDS}]", f"again > for_ever [n >= {ROUNDS}]",
    ),
    "items": (
        gateway("exclusive", "for_ever"), service("s", OPERATION, inner=many(times=str(ITEMS))),
        "start > for_ever > s > for_ever",
    ),
}


def prepare() -> None:
    publish(gateway("exclusive", "x"), user("u"), "start > x > u > x", key="SMALL")
    for name, parts in HEAVY.items():
        publish(*parts, key=name)


def start(key: str) -> int:
    with transaction():
        return runtime.start(key, None, {}, by="bench").id


def steps(seconds: float) -> list[float]:
    """Milliseconds of each step, one small instance after another."""
    taken, began, newest = [], time.monotonic(), {}
    while time.monotonic() - began < seconds:
        newest = newest or open_tasks()
        _key, task_id = newest.popitem()
        db.session.remove()
        before = time.perf_counter()
        with transaction():
            runtime.complete_user_task(db.session.get(UserTask, task_id), {}, by="bench")
        taken.append((time.perf_counter() - before) * 1000)
        time.sleep(PAUSE_SECONDS)
    return taken


def open_tasks() -> dict[int, int]:
    with transaction(write=False):
        return dict(db.session.execute(select(UserTask.instance_id, UserTask.id).where(UserTask.status == WaitStatus.OPEN)).all())


def beside(name: str, seconds: float) -> dict[str, float]:
    """The steps of small ones while this heavy one runs, and how far it came."""
    key = start(name)
    time.sleep(SETTLING_SECONDS)
    done, taken = progress(key), steps(seconds)
    done = progress(key) - done
    with transaction():
        runtime.cancel(key, "bench", "measured")
    time.sleep(SETTLING_SECONDS)
    return told(name, taken) | {f"{name}_per_second": done / seconds}


def progress(key: int) -> int:
    """Turns taken and calls settled so far."""
    with transaction(write=False):
        return db.session.scalar(select(func.count(TraceEntry.id)).where(TraceEntry.instance_id == key))


def told(name: str, taken: list[float]) -> dict[str, float]:
    return {f"{name}_median_ms": statistics.median(taken), f"{name}_p99_ms": statistics.quantiles(taken, n=100)[-1],
            f"{name}_steps": len(taken)}


def measure(_stack: BenchStack, seconds: float) -> dict:
    for _number in range(SMALL):
        start("SMALL")
    steps(1)  # the first ones also parse diagrams and open connections
    found = told("alone", steps(seconds))
    for name in HEAVY:
        found |= beside(name, seconds)
        found[f"{name}_to_alone"] = found[f"{name}_p99_ms"] / found["alone_p99_ms"]
    with transaction(write=False):
        found["calls"] = db.session.scalar(select(func.count(OperationCall.id)).where(OperationCall.status == "done"))
    return found


def main() -> None:
    arguments = dict(enumerate(sys.argv[1:]))
    with bench_stack(arguments.get(1, ""), int(arguments.get(2, WORKERS)), prepare, with_web=False) as stack:
        print(json.dumps(measure(stack, float(arguments[0]))))


if __name__ == "__main__":
    main()
