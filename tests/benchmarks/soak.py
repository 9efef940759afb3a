"""Break things while cases run, and see that nothing is stuck, lost or doubled.

    python -m tests.benchmarks.soak [--database sqlite|postgresql] [--cases 200] [--kill 50] [--stop 5] [--flush 5]
        [--down 3] [--hang 3] [--hints 5] [--rude 10] [--restart 5] [--every 8] [--seed 1] [--workers 3] [--matrix] [--deaths]

A fresh demo world plays cases to their ends while everything around them breaks, in random order. `--matrix` first kills the
system at every named place, on both databases; `--deaths` first measures how calls of dead workers are taken over, and what a
call that kills its workers does to the others. What came of it is also written to var/soak.json.
"""

import json
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from flask import Flask

import engine
from tests.benchmarks import deaths
from tests.benchmarks.chaos import Chaos
from tests.benchmarks.cluster import cluster
from tests.benchmarks.demo_stack import Stack, demo_stack
from tests.benchmarks.verdict import Verdict, soak
from tests.durability import matrix

TOLD = Path("var/soak.json")
FAULTS = {  # fault → how often, and what it is
    "kill": (50, "a random worker is killed"), "stop": (5, "a random worker stands still for longer than its lease"),
    "flush": (5, "Valkey is emptied"), "down": (3, "Valkey is killed"), "hang": (3, "Valkey answers nothing for a while"),
    "hints": (5, "workers get hints they do not need, five times on two queues"),
    "rude": (10, "the court is slow, away, loses answers or says things twice"),
    "restart": (5, "PostgreSQL crashes and comes back"),
}


World = tuple[Flask, Stack, Chaos]


@contextmanager
def broken_world(database: str, faults: dict[str, int], every: float, seed: int, workers: int) -> Iterator[World]:
    """A running demo on this database, and the one who will break it."""
    with ExitStack() as running:
        server = running.enter_context(cluster()) if database == "postgresql" else None
        stack = running.enter_context(demo_stack(server.url if server else "", workers=workers))
        app = Flask("soak")
        engine.init_app(app, stack.settings)
        running.enter_context(app.app_context())
        yield app, stack, Chaos(app, stack, faults, every, random.Random(seed), server)


def run_matrix() -> dict:
    """Every crash point on both databases; the numbers of each."""
    told = {}
    for database in ("sqlite", "postgresql"):
        found = matrix.run(database, 0, 0, click.echo)
        told[database] = found | {"wrong": len(found["wrong"])}
        click.echo(f"crash points on {database}: {found['lived']} lives, {len(found['wrong'])} ended otherwise")
    return told


def write(found: dict) -> None:
    """Put these numbers into the file, beside those of other runs."""
    known = json.loads(TOLD.read_text()) if TOLD.exists() else {}
    TOLD.parent.mkdir(exist_ok=True)
    TOLD.write_text(json.dumps(known | found, ensure_ascii=False, indent=1) + "\n")


def fault_options(command):
    """One option per fault: how often."""
    for name, (count, meaning) in FAULTS.items():
        told = {"type": click.IntRange(0), "default": count, "show_default": True, "help": f"How often {meaning}."}
        command = click.option(f"--{name}", **told)(command)
    return command


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--cases", type=click.IntRange(1), default=200, show_default=True, help="How many run.")
@click.option("--every", type=float, default=8.0, show_default=True, help="Mean seconds between two faults.")
@click.option("--workers", type=click.IntRange(1), default=3, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Of referrals, answers and faults.")
@click.option("--longest", type=float, default=3600, show_default=True, help="Seconds after which it ends anyway.")
@click.option("--matrix", "with_matrix", is_flag=True, help="Kill the system at every named place first, on both databases.")
@click.option("--deaths", "with_deaths", is_flag=True, help="Measure take-over and a deadly call first.")
@fault_options
def main(database, cases, every, workers, seed, longest, with_matrix, with_deaths, **faults):
    """Break things while cases run; exit code 1 when something is stuck, lost or doubled."""
    good = True
    if with_matrix:
        found = run_matrix()
        write({"matrix": found})
        good = not any(told["wrong"] or told["never_reached"] for told in found.values())
    if with_deaths:
        told = deaths.measure(database, deaths.TAKE_OVER_KILLS, seed)
        write({f"deaths on {database}": told})
        click.echo(f"deaths: {json.dumps(told)}")
        good = good and told["good"]
    if database == "sqlite":
        faults["restart"] = 0  # there is no server to crash
    with broken_world(database, faults, every, seed, workers) as (app, stack, chaos):
        verdict: Verdict = soak(app, stack, chaos, cases, seed, longest, click.echo)
    write({database: verdict.told() | {"seed": seed, "workers": workers}})
    click.echo("\n".join(verdict.lines()))
    sys.exit(0 if verdict.is_good and good else 1)


if __name__ == "__main__":
    main()
