"""Whatever is uploaded: findings, never a crash. The files of shipped processes, damaged at random with a fixed seed."""

import random

import pytest

from engine.processes import checks, importing, scenarios
from tests.engine.workflow.spiff.drawing import gateway, user, xml
from tests.workbench import shipped

ODD = [
    "5",
    "[]",
    "{}",
    "null",
    '""',
    "true",
    "[1]",
    '{"a":1}',
    "-1",
    "1e999",
    "= 5",
    "[step]",
    "step = [1]",
    "step = [{complete = 5}]",
]
KEYS = ["assignment", "consent", "signing", "confirmation", "closing", "performance"]


def damaged(text: str, chance: random.Random) -> str:
    """The text with a part replaced, cut out, doubled, or lines swapped."""
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.randrange(1, 30))
    match chance.randrange(5):
        case 0:
            return chance.choice(ODD)
        case 1:
            return text[:start] + text[end:]
        case 2:
            return text[:start] + chance.choice(ODD) + text[end:]
        case 3:
            return text[:start] + text[start:end] * 3 + text[end:]
    lines = text.split("\n")
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_file_gives_findings_or_runs_but_never_breaks_the_reader(seed):
    chance = random.Random(seed)
    key = KEYS[seed % len(KEYS)]
    files = dict(shipped()[key])
    path = chance.choice(sorted(files))
    files[path] = damaged(files[path], chance)
    folders = shipped() | {key: files}

    found = checks.check(key, folders)
    reports = [] if checks.errors(found) else scenarios.run_all(key, folders)

    assert all(finding.text for finding in found)
    assert all(report.passed or report.why for report in reports)


@pytest.mark.parametrize("step", [
    "complete = 5", 'complete = "x"\nanswers = 3', 'expect = 7', 'timer = "T05"\nmessage = "x"', 'operation = "a"\nparty = 1', "",
])
def test_a_step_that_says_nothing_a_walk_can_do_is_refused_with_its_number(step):
    with pytest.raises(scenarios.ScenarioRefused) as refusal:
        scenarios.Scenario.read(f"title = 'x'\n[[step]]\n{step}\n", "odd")
    assert refusal.value.details["step"] == 1


def test_a_condition_in_another_language_that_reads_the_same_here_is_told_when_it_is_taken_in():
    drawn = xml(user("u"), gateway("exclusive", "x", default="f3"), user("v"), "start > u > x", "v > end", "x > end",
                '<bpmn:sequenceFlow id="to_v" sourceRef="x" targetRef="v"><bpmn:conditionExpression language="groovy">n == 1'
                "</bpmn:conditionExpression></bpmn:sequenceFlow>")  # fmt: skip
    imported = importing.read(drawn, "tried")
    assert any("groovy" in note.text for note in imported.of_kind(importing.CHANGED) if note.element_id == "to_v")
    assert "language=" not in imported.files["process.bpmn"] and "n == 1" in imported.files["process.bpmn"]
