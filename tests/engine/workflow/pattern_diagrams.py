"""The diagrams of the twenty patterns as files for modellers; `python -m tests.engine.workflow.pattern_diagrams` writes them."""

from pathlib import Path
from unittest.mock import patch

from lxml import etree

from engine.processes import importing
from engine.processes.library import DIAGRAM
from tests.engine.workflow import test_patterns
from tests.engine.workflow.spiff.drawing import laid, xml

FOLDER = Path(__file__).parents[2] / "data" / "patterns"
NAMELESS = ("Gateway", "startEvent", "endEvent")


def diagrams() -> dict[str, str]:
    """File → the diagram that the test of this pattern walks through, with a picture."""
    tests = {name.removeprefix("test_"): test for name, test in vars(test_patterns).items() if name.startswith("test_")}
    return {f"{name}.bpmn": _pictured(_drawn_by(test), name) for name, test in tests.items()}


def _drawn_by(test) -> bytes:
    """The first drawing that a test puts on the desk."""
    drawn = []

    def noting(*parts, **more):
        drawn.append(xml(*parts))
        return laid(*parts, **more)

    with patch.object(test_patterns, "laid", noting):
        test()
    return drawn[0]


def _pictured(drawing: bytes, name: str) -> str:
    number, _line, key = name.partition("_")
    root = etree.fromstring(drawing)
    for node in root.iter("{*}*"):
        if node.get("id") and node.tag.endswith(("Task", "Event", "subProcess")) and not node.tag.endswith(NAMELESS):
            node.set("name", node.get("id").replace("_", " "))
        for condition in node.iterchildren("{*}conditionExpression"):
            node.set("name", condition.text)
        if node.tag.endswith("}process"):
            node.set("name", f"{number} {key.replace('_', ' ')}")
    return importing.adapt(etree.tostring(root), key).files[DIAGRAM]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, text in diagrams().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
