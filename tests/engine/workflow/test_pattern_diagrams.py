"""Each of the twenty patterns lies there as a diagram of our own making, the one its test walks through."""

from engine.workflow import spiff
from tests.engine.workflow.pattern_diagrams import FOLDER, diagrams


def test_each_pattern_is_a_diagram_that_runs_and_can_be_looked_at():
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.bpmn")}
    assert kept == diagrams(), "write them again: python -m tests.engine.workflow.pattern_diagrams"
    assert sorted(name[:2] for name in kept) == [f"{number:02}" for number in range(1, 21)]
    for name, text in kept.items():
        key = name.removesuffix(".bpmn")[3:]
        assert [each for each in spiff.check([spiff.Source(key, text.encode())]) if each.is_error] == []
        assert text.count("<bpmndi:BPMNShape ") >= text.count("<bpmn:userTask ")
