"""`make soak OF=every_page`: every page in every look: both languages, 320 px to desktop, light and dark, normal and large type.

Nothing may stick out, and axe may find nothing; pictures for people to look at go to var/pages. A few pages by lot are in
`make test`. It takes a good quarter of an hour; a part of it is asked for with

    make soak OF=every_page SOAK="--part 2/6"
"""

import os
import re
import sys
from pathlib import Path

import click
import pytest

PICTURES = Path("var/pages").resolve()


def _is_part(_context, _option, told: str) -> str:
    if not re.fullmatch(r"[1-9]\d?/[1-9]\d?", told) or int(told.split("/")[0]) > int(told.split("/")[1]):
        raise click.BadParameter("say it as 2/6: the second of six")
    return told


@click.command()
@click.option("--part", default="1/1", show_default=True, callback=_is_part, help="Of the pages; the second of six is 2/6.")
def soak(part):
    """Look at every page in every look, and leave pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    os.environ |= {"SUTIAO_TEST_PICTURES": str(PICTURES), "SUTIAO_TEST_PART": part}
    sys.exit(pytest.main(["-q", "--no-header", "tests/browser/test_every_page.py"]))


if __name__ == "__main__":
    soak()
