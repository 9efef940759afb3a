"""The page about what can be drawn says what the engine does, and names tests that exist."""

import re

import pytest

from engine.workflow.spiff.check_events import WHERE
from engine.workflow.spiff.parse import CLASSES
from tests.engine.workflow.spiff import coverage
from tests.engine.workflow.spiff.test_positions import DEFINITIONS, ELSEWHERE

NAMED = [*coverage.SHOWN.values(), *(test for _element, _runs, test in coverage.ELEMENTS), coverage.ANYWHERE, coverage.REFUSED]


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
    assert {(kind, place) for place in WHERE for kind in WHERE[place]} >= set(coverage.SHOWN)
    assert {kind for kind, _place in coverage.SHOWN} >= ELSEWHERE


def test_it_speaks_of_every_kind_of_element():
    said = " ".join(element for element, _runs, _test in coverage.ELEMENTS).replace("-", " ").replace("embedded sub", "sub")
    events = {"start_event", "end_event", "intermediate_catch_event", "intermediate_throw_event", "boundary_event"}
    assert [kind for kind in set(CLASSES) - events if kind.replace("_", " ") not in said] == []
    refused = [element.replace("-", " ") for element, runs, _test in coverage.ELEMENTS if runs.startswith("refused")]
    assert [kind for kind in CLASSES if kind.replace("_", " ") in refused] == []
