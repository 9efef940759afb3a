"""`make soak OF=generated_requests`: a hundred thousand requests made from the OpenAPI file, and odd ones to every page and form;
no answer may be a fault of ours, and each is as described. A seeded sample of it is in `make test`.

    make soak OF=generated_requests SOAK="--requests 20000 --seed 7 --database postgresql"
"""

import json
import os
import sys
import time
from pathlib import Path

import click
import pytest

from tests.webapp.api import test_described

PLACES = ["tests/webapp/api/test_described.py", "tests/webapp/test_odd_input.py"]


@click.command()
@click.option("--requests", default=100_000, help="How many requests of the API, about.")
@click.option("--seed", default=0, help="Which ones; 0: others each time.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite")
def soak(requests, seed, database):
    """Ask, and say how many were asked how fast; the exit code tells whether all were answered as described."""
    seed = seed or int(time.time())
    examples = max(10, round(requests / (len(test_described.OPERATIONS) - 0.9)))  # lists are asked a tenth as often
    os.environ |= {"SUTIAO_TEST_DATABASE": database, "SUTIAO_TEST_SEED": str(seed), "SUTIAO_TEST_EXAMPLES": str(examples)}
    begun = time.monotonic()  # one operation is asked for longer than any test may last
    status = pytest.main(["-q", "--no-header", "-o", "faulthandler_timeout=0", *PLACES])
    asked = test_described.ASKED
    spent = time.monotonic() - begun
    click.echo(f"seed {seed}, {database}: {asked.total():,} requests of {len(asked)} operations in {spent:,.0f} s"
               f" ({asked.total() / spent:,.0f} a second)")
    found = {"seed": seed, "database": database, "seconds": round(spent), "failed": bool(status), "asked": dict(asked)}
    Path("var").mkdir(exist_ok=True)
    Path("var/generated_requests.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    sys.exit(status)


if __name__ == "__main__":
    soak()
