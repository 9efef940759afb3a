"""The page about what can be drawn says what the engine does, and names tests that exist."""

import re

import pytest

from engine.workflow.spiff.check_events import WHERE
from engine.workflow.spiff.model import ACTIVITIES
from engine.workflow.spiff.parse import CLASSES
from tests.engine.workflow.spiff import coverage, test_elements, test_positions
from tests.engine.workflow.spiff.test_positions import DEFINITIONS, ELSEWHERE

ROWS = re.findall(r"`(spiff/test_elements|spiff/test_positions)` (.+), `(.+)` \|", coverage.page())
NAMED = [*coverage.SHOWN.values(), *(test for _element, _runs, test in coverage.ELEMENTS), coverage.ANYWHERE, coverage.REFUSED,
         *(test for _defect, test in coverage.DEFECTS)]  # fmt: skip


def test_the_page_is_as_the_engine_is():
    assert coverage.PAGE.read_text() == coverage.page(), "write it again: python -m tests.engine.workflow.spiff.coverage"


@pytest.mark.parametrize("test", sorted(set(NAMED)))
def test_every_test_it_names_exists(test):
    file, name = test.split(":")
    text = (coverage.ROOT / "tests/engine/workflow" / f"{file}.py").read_text()
    assert re.search(rf"^def {name}\(", text, re.M)


def test_it_speaks_of_every_event_at_every_place():
    assert set(coverage.PLACES) == set(WHERE)
    assert set(coverage.KINDS) == set(DEFINITIONS) >= set().union(*WHERE.values())
    runs = {(kind, place) for place in WHERE for kind in WHERE[place]} | {("link", "throw"), ("link", "catch")}
    assert runs >= set(coverage.SHOWN)
    assert {kind for kind, _place in coverage.SHOWN} >= ELSEWHERE


def test_it_speaks_of_every_activity_and_gateway_at_every_place_and_of_every_time():
    kinds = {kind for kind in CLASSES if not kind.endswith("_event")}
    assert kinds == {*test_elements.DRAWN, *test_elements.GATEWAYS}
    assert len(ROWS) == len(set(ROWS)) == len(test_positions.TIMED) + 6 * len(kinds) + 4 * len(ACTIVITIES) + len(
        test_elements.WAITING)  # fmt: skip


def test_every_case_it_names_is_one_that_runs():
    cases = {}
    for module in (test_elements, test_positions):
        for name, test in vars(module).items():
            for mark in getattr(test, "pytestmark", []):
                values = [each if isinstance(each, tuple) else (each,) for each in mark.args[1]]
                cases[name] = [(*more, *case) for more in cases.get(name, [()]) for case in values]
    for _file, words, which in ROWS:
        assert tuple(which.split("-")) in cases["test_" + words.replace(" ", "_")]


def test_it_speaks_of_every_kind_of_element():
    said = " ".join(element for element, _runs, _test in coverage.ELEMENTS).replace("-", " ").replace("embedded sub", "sub")
    events = {"start_event", "end_event", "intermediate_catch_event", "intermediate_throw_event", "boundary_event"}
    assert [kind for kind in set(CLASSES) - events if kind.replace("_", " ") not in said] == []
    refused = [element.replace("-", " ") for element, runs, _test in coverage.ELEMENTS if runs.startswith("refused")]
    assert [kind for kind in CLASSES if kind.replace("_", " ") in refused] == []
