"""Cases through the whole system: real gunicorn, workers, queue and court; people sign in and fill in the pages.

    python -m tests.benchmarks.http_leg CASES SECONDS [DATABASE_URL]      (prints one line of JSON)
"""

import json
import statistics
import sys
import time

from flask import Flask
from sqlalchemy import func, select

import engine
from engine.cases.models import Case
from engine.db import db, transaction
from engine.workflow.models import OperationCall, UserTask
from tests.benchmarks.clients import DirectPlay, Willing, timed
from tests.benchmarks.demo_stack import Stack, demo_stack
from tests.benchmarks.process_tree import cpu_seconds, peak_megabytes

PROGRAMS = ("web", "worker")
SEED = 7


class Bench(DirectPlay):
    """A play in which everybody agrees, and each page is timed."""

    def __init__(self, stack: Stack, app: Flask):
        super().__init__(app, stack.addresses, stack.court_setup, SEED, lambda line: print(line, file=sys.stderr))
        self.script, self.taken = Willing(SEED), {"GET": [], "POST": []}

    def _players(self) -> list:
        return timed(super()._players(), lambda method, milliseconds: self.taken[method].append(milliseconds))


def measure(stack: Stack, app: Flask, count: int, seconds: float) -> dict:
    """Let the cases run; what was not finished when the time is over does not count."""
    bench, began = Bench(stack, app), time.perf_counter()
    case_ids = bench.refer(count)
    referred = len(case_ids) / (time.perf_counter() - began)
    used = {name: cpu_seconds(stack.pids(name)) for name in PROGRAMS}
    bench.perform(case_ids, longest=seconds)
    used = {name: cpu_seconds(stack.pids(name)) - before for name, before in used.items()}
    found = finished(case_ids)
    return {
        **found, "referrals_per_second": referred, "failures": bench.failures[:5],
        "requests_per_second": sum(map(len, bench.taken.values())) / found["seconds"],
        **quantiles("get", bench.taken["GET"]), **quantiles("post", bench.taken["POST"]),
        **{f"cpu_ms_per_task_{name}": cpu * 1000 / found["tasks"] for name, cpu in used.items()},
        **{f"peak_mb_{name}": peak_megabytes(stack.pids(name)) for name in PROGRAMS},
        "peak_mb_valkey": peak_megabytes(stack.pids("valkey", exact="valkey-server")),
    }


def finished(case_ids: list[int]) -> dict:
    """Cases closed, tasks done, calls settled, and the rates between the first task and the last."""
    with transaction(write=False):
        closed = db.session.scalar(select(func.count(Case.id)).where(Case.id.in_(case_ids), Case.closed_at.is_not(None)))
        done = UserTask.case_id.in_(case_ids), UserTask.status == "done"
        moments = sorted(db.session.scalars(select(UserTask.closed_at).where(*done)))
        calls = db.session.scalar(select(func.count(OperationCall.id)).where(
            OperationCall.case_id.in_(case_ids), OperationCall.status == "done"))
    seconds = (moments[-1] - moments[0]).total_seconds()
    return {"cases": closed, "tasks": len(moments), "calls": calls, "seconds": seconds, "cases_per_second": closed / seconds,
            "tasks_per_second": len(moments) / seconds, "steps_per_second": (len(moments) + calls) / seconds}


def quantiles(name: str, taken: list[float]) -> dict[str, float]:
    return {f"{name}_median_ms": statistics.median(taken), f"{name}_p95_ms": statistics.quantiles(taken, n=20)[-1]}


def main() -> None:
    count, seconds, url = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else ""
    app = Flask("bench")
    with demo_stack(url) as stack:
        engine.init_app(app, stack.settings)
        with app.app_context():
            print(json.dumps(measure(stack, app, count, seconds)))


if __name__ == "__main__":
    main()
