"""What changed between two states of a process folder: which files, which elements, and the lines of what is plain text."""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.processes.library import Files
from engine.workflow.xmlfiles import FileRefused, local, read_xml

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
DRAWN = "BPMNDiagram"
NAMELESS = ("incoming", "outgoing", "flowNodeRef")  # follow from the arrows and lanes, which are told themselves
MAX_LINES = 400


@dataclass(frozen=True)
class ElementChange:
    """One element that is new, gone or different."""

    id: str
    name: str
    kind: str
    what: str = ""  # its type: userTask, sequenceFlow, rule, component …


@dataclass(frozen=True)
class FileChange:
    """One file that is new, gone or different; `kind` is "moved" when only the drawing was rearranged."""

    name: str
    kind: str
    elements: list[ElementChange] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def compare(old: Files, new: Files) -> list[FileChange]:
    """All changed files, with their elements or lines."""
    return [_file(name, old.get(name), new.get(name)) for name in sorted({*old, *new}) if old.get(name) != new.get(name)]


def _file(name: str, old: str | None, new: str | None) -> FileChange:
    kind = ADDED if old is None else REMOVED if new is None else CHANGED
    elements = _elements(name, old, new)
    if kind == CHANGED and name.endswith(".bpmn") and not elements:
        return FileChange(name, MOVED)
    shown = [] if name.endswith((".bpmn", ".dmn")) else _lines(old or "", new or "")
    return FileChange(name, kind, elements, shown)


def _lines(old: str, new: str) -> list[str]:
    """A unified difference without its heads."""
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2))[2:]
    return lines[:MAX_LINES]


def _elements(name: str, old: str | None, new: str | None) -> list[ElementChange]:
    before, after = _parts(name, old), _parts(name, new)
    found = []
    for id in [*after, *(each for each in before if each not in after)]:
        if before.get(id) == after.get(id):
            continue
        kind = ADDED if id not in before else REMOVED if id not in after else CHANGED
        what, title, _content = after.get(id) or before[id]
        found.append(ElementChange(id, title, kind, what))
    return found


def _parts(name: str, text: str | None) -> Mapping[str, tuple[str, str, str]]:
    """Element id → (type, name, content without what belongs to other elements)."""
    try:
        if text and name.endswith((".bpmn", ".dmn")):
            return _of_xml(read_xml(text.encode()))
        if text and name.startswith("forms/"):
            return _of_form(json.loads(text))
    except (FileRefused, ValueError):
        pass
    return {}


def _of_xml(root) -> dict:
    found = {}
    for child in root:
        if local(child) == DRAWN:
            continue
        for node in child.iter():
            if node.get("id") and not local(node).endswith(("EventDefinition", "Expression", "Entry")):
                found[node.get("id")] = (local(node), node.get("name") or node.get("label") or "", _own(node))
    return found


def _own(node) -> str:
    """An element's own content: its attributes and its parts, without elements that are told themselves."""
    parts = [repr(sorted(node.attrib.items()))]
    for child in node:
        if local(child) in NAMELESS:
            continue
        if not child.get("id") or local(child).endswith(("EventDefinition", "Expression", "Entry")):
            parts.append(_canonical(child))
    return "\n".join(parts)


def _canonical(node) -> str:
    """Parts of an element in one notation: order of attributes, prefixes and indentation do not count."""
    text = (node.text or "").strip()
    inner = "".join(_canonical(child) for child in node)
    attributes = sorted((name, value) for name, value in node.attrib.items() if name != "id" and "XMLSchema-instance" not in name)
    return f"<{etree.QName(node).localname} {attributes}>{text}{inner}"


def _of_form(row) -> dict:
    components = row.get("components", []) if isinstance(row, dict) else []
    found = {}
    for number, each in enumerate(components):
        if isinstance(each, dict):
            key, content = str(each.get("key") or f"#{number + 1}"), json.dumps(each, sort_keys=True, ensure_ascii=False)
            found[key] = (str(each.get("type", "")), str(each.get("label", ""))[:60], content)
    return found
