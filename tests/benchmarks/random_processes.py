"""`make soak OF=random_processes`: three thousand random processes against the oracle that knows no tokens, also cut after every
step and moved between two drawings. A tenth of them is in `make test`.

    make soak OF=random_processes SOAK="--count 6000"
"""

import os
import sys

import click
import pytest

PLACE = "tests/engine/workflow/spiff/test_oracle.py"


@click.command()
@click.option("--count", type=click.IntRange(30), default=3000, show_default=True, help="How many processes.")
def soak(count):
    """Walk them; the exit code tells whether all did what their blocks say."""
    os.environ["RANDOM_PROCESSES"] = str(count)
    sys.exit(pytest.main(["-q", "--no-header", PLACE]))


if __name__ == "__main__":
    soak()
