"""A run that is saved and loaded after every step, and one that never is: both wait for the same in one order and end alike."""

import json
from decimal import Decimal

import pytest

from engine.workflow import spiff
from tests.engine.workflow.spiff.author import Author
from tests.engine.workflow.spiff.drawing import (
    Desk,
    boundary,
    catch,
    definition,
    gateway,
    handler,
    inside,
    node,
    script,
    told,
    user,
    xml,
)
from tests.engine.workflow.spiff.test_conditional import when
from tests.engine.workflow.spiff.test_oracle import MODELS

SHARED = [1, True, 1.5, Decimal("1.5"), Decimal("1.50"), [1], [True], {"a": 1}, {"a": Decimal("1.0")}, None, "x"]
SAYS = told("message", "m")


class Open(Desk):
    """A run on the desk that is never put away."""

    def _go_on(self):
        self.run.proceed()
        return self


def both(parsed, data=None):
    return Desk(parsed, data), Open(parsed, data)


def shown(case):
    """All that can be seen of a run, but the names of its tokens."""
    waits = [(wait.kind, wait.element_id, json.dumps(wait.detail, sort_keys=True, default=str)) for wait in case.waits]
    return waits, sorted((key, spiff.packed(value)) for key, value in case.data.items())


def tried(case, element_id, number, answers):
    """What comes of an answer: what can be seen then, or why it failed."""
    try:
        return shown(case.do(element_id, number, **answers))
    except spiff.RunFailed as failure:
        return failure.code, failure.details


def alike(cases, steps):
    for element_id, answers in steps:
        kept, never = [tried(case, element_id, 0, answers) for case in cases]
        assert kept == never
    return kept


def test_random_processes_are_the_same_though_everybody_writes_the_same_name():
    for seed in range(0, MODELS, 6):
        author = Author(seed)
        nodes, arrows, begin, end = author.process().draw()
        files = [xml(*nodes, *arrows, f"start > {begin}", f"{end} > end"), *author.others]
        cases = both(spiff.parse("P", [spiff.Source(f"file {number}", file) for number, file in enumerate(files)]))
        for _step in range(30):
            waits = cases[0].waits
            if not waits:
                break
            chosen = author.random.choice(waits).element_id
            answers = author.answers(chosen) | {"shared": author.random.choice(SHARED)}
            kept, never = [tried(case, chosen, 0, answers) for case in cases]
            assert kept == never, f"seed {seed}"
            if isinstance(kept[0], str):
                break


def test_what_was_changed_inside_and_back_again_is_nobodys_change():
    parsed = definition(
        gateway("parallel", "fork"), gateway("parallel", "join"), user("x"), user("late"),
        inside("sub", user("a"), user("b"), user("c"), "start > a > b > c > end"), boundary("e", "sub", SAYS, interrupting=False),
        "start > fork > sub > join > end", "fork > x > join", "e > late > end",
    )  # fmt: skip
    cases = both(parsed, {"paper": [1, 2]})
    _waits, data = alike(cases, [("a", {"paper": [9]}), ("b", {"paper": [1, 2]}), ("e", {}), ("x", {"paper": [1, 3]}),
                                 ("late", {}), ("c", {})])  # fmt: skip
    assert data == [("paper", "[1,3]")]


def test_a_message_inside_is_heard_by_the_same_of_two_that_wait():
    parsed = definition(
        gateway("parallel", "fork"), gateway("eventBased", "which"), catch("first", SAYS), catch("other", told("message", "o")),
        catch("second", SAYS), user("u"), node("intermediateThrowEvent", "say", SAYS), user("v"), user("w"), user("x"),
        "start > fork > which > first > v > end", "which > other > x > end", "fork > second > w > end", "fork > u > say > end",
    )  # fmt: skip
    waits, _data = alike(both(parsed), [("u", {})])
    assert [element for _kind, element, _detail in waits] == ["second", "v"]


def test_of_two_conditions_that_become_true_together_the_same_comes_first():
    note = "log = value('log', []) + ['{}']"
    parsed = definition(
        gateway("parallel", "fork"), user("u"), user("ask"), boundary("b", "ask", when("n > 1"), interrupting=False),
        script("sb", note.format("b")), catch("c", when("n > 1")), script("sc", note.format("c")),
        handler("h", when("n > 1"), script("sh", note.format("h")), "h_start > sh", interrupting=False),
        "start > fork > u > end", "fork > ask > end", "b > sb > end", "fork > c > sc > end",
    )  # fmt: skip
    alike(both(parsed, {"n": 0}), [("u", {"n": 2}), ("ask", {})])


@pytest.mark.parametrize("value", [Decimal("1.50"), [True], {"a": Decimal("1.0")}, 1.5])
def test_a_value_that_equals_another_branchs_is_kept_as_it_is(value):
    parsed = definition(gateway("parallel", "fork"), user("a"), user("b"), user("c"),
                        "start > fork > a > c > end", "fork > b > end")  # fmt: skip
    before = {Decimal: Decimal("1.5"), list: [1], dict: {"a": 1}, float: Decimal("1.5")}[type(value)]
    waits, data = alike(both(parsed, {"sum": before}), [("a", {"sum": value})])
    assert dict(data)["sum"] == spiff.packed(value)
    assert [json.loads(detail)["data"]["sum"] for _kind, element, detail in waits if element == "c"] == [spiff.as_json(value)]
