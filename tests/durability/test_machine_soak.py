"""A small soak of the machine on PostgreSQL, with crashes of the database; `make soak OF=machine_soak` is the long one."""

import pytest

from engine import config
from tests.benchmarks.machine_soak import soak

CASES, SEED = 12, 5
BROKEN = {"kill": 5, "stop": 1, "flush": 1, "hints": 1, "rude": 2, "restart": 2}


@pytest.mark.slow
def test_whatever_breaks_on_postgresql_nothing_is_lost_doubled_or_stuck():
    before = config.current()
    try:
        told = soak("postgresql", CASES, BROKEN, 0.8, SEED, workers=2, longest=240)
    finally:
        config.use(before)
    slow = [fault for fault in told["faults"] if fault.startswith("calls of dead workers waited")]  # the machine is shared here
    assert told["faults"] == slow, told
    assert (told["lost"], told["doubled"], told["broken"]) == (0, 0, BROKEN)
