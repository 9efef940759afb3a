"""`make bench`: one run, one table: the engine alone and the whole system over HTTP, on SQLite and PostgreSQL, side by side.

The numbers also go to var/bench.json. Servers listen on loopback or a socket, and are gone when it ends.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

import click
import psycopg

from tests import databases
from tests.benchmarks.demo_stack import ROOT

RESULT = ROOT / "var" / "bench.json"
DATABASES = ("sqlite", "postgresql")
ENGINE_CASES, ENGINE_SECONDS = 15, 40
HTTP_CASES, HTTP_SECONDS = 12, 60
LONGEST_LEG = 170  # with its start and stop

ROWS_CASES, WEB_CASES = 60, 30
STORM_TIMERS = 2000
MANY_ITEMS, HEAVY_SECONDS, SUSTAINED_SECONDS = 300, 8, 40
DESK_TASKS, DESK_CASES, DESK_SECONDS = 20_000, 2, 8  # so many that five thousand are one person's
HEADINGS = {
    "rows": "The benchmark process with transactions, rows and trace (one process)",
    "web": "A task of it handed in at the web's door (one process: cookie, token, rights, form, step, 303)",
    "engine": "Through the engine (use cases and runner, one process)",
    "http": "Through HTTP (gunicorn, 2 workers)",
    "many": "A task for each of many items, with transactions, rows and trace (one process)",
    "heavy": "Steps of small instances beside a heavy one that two workers go on with",
    "storm": "After an hour down (gunicorn, 2 workers)",
    "sustained": "Cases at a steady pace (gunicorn, 4 workers, Valkey; tasks handed in through HTTP)",
    "desk": "The desk, with many open tasks and more cases (gunicorn, 4 workers, Valkey)",
}
ALONE = [  # key, what it says, decimals
    ("bare_ms", "ms per person's step, the bare library (nothing saved)", 2),
    ("ours_ms", "ms per person's step, ours (load, complete, run on, save)", 2),
    ("ours_to_bare", "ours to the bare library's", 2),
    ("late_to_early_round", "round 3,000 of a loop to round 10", 2),
    ("state_bytes", "bytes of its state after 3,000 rounds", 0),
    ("large_to_small_case", "a step of a case of 1 MB to one of 1 kB", 2),
    ("parallel_thousand_s", "s for a task for each of 1,000 items, parallel, to its end", 2),
    ("sequential_thousand_s", "s for the same one after another", 2),
    ("sections_ms", "ms to start 100 forks and joins in a row", 1),
    ("call_tree_ms", "ms to start a call tree 20 deep", 1),
]
ROWS = {  # leg → (key, what it says, decimals)
    "rows": [
        ("cpu_ms_per_task", "CPU ms per user task, median", 1),
        ("tasks_per_second", "user tasks completed/s, calls settled between", 1),
        ("rows_per_instance", "rows per finished instance", 0),
        ("bytes_per_instance", "bytes of database per finished instance", 0),
    ],
    "web": [("cpu_ms_per_task", "CPU ms of the web per user task, median", 1)],
    "engine": [
        ("cases_per_second", "cases/s, referral → confirming ruling, one process", 2),
        ("tasks_per_second", "user tasks completed/s", 1),
        ("steps_per_second", "steps/s (user tasks and calls)", 1),
        ("ms_per_step", "ms per step, all in", 1),
        ("bare_ms_per_step", "ms per step of the bare machine (load, act, run on, save)", 2),
        ("cpu_ms_per_task", "CPU ms per user task, calls included", 0),
        ("documents_per_second", "documents/s, one worker (facts → PDF/A on the shelf)", 1),
        ("signature_ms", "ms per PAdES signature", 0),
        ("peak_mb", "peak memory, MB", 0),
        ("tasks_per_case", "user tasks per case", 0),
        ("calls_per_case", "calls per case", 0),
        ("rows_per_case", "rows per finished case", 0),
        ("bytes_per_case", "bytes of database per finished case", 0),
    ],
    "http": [
        ("cases_per_second", "cases/s, web, two workers, 17 people at work", 2),
        ("tasks_per_second", "user tasks completed/s at the pages", 1),
        ("requests_per_second", "requests/s", 1),
        ("referrals_per_second", "referrals/s taken (as a batch)", 1),
        ("get_median_ms", "ms per page, median", 0),
        ("get_p95_ms", "ms per page, 95 of 100", 0),
        ("post_median_ms", "ms per form sent and its next page, median", 0),
        ("post_p95_ms", "ms per form sent and its next page, 95 of 100", 0),
        ("cpu_ms_per_task_web", "CPU ms per user task, web", 0),
        ("cpu_ms_per_task_worker", "CPU ms per user task, workers", 0),
        ("peak_mb_web", "peak memory of the web, MB", 0),
        ("peak_mb_worker", "peak memory of a worker, MB", 0),
        ("peak_mb_valkey", "peak memory of Valkey, MB", 0),
    ],
    "many": [
        ("items", "items", 0),
        ("parallel_tasks_s", "s for people's tasks, all at once, to the end", 2),
        ("sequential_tasks_s", "s for people's tasks, one after another", 2),
        ("parallel_calls_s", "s for service calls, all at once, to the end", 2),
        ("sequential_calls_s", "s for service calls, one after another", 2),
    ],
    "heavy": [
        ("alone_median_ms", "ms per step of a small one, alone, median", 1),
        ("alone_p99_ms", "ms per step of a small one, alone, 99 of 100", 1),
        ("loop_p99_ms", "… beside a loop of scripts, 99 of 100", 1),
        ("loop_to_alone", "… to alone", 2),
        ("items_p99_ms", "… beside a thousand calls, 99 of 100", 1),
        ("items_to_alone", "… to alone", 2),
    ],
    "storm": [
        ("timers", "timers due at once", 0),
        ("seconds", "s until all had fired", 1),
        ("timers_per_second", "timers fired/s", 0),
        ("left", "timers left when the time was over", 0),
        ("doubled", "timers fired twice", 0),
        ("page_p95_ms", "ms per page meanwhile, 95 of 100", 0),
        ("step_p95_ms", "ms per person's step meanwhile, 95 of 100", 0),
        ("lateness_p99_s", "s late on an ordinary day, 99 of 100 timers", 2),
    ],
    "sustained": [
        ("cases_per_second", "cases started/s (referrals through the API)", 1),
        ("tasks_per_second", "user tasks completed/s", 1),
        ("calls_per_second", "service calls settled/s", 1),
        ("tasks_open", "tasks left open", 0),
        ("calls_due", "calls left due", 0),
        ("refused_count", "requests refused", 0),
        ("complete_p95_ms", "ms to hand in a task, 95 of 100", 0),
        ("call_p95_s", "s from a call's row to its settlement, 95 of 100", 2),
        ("cpu_ms_per_task", "CPU ms per user task, of everything", 1),
        ("cpu_percent_web", "% of a core: web", 0),
        ("cpu_percent_workers", "% of a core: workers", 0),
        ("cpu_percent_clients", "% of a core: the clients of the bench", 0),
        ("mb_web_then", "MB of the web after the first tenth", 0),
        ("mb_web_now", "MB of the web at the end", 0),
        ("mb_workers_then", "MB of a worker after the first tenth", 0),
        ("mb_workers_now", "MB of a worker at the end", 0),
    ],
    "desk": [
        ("tasks", "open tasks in the register", 0),
        ("cases", "cases in it", 0),
        ("mine_p99_ms", "ms for one's own list, 99 of 100", 0),
        ("available_p99_ms", "ms for the list of what could be taken, 99 of 100", 0),
        ("team_p99_ms", "ms for the team's list, 99 of 100", 0),
        ("cases_p99_ms", "ms for the register of cases, 99 of 100", 0),
        ("list_median_ms", "ms for the slowest of twenty-three lists, median", 0),
        ("list_p99_ms", "ms for the slowest of twenty-three lists, 99 of 100", 0),
        ("to_a_hundredth", "the slowest growth of a median, to a hundredth of the tasks", 2),
        ("search_p99_ms", "ms for the slowest of twenty searches (number, name, ID …), 99", 0),
        ("first_rows_s", "s in Chromium until the first row of one's own list, median", 2),
        ("crowd", "people who claimed tasks at once, four each", 0),
        ("crowd_owned", "tasks with one owner then, of as many", 0),
        ("crowd_faults", "answers that were neither “yours” nor “taken”", 0),
        ("worked_per_second", "tasks claimed and completed/s", 1),
        ("worked_p95_ms", "ms to claim and complete one, 95 of 100", 0),
        ("worked_refused", "requests refused", 0),
    ],
}


@contextmanager
def database(kind: str) -> Iterator[str]:
    """A database as it would serve: a commit is on the disk before it is told."""
    with databases.database_url(kind) as url:
        if kind == "postgresql":
            with psycopg.connect(url, autocommit=True) as connection:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    connection.execute(f"ALTER SYSTEM SET {setting} = on")
                connection.execute("ALTER SYSTEM SET max_wal_size = '8GB'")  # filling it is not what is measured
                connection.execute("SELECT pg_reload_conf()")
        yield url


def leg(module: str, *arguments, env: dict[str, str] | None = None, longest: float = 0) -> dict:
    """Run one measurement in a process of its own; its last line is its result."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUTIAO_")}
    argv = [sys.executable, "-m", f"tests.benchmarks.{module}", *map(str, arguments)]
    options = {"env": kept | (env or {}), "cwd": ROOT, "stdout": subprocess.PIPE, "text": True}
    done = subprocess.run(argv, timeout=LONGEST_LEG + longest, check=True, **options)
    return json.loads(done.stdout.splitlines()[-1])


def leg_on(kind: str, module: str, *arguments, longest: float = 0) -> dict:
    """Run one measurement on a database of its own."""
    with database(kind) as url, tempfile.TemporaryDirectory(prefix="sutiao-bench-") as folder:
        env = {"SUTIAO_DATA": folder, "SUTIAO_DATABASE_URL": url, "SUTIAO_DEMO": "true", "SUTIAO_CALLBACK_NETWORKS": "any"}
        return leg(module, *arguments, env=env, longest=longest)


def leg_on_stack(kind: str, module: str, *arguments, longest: float = 0) -> dict:
    """Run one measurement of the whole system on a database of its own."""
    with database(kind) as url:
        return leg(module, *arguments, url, longest=longest)


def table(found: dict) -> list[str]:
    """What was measured: both databases side by side, and how many times the second is of the first."""
    lines = []
    if "alone" in found:
        lines += ["The machine alone, beside the bare library (no database)"]
        lines += [f"  {says:<60}{found['alone'][key]:>10,.{decimals}f}" for key, says, decimals in ALONE]
    lines += ["", f"{'':<62}{'SQLite':>10}{'PostgreSQL':>12}{'ratio':>8}"]
    for name, heading in HEADINGS.items():
        if any(name in found.get(kind, {}) for kind in DATABASES):
            lines += ["", heading] + [row(found, name, *each) for each in ROWS[name]]
    return lines


def row(found: dict, leg_name: str, key: str, says: str, decimals: int) -> str:
    first, second = (found.get(kind, {}).get(leg_name, {}).get(key) for kind in DATABASES)
    ratio = f"{second / first:.2f}" if first and second is not None else "–"
    told = ("–" if each is None else f"{each:,.{decimals}f}" for each in (first, second))
    return "  {:<60}{:>10}{:>12}{:>8}".format(says, *told, ratio)


@click.command()
@click.option("--storm", default=STORM_TIMERS, show_default=True, help="Timers due at once.")
@click.option("--items", default=MANY_ITEMS, show_default=True, help="Items with a task or call each.")
@click.option("--heavy", default=HEAVY_SECONDS, show_default=True, help="Seconds beside each heavy instance.")
@click.option("--sustained", default=SUSTAINED_SECONDS, show_default=True, help="Seconds at a steady pace (SQLite: a fifth).")
@click.option("--desk", default=DESK_TASKS, show_default=True, help="Open tasks at the desk (SQLite: at most a tenth of many).")
@click.option("--cases", default=DESK_CASES, show_default=True, help="Cases for each of them.")
@click.option("--only", multiple=True, type=click.Choice(["alone", *HEADINGS]), help="This alone; may be said several times.")
@click.option("--on", type=click.Choice(DATABASES), help="On this database alone.")
def main(storm, items, heavy, sustained, desk, cases, only, on) -> None:
    """Measure everything, short by default; each length can be said."""
    began, found = time.monotonic(), {}
    if not only or "alone" in only:
        found["alone"] = leg("memory_leg")
    for kind in [on] if on else DATABASES:
        is_server, found[kind] = kind == "postgresql", {}
        pace = sustained if is_server else min(sustained, max(SUSTAINED_SECONDS, sustained // 5))
        open_tasks = desk if is_server else min(desk, max(DESK_TASKS, desk // 10))
        legs = {
            "rows": partial(leg_on, kind, "rows_leg", ROWS_CASES),
            "web": partial(leg_on, kind, "web_leg", WEB_CASES),
            "engine": partial(leg_on, kind, "engine_leg", ENGINE_CASES, ENGINE_SECONDS),
            "http": partial(leg_on_stack, kind, "http_leg", HTTP_CASES, HTTP_SECONDS),
            "many": partial(leg_on, kind, "many_leg", items, longest=items / 5),
            "heavy": partial(leg_on_stack, kind, "heavy_leg", heavy, longest=4 * heavy),
            "storm": partial(leg_on_stack, kind, "storm_leg", storm, 60 + storm / 40, longest=storm / 40),
            "sustained": partial(leg_on_stack, kind, "sustained_leg", pace, longest=pace),
            "desk": partial(leg_on_stack, kind, "desk_leg", open_tasks, cases, DESK_SECONDS,
                            longest=400 + open_tasks * cases / 3000),
        }
        for name in [name for name in legs if not only or name in only]:
            print(f"{time.monotonic() - began:4.0f} s  {kind}: {HEADINGS[name]}", file=sys.stderr)
            found[kind][name] = legs[name]()
    found["machine"] = {
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "at": datetime.now(UTC).isoformat(),
        "seconds": time.monotonic() - began,
    }
    result = RESULT.with_stem("-".join(["bench", *only, *([on] if on else [])]))  # a part does not write over the whole
    result.parent.mkdir(exist_ok=True)
    result.write_text(json.dumps(found, indent=1) + "\n")
    print("\n".join(table(found)))
    print(
        "\n{cores} cores, load {load:.1f}, Python {python}; {seconds:.0f} s in all; numbers in ".format(**found["machine"])
        + str(result.relative_to(ROOT))
    )


if __name__ == "__main__":
    main()
