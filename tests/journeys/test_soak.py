"""A small soak: workers are killed and the queue is emptied while cases run; `make soak` does the same at length."""

import random
import threading

import pytest
from flask import Flask

import engine
from engine import config
from tests.benchmarks.chaos import Chaos
from tests.benchmarks.demo_stack import demo_stack
from tests.benchmarks.soak import soak

CASES, KILLS, FLUSHES, SEED = 8, 5, 1, 5


@pytest.mark.slow
def test_killed_workers_and_an_emptied_queue_lose_and_double_nothing():
    before = config.current()
    try:
        with demo_stack() as stack:
            app = Flask("soak")
            engine.init_app(app, stack.settings)
            chaos = Chaos(stack, KILLS, FLUSHES, 3.0, random.Random(SEED), threading.Event())
            with app.app_context():
                verdict = soak(app, stack, chaos, CASES, SEED, longest=240)
    finally:
        config.use(before)

    assert verdict.is_good, "\n".join(verdict.lines())
    assert (chaos.kills, chaos.flushes) == (KILLS, FLUSHES)
    assert verdict.report.outcomes.keys() - {""} and verdict.report.received > 0
