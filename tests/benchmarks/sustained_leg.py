"""Cases at a steady pace through web, workers, Valkey and database: referrals by the API, tasks completed by signed-in clerks.

    python -m tests.benchmarks.sustained_leg SECONDS [DATABASE_URL [CASES_PER_SECOND [WORKERS]]]     (prints one line of JSON)

Sixteen tasks of people and two service calls per case. Clients send what a browser would send to hand in a task; which tasks are
open they read from the database. Rates are counted over the time after the first tenth, in which caches fill.
"""

import http.client
import json
import queue
import statistics
import sys
import threading
import time
from urllib.parse import urlencode

from sqlalchemy import func, select

from engine.access.models import ApiClient
from engine.config import Settings
from engine.db import db, transaction
from engine.workflow.models import CallStatus, Incident, Instance, OperationCall, UserTask, Version, WaitStatus
from tests import personas
from tests.benchmarks import benchmark_process as process
from tests.benchmarks.bench_stack import BenchStack, bench_stack
from webapp import create_app
from webapp.api import identity
from webapp.demo.browser import Browser

CLERKS, CASES_PER_SECOND, WORKERS = 6, 4.2, 4
WARMING = 0.1  # of the time
LOOK_SECONDS, LIMIT = 0.05, 500


def prepare() -> None:
    """People, and the benchmark process as what a referral starts."""
    with transaction():
        personas.world().clerk.is_demo = True  # signs in with one click
        for key, diagram, calls in (("court_mediation", process.drawn(key="court_mediation", in_court=True), ["RECORD"]),
                                    ("RECORD", process.called(), [])):
            files = {"process.bpmn": diagram.decode(), "process.toml": process.SETTINGS}
            db.session.add(Version(process_key=key, number=1, sha256=key, title=key, calls=calls, files=files))


def token(settings: Settings) -> str:
    """The court's system's token, as /token gives it."""
    app = create_app(settings)
    with app.app_context(), transaction(write=False):
        client = db.session.scalar(select(ApiClient))
        return identity.issue(client, set(client.scopes.split()))


class Clients:
    """A court that refers at a pace, and clerks who complete what is open."""

    def __init__(self, stack: BenchStack, bearer: str, pace: float):
        self.stack, self.bearer, self.pace, self.over = stack, bearer, pace, threading.Event()
        self.open, self.taken, self.refused = queue.SimpleQueue(), {"refer": [], "complete": []}, []

    def begin(self) -> None:
        threading.Thread(target=self._refer, daemon=True).start()
        for _clerk in range(CLERKS):
            threading.Thread(target=self._work, args=self._signed_in(), daemon=True).start()

    def _signed_in(self) -> tuple[str, str]:
        """A clerk's cookie and form token."""
        browser = Browser("http://{}:{}".format(*self.stack.address))
        browser.sign_in("clerk")
        form = next(form for form in browser.open("/").forms if "csrf_token" in form.fields)
        cookie = "; ".join(f"{each.name}={each.value}" for each in browser.session.cookies)
        return cookie, form.fields["csrf_token"]

    def _refer(self) -> None:
        connection, due, number = http.client.HTTPConnection(*self.stack.address), time.monotonic(), 0
        while not self.over.wait(max(due - time.monotonic(), 0)):
            due, number = due + 1 / self.pace, number + 1
            headers = {"Authorization": f"Bearer {self.bearer}", "Content-Type": "application/json",
                       "Idempotency-Key": f"sustained-{number}"}
            self._send("refer", connection, "/api/v1/referrals", json.dumps(personas.referral(f"S-{number}")), headers, 201)

    def _work(self, cookie: str, form_token: str) -> None:
        connection = http.client.HTTPConnection(*self.stack.address)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"csrf_token": form_token})
        while not self.over.is_set():
            try:
                task_id = self.open.get(timeout=1)
            except queue.Empty:
                continue
            self._send("complete", connection, f"/inbox/tasks/{task_id}/complete", body, headers, 303)

    def _send(self, what: str, connection, path: str, body: str, headers: dict, expected: int) -> None:
        began = time.perf_counter()
        try:
            answer = _asked(connection, path, body, headers)
        except (http.client.HTTPException, OSError):  # it was idle for too long, and the server closed it
            connection.close()
            answer = _asked(connection, path, body, headers)
        self.taken[what].append((time.perf_counter() - began) * 1000)
        if answer.status != expected:
            self.refused.append(f"{path}: {answer.status} {answer.reason}")

    def look(self, newest: int) -> int:
        """Hand the clerks what has opened since."""
        with transaction(write=False):
            ids = list(db.session.scalars(select(UserTask.id).where(
                UserTask.id > newest, UserTask.status == WaitStatus.OPEN).order_by(UserTask.id).limit(LIMIT)))
        for task_id in ids:
            self.open.put(task_id)
        return ids[-1] if ids else newest


def _asked(connection, path: str, body: str, headers: dict) -> http.client.HTTPResponse:
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer


def counted() -> dict[str, float]:
    """What has been done so far."""
    with transaction(write=False):
        return {
            "at": time.monotonic(), "cases": db.session.scalar(select(func.count(Instance.id))),
            "tasks": _count(UserTask, WaitStatus.DONE), "calls": _count(OperationCall, CallStatus.DONE),
        }


def _count(model, status: str) -> int:
    return db.session.scalar(select(func.count(model.id)).where(model.status == status))


def measure(stack: BenchStack, seconds: float, pace: float) -> dict:
    clients = Clients(stack, token(stack.settings), pace)
    clients.begin()
    began, newest, before = time.monotonic(), 0, None
    while (passed := time.monotonic() - began) < seconds:
        if before is None and passed > seconds * WARMING:
            before, cpu, held = counted(), stack.cpu_seconds(), stack.megabytes()
            clients.taken["refer"].clear()
            clients.taken["complete"].clear()
        newest = clients.look(newest)
        time.sleep(LOOK_SECONDS)
    after, used, holds = counted(), stack.cpu_seconds(), stack.megabytes()
    clients.over.set()
    wall = after["at"] - before["at"]
    rates = {f"{name}_per_second": (after[name] - before[name]) / wall for name in ("cases", "tasks", "calls")}
    spent = {name: used[name] - cpu[name] for name in used}
    split = {f"cpu_percent_{name}": seconds / wall * 100 for name, seconds in spent.items()}
    split["cpu_ms_per_task"] = sum(spent.values()) * 1000 / max(after["tasks"] - before["tasks"], 1)
    return {
        **rates, **split, "seconds": wall, "refused": clients.refused[:3], "refused_count": len(clients.refused),
        "complete_p95_ms": p95(clients.taken["complete"]), "complete_median_ms": statistics.median(clients.taken["complete"]),
        "refer_p95_ms": p95(clients.taken["refer"]), "call_p95_s": p95(call_seconds()), **left(),
        **{f"mb_{name}_then": held[name] for name in held}, **{f"mb_{name}_now": holds[name] for name in holds},
    }


def call_seconds() -> list[float]:
    """From due to settled, of the calls done."""
    with transaction(write=False):
        rows = db.session.execute(select(OperationCall.created_at, OperationCall.settled_at).where(
            OperationCall.status == CallStatus.DONE).order_by(OperationCall.id.desc()).limit(5000))
        return [(settled - created).total_seconds() for created, settled in rows]


def left() -> dict[str, int]:
    """What was still to do, and what went wrong."""
    with transaction(write=False):
        return {"tasks_open": _count(UserTask, WaitStatus.OPEN), "calls_due": _count(OperationCall, CallStatus.DUE),
                "incidents": db.session.scalar(select(func.count(Incident.id)))}


def p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else 0.0


def main() -> None:
    arguments = dict(enumerate(sys.argv[1:]))
    seconds, url = float(arguments[0]), arguments.get(1, "")
    pace, workers = float(arguments.get(2, CASES_PER_SECOND)), int(arguments.get(3, WORKERS))
    with bench_stack(url, workers, prepare) as stack:
        print(json.dumps(measure(stack, seconds, pace)))


if __name__ == "__main__":
    main()
