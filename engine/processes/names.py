"""Everything in a process that has a name people read, with its English beside it."""

from dataclasses import dataclass

from engine.processes import library
from engine.processes.library import DIAGRAM, Files
from engine.workflow.xmlfiles import local, read_xml

INTERNAL = ("definitions", "message", "signal", "error", "BPMNDiagram")


@dataclass(frozen=True)
class Named:
    """One element with its name in both languages."""

    file: str
    id: str
    kind: str
    name: str
    english: str


def every(files: Files) -> list[Named]:
    """All named elements of the diagram, then of the decisions, in their order in the file."""
    english = library.english_of(files)
    paths = [DIAGRAM, *sorted(path for path in files if path.startswith("decisions/"))]
    return [
        Named(path, node.get("id"), local(node), name, english.get(node.get("id"), ""))
        for path in paths if path in files
        for node in read_xml(files[path].encode()).iter()
        if node.get("id") and (name := node.get("label") or node.get("name")) and local(node) not in INTERNAL
    ]
