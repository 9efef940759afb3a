"""A small soak: everything breaks while cases run; `make soak` does the same at length."""

import pytest

from engine import config
from tests.benchmarks.soak import broken_world
from tests.benchmarks.verdict import soak

CASES, SEED = 8, 5
BROKEN = {"kill": 4, "stop": 1, "flush": 1, "down": 1, "hang": 1, "hints": 2, "rude": 2}


@pytest.mark.slow
def test_whatever_breaks_nothing_is_lost_doubled_or_stuck():
    before = config.current()
    try:
        with broken_world("sqlite", BROKEN, 1.5, SEED, workers=2) as (app, stack, chaos):
            verdict = soak(app, stack, chaos, CASES, SEED, longest=240)
    finally:
        config.use(before)

    assert verdict.is_good, "\n".join(verdict.lines())
    assert chaos.done == BROKEN
    assert verdict.report.outcomes.keys() - {""} and verdict.report.received > 0
