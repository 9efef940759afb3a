"""What goes wrong at run names the element, the place in it and the text as it was written."""

import pytest

from engine.workflow import spiff
from tests.engine.test_attacks import rule, table
from tests.engine.workflow.spiff.drawing import catch, gateway, laid, many, script, service, timer, told, user

STRAIGHT = "start > at > end"


@pytest.mark.parametrize(("parts", "place", "text"), [
    ((gateway("exclusive", "at"), "start > at > u [missing > 5] > end", "at > end [1 > 2]", user("u")), "f1", "missing > 5"),
    ((service("at", parameters={"template": "missing"}), STRAIGHT), "template", "missing"),
    ((user("at", properties={"assignee": "missing"}), STRAIGHT), "assignee", "missing"),
    ((catch("at", timer("timeDuration", "missing")), STRAIGHT), "timer", "missing"),
    ((user("at", many(collection="missing", item="one")), STRAIGHT), "collection", "missing"),
    ((catch("at", told("message", "m"), properties={"correlation": "missing"}), STRAIGHT), "correlation", "missing"),
])  # fmt: skip
def test_an_expression_that_fails_is_found_by_element_place_and_text(parts, place, text):
    with pytest.raises(spiff.RunFailed, match=f"{place}: {text}") as failure:
        laid(*parts)
    assert failure.value.element_id == "at" and failure.value.details["name"] == "missing"


def test_a_script_is_its_own_place():
    with pytest.raises(spiff.RunFailed, match="“a = missing”"):
        laid(script("at", "a = missing"), STRAIGHT)


@pytest.mark.parametrize(("cells", "place"), [
    ({"source": "missing"}, "d / missing: missing"), ({"cell": "&lt; missing"}, "d / 1 / n: < missing"),
    ({"cell": "[1..missing]"}, r"d / 1 / n: \[1..missing\]"),
    ({"cell": "if missing then 1 else 2"}, "d / 1 / n: if missing then"),
    ({"answer": "missing + 1"}, r"d / 1 / answer: missing \+ 1"),
])  # fmt: skip
def test_a_cell_that_fails_is_found_by_table_rule_column_and_text(cells, place):
    with pytest.raises(spiff.RunFailed, match=place) as failure:
        laid(*rule(), decisions=[table(**cells).encode()], data={"n": 1})
    assert failure.value.element_id == "at"
