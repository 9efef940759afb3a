"""Many people at the desk at once: all of them claim, some claim and complete for a while; and one looks at the first rows."""

import shutil
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright
from sqlalchemy import select

from engine.db import db, transaction
from engine.workflow.models import UserTask, WaitStatus
from tests.benchmarks import desk_world
from tests.benchmarks.bench_stack import BenchStack

HANDS, TRIES = 8, 4  # who completes at the same time; tasks that each of the crowd tries to get
FIRST_ROW = """new MutationObserver((_seen, watch) => { if (document.querySelector("[data-task]")) {
    watch.disconnect(); requestAnimationFrame(() => { window.firstRow = performance.now() }) }
}).observe(document, {childList: true, subtree: true})"""
LOOKS = 12


def free(first: Mapping[str, int], count: int) -> list[int]:
    """Tasks of the large organisation that nobody holds."""
    with transaction(write=False):
        return list(db.session.scalars(select(UserTask.id).where(
            UserTask.status == WaitStatus.OPEN, UserTask.role == "coordinator", UserTask.body_id == first["organisation"],
            UserTask.assignee_id.is_(None), UserTask.id != first["task"]).order_by(UserTask.id.desc()).limit(count)))


def claim_at_once(stack: BenchStack, first: Mapping[str, int], sit_down: Callable) -> dict:
    """Each of the crowd claims a few tasks, which others claim too; every task has one owner, who is told so, the others who."""
    logins = desk_world.logins()
    task_ids, people = free(first, len(logins)), [sit_down(stack, login) for login in logins]
    barrier, answers, lock, taken = threading.Barrier(len(people)), Counter(), threading.Lock(), []

    def claim(place: int, person) -> None:
        barrier.wait()
        for shift in range(TRIES):
            task, began = task_ids[(place + shift) % len(task_ids)], time.perf_counter()
            status = person.ask("POST", f"/inbox/tasks/{task}/claim", urlencode({"csrf_token": person.token}))[0].status
            with lock:
                answers[status] += 1
                taken.append((time.perf_counter() - began) * 1000)

    _all([threading.Thread(target=claim, args=each) for each in enumerate(people)])
    with transaction(write=False):
        holders = dict(db.session.execute(select(UserTask.id, UserTask.assignee_id).where(UserTask.id.in_(task_ids))).all())
    owned = sum(holder is not None for holder in holders.values())
    return {"crowd": len(people), "crowd_owned": owned, "crowd_got": answers[303], "crowd_late": answers[409],
            "crowd_faults": answers.total() - answers[303] - answers[409],
            "crowd_p99_ms": statistics.quantiles(taken, n=100, method="inclusive")[-1]}


def work(stack: BenchStack, first: Mapping[str, int], sit_down: Callable, seconds: float) -> dict:
    """Claim and complete one task after another, several people at the same time."""
    people = [sit_down(stack, login) for login in desk_world.logins()[:HANDS]]
    task_ids, until, refused, taken = free(first, int(seconds * 150)), time.monotonic() + seconds, Counter(), []
    before, began = stack.cpu_seconds(), time.monotonic()

    def complete(person) -> None:
        while time.monotonic() < until and task_ids:
            task, moment = task_ids.pop(), time.perf_counter()
            for verb, answers in (("claim", {}), ("complete", {"accepts": "yes"})):
                told = urlencode({"csrf_token": person.token, **answers})
                status = person.ask("POST", f"/inbox/tasks/{task}/{verb}", told)[0].status
                if status != 303:
                    refused[f"{verb} {status}"] += 1
            taken.append((time.perf_counter() - moment) * 1000)

    _all([threading.Thread(target=complete, args=(person,)) for person in people])
    wall, used = time.monotonic() - began, stack.cpu_seconds()
    return {"worked_per_second": len(taken) / wall, "worked_p95_ms": statistics.quantiles(taken, n=20)[-1],
            "worked_refused": refused.total(), "refused": dict(refused),
            **{f"worked_cpu_percent_{name}": (used[name] - before[name]) / wall * 100 for name in used}}


def _all(threads: list[threading.Thread]) -> None:
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def first_rows(stack: BenchStack, desk) -> dict:
    """Seconds until the first row of one's own list stands in the browser."""
    address = "http://{}:{}".format(*stack.address)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(base_url=address)
        context.add_cookies([{"name": each.name, "value": each.value, "url": address} for each in desk.cookies])
        page, taken = context.new_page(), []
        page.add_init_script(FIRST_ROW)
        for _time in range(LOOKS):
            page.goto("/inbox/?view=mine")
            taken.append(page.wait_for_function("window.firstRow").json_value() / 1000)
        browser.close()
    return {"first_rows_s": statistics.median(taken), "first_rows_worst_s": max(taken)}
