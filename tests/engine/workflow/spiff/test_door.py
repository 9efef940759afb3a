"""SpiffWorkflow stays behind one door, in the version it was measured in, without the parts that go wrong."""

import random
import re
import time
from importlib.metadata import version
from pathlib import Path

import pytest
from lxml import etree

from engine.workflow import spiff
from tests.engine.workflow.spiff.drawing import (
    boundary,
    catch,
    definition,
    gateway,
    handler,
    inside,
    many,
    node,
    script,
    service,
    timer,
    told,
    user,
    xml,
)
from tests.engine.workflow.spiff.test_conditional import when

ROOT = Path(spiff.__file__).parents[3]
DOOR = sorted(Path(spiff.__file__).parent.glob("*.py"))


def test_the_library_is_the_version_everything_here_was_measured_with():
    assert version("SpiffWorkflow") == "3.2.0"


def test_nobody_else_imports_the_library():
    others = [
        file
        for folder in ("engine", "webapp", "workers")
        for file in (ROOT / folder).rglob("*.py")
        if "node_modules" not in file.parts
    ]
    guilty = [
        file.name for file in others if file not in DOOR and re.search(r"^\s*(from|import) SpiffWorkflow", file.read_text(), re.M)
    ]
    assert guilty == []


def test_what_goes_wrong_in_the_library_is_not_used():
    for word in (
        "do_engine_steps",
        "DeepMerge",
        ".serializer",
        "migrate_workflow",
        "PythonScriptEngine(",
        "refresh_timers",
        " eval(",
        " exec(",
    ):
        assert [file.name for file in DOOR if word in file.read_text()] == []


def test_heavy_scripts_in_a_circle_are_stopped_within_seconds():
    heavy = "a = max(" + ", ".join(["sum(numbers)"] * 150) + ")"
    run = spiff.start(
        definition(script("s", heavy), gateway("exclusive", "x"), "start > x > s > x"),
        {"numbers": list(range(1000))},
        spiff.Context(),
    )
    begun = time.process_time()
    with pytest.raises(spiff.RunFailed):
        run.proceed()
    assert time.process_time() - begun < 5


EVERYTHING = xml(
    user("a", properties={"assignee": "1", "form": "f"}), service("s", result="doc", parameters={"x": "1"}),
    node("task", "decide"), node("manualTask", "call"), script("calc", "n = 1"),
    inside("sub", user("b"), "start > b > end"), boundary("late", "sub", timer("timeDuration", "P1D")),
    boundary("failed", "s", told("error", "E1")), user("m", many("items", item="it", result="r", results="rs")),
    gateway("parallel", "fork"), gateway("inclusive", "join"), gateway("exclusive", "x"), gateway("eventBased", "first"),
    catch("hear", told("message", "m"), properties={"correlation": "{}"}), catch("wait", timer("timeDate", "2030-01-01")),
    node("endEvent", "stop", "<bpmn:terminateEventDefinition/>"),
    handler("quit", told("message", "w"), user("h"), "quit_start > h"), boundary("up", "sub", told("escalation", "x"), False),
    handler("mend", told("error", "E2"), user("k"), "mend_start > k"), boundary("rich", "a", when("n > 9"), False),
    handler("again", timer("timeCycle", "R3/P1D"), script("count", "k = 1"), "again_start > count", interrupting=False),
    "up > end", "rich > end",
    "start > fork > a > s > decide > join > x > first [n > 1]", "fork > sub > m > join", "fork > call > calc > join", "x > stop",
    "first > hear > end", "first > wait > end", "late > end", "failed > end",
)  # fmt: skip


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_a_damaged_drawing_is_refused_or_runs_but_never_surprises(first):
    spiff.parse("P", [spiff.Source("P", EVERYTHING)])
    for seed in range(first, first + 100):
        file = damaged(seed)
        spiff.check([spiff.Source("P", file)], operations={}, forms=set())
        try:
            run = spiff.start(spiff.parse("P", [spiff.Source("P", file)]), {"items": [1]}, spiff.Context())
            run.proceed()
        except (spiff.ModelRefused, spiff.RunFailed):
            continue
        spiff.load(run.definition, run.save(), spiff.Context())


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_a_drawing_the_check_finds_no_error_in_can_be_read_and_no_other(first):
    for seed in range(first, first + 100):
        sources = [spiff.Source("P", damaged(seed))]
        errors = [each for each in spiff.check(sources) if each.is_error]
        if not errors and "P" not in spiff.read(sources[0]):
            continue  # the damage renamed the process
        try:
            spiff.parse("P", sources)
        except spiff.ModelRefused as refusal:
            assert errors, f"{seed}: {refusal}"
        else:
            assert not errors, f"{seed}: {errors}"


def damaged(seed) -> bytes:
    chance = random.Random(seed)
    root = etree.fromstring(EVERYTHING)
    for _each in range(chance.randint(1, 4)):
        parts = list(root.iter())[1:]
        part, other = chance.choice(parts), chance.choice(parts)
        match chance.randrange(6):
            case 0:
                part.getparent().remove(part)
            case 1 if part.attrib:
                del part.attrib[chance.choice(sorted(part.attrib))]
            case 2 if part.attrib:
                part.set(
                    chance.choice(sorted(part.attrib)), chance.choice(["", "x y", "nowhere", "u", '" or "1', "true", "-1", "é"])
                )
            case 3:
                part.text = chance.choice(["", "x y", "a.b", "P1D", "R/PT0S", "1 +", "true"])
            case 4 if part not in other.iterancestors() and part is not other:
                other.append(part)
            case 5:
                part.tag = other.tag
    return etree.tostring(root)
