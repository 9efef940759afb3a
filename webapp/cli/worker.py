"""`sutiao worker`: one worker alone."""

import runpy
import sys

import click

from engine.config import Settings


def run(index: int = 0) -> None:
    """Become a worker: the door for machines is another one than ours, so it is called by name."""
    sys.argv = ["workers", "--index", str(index)]
    runpy.run_module("workers", run_name="__main__")


@click.command()
@click.option("--index", type=click.IntRange(0, 63), default=0, show_default=True, help="Whose hints: 0 … SUTIAO_WORKERS-1.")
def worker(index):
    """Run only one worker: it does what service tasks ask for, and fires timers.

    Start as many as SUTIAO_WORKERS says, each with its own --index; they share the work through the database and are
    woken through SUTIAO_REDIS_URL. A worker may be stopped or killed at any time: another one takes over what it held
    within 20 seconds.
    """
    Settings.from_env()
    run(index)
