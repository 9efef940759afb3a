"""`sutiao worker`: one worker alone."""

import os
import sys

import click

from engine.config import Settings

ARGV = [sys.executable, "-m", "workers"]


@click.command()
def worker():
    """Run only one worker: it does what service tasks ask for, and fires timers.

    Start as many as the machine carries; they share the work through the database and are woken through SUTIAO_REDIS_URL.
    A worker may be stopped or killed at any time: another one takes over what it held within 20 seconds.
    """
    Settings.from_env()
    os.execv(sys.executable, ARGV)
