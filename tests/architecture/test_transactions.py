"""The transaction sits at the door: one place commits, and only doors open a transaction."""

import re

from tests.architecture.test_imports import ROOT, SOURCES

DOORS = ("webapp/app.py", "webapp/cli/", "webapp/demo/", "webapp/room/live.py", "webapp/serving/printing.py", "webapp/papers/",
         "webapp/signing.py", "webapp/home/single_sign_on.py",  # it asks the provider first, with none open
         "workers/")


def files_with(pattern: str) -> list[str]:
    """Paths of the sources in which the pattern occurs."""
    return [str(file.relative_to(ROOT)) for file in SOURCES if re.search(pattern, file.read_text())]


def test_one_place_commits():
    assert files_with(r"\.commit\(") == ["engine/db.py"]


def test_only_doors_open_a_transaction():
    inside = [path for path in files_with(r"with transaction\(") if not path.startswith(DOORS)]

    assert inside == []


REAL_TIME = {
    "engine/clock.py",
    "engine/courts/client.py",  # a receiver compares a message's time with its own clock
    "engine/workflow/spiff/timers.py",  # the door is told the time; only its check of a literal asks
}


def test_the_engine_asks_only_its_own_clock():
    asking = files_with(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(")

    assert {path for path in asking if path.startswith("engine/")} <= REAL_TIME
