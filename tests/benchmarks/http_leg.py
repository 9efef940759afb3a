"""Cases through the whole system: real gunicorn, workers, queue and court; scripted people sign in and fill in the pages.

    python -m tests.benchmarks.http_leg REFERRALS SECONDS [DATABASE_URL]      (prints one line of JSON)
"""

import json
import statistics
import sys
import threading
import time

from flask import Flask
from sqlalchemy import func, select

import engine
from engine.cases.models import Case
from engine.db import db, transaction
from engine.workflow.models import OperationCall, UserTask
from tests.benchmarks.demo_stack import Stack, demo_stack
from tests.benchmarks.process_tree import cpu_seconds, peak_megabytes
from webapp.demo.play import Play

PROGRAMS = ("web", "worker", "valkey")


class TimedPlay(Play):
    """A play whose people note how long each page took."""

    def __init__(self, *args):
        super().__init__(*args)
        self.taken: dict[str, list[float]] = {"GET": [], "POST": []}
        self._lock = threading.Lock()

    def _players(self) -> list:
        players = super()._players()
        for player in players:
            player.browser.session.hooks["response"].append(self._note)
        return players

    def _note(self, answer, *_args, **_options):
        with self._lock:
            self.taken[answer.request.method].append(answer.elapsed.total_seconds() * 1000)


def measure(stack: Stack, referrals: int, seconds: float) -> dict:
    """Play the cases; what was not finished when the time is over does not count."""
    play = TimedPlay(stack.addresses, stack.court_setup, 7, lambda line: print(line, file=sys.stderr))
    began = time.perf_counter()
    case_ids = play.cases_of(play.hand_in(referrals))
    intake_seconds = time.perf_counter() - began
    used = {name: cpu_seconds(stack.pids(name)) for name in PROGRAMS}
    play.perform(case_ids, longest=seconds)
    used = {name: cpu_seconds(stack.pids(name)) - before for name, before in used.items()}
    found = finished(case_ids)
    return {
        **found, "referrals_per_second": referrals / intake_seconds,
        "requests_per_second": sum(map(len, play.taken.values())) / found["seconds"],
        **quantiles("get", play.taken["GET"]), **quantiles("post", play.taken["POST"]),
        **{f"cpu_ms_per_task_{name}": cpu * 1000 / max(found["tasks"], 1) for name, cpu in used.items()},
        **{f"peak_mb_{name}": peak_megabytes(stack.pids(name)) for name in PROGRAMS},
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
    referrals, seconds, url = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else ""
    app = Flask("bench")
    with demo_stack(url) as stack:
        engine.init_app(app, stack.settings)
        with app.app_context():
            print(json.dumps(measure(stack, referrals, seconds)))


if __name__ == "__main__":
    main()
