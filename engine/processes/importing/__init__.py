"""Take in a diagram of another tool: our files, and a list of what was understood, what was changed and what was refused.

`read(content)` for a process of its own, `adapt(content, key)` for the diagram of a process there is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.access.models import Role
from engine.errors import Invalid
from engine.i18n import _
from engine.processes import library, settings, starter
from engine.processes.importing import camunda, layout, names, pools, vendors
from engine.processes.importing.drawing import BPMN, CHANGED, REFUSED, UNDERSTOOD, Drawing, Note
from engine.workflow.spiff.reader import NODES
from engine.workflow.spiff.reading import MAX_NODES, SPIFF
from engine.workflow.xmlfiles import read_xml

__all__ = ["CHANGED", "REFUSED", "UNDERSTOOD", "Imported", "Note", "NotADiagram", "TooLarge", "adapt", "read"]
PREFIXES = {
    "bpmn": BPMN[1:-1], "spiffworkflow": SPIFF[1:-1], "bpmndi": layout.DI[1:-1], "dc": layout.DC[1:-1], "di": layout.LINE[1:-1],
}  # fmt: skip

_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


class NotADiagram(Invalid):
    """The file is XML but no BPMN 2.0 diagram."""

    message = _("The file is not a BPMN 2.0 diagram.")


class TooLarge(Invalid):
    """More than a process may have; nothing of it is taken in."""

    message = _("The diagram has more than %(most)s elements or arrows.")


@dataclass(frozen=True)
class Imported:
    """The files a diagram gives, under the key they belong to, and what became of its parts."""

    key: str
    files: Mapping[str, str]
    notes: tuple[Note, ...] = ()
    lanes: Mapping[str, str] = field(default_factory=dict)  # roles of lanes that were made of groups

    def of_kind(self, kind: str) -> list[Note]:
        return [note for note in self.notes if note.kind == kind]


def read(content: bytes, key: str = "", operations: Mapping[str, str] | None = None) -> Imported:
    """A whole process folder. `operations`: topic → operation. Raises FileRefused, NotADiagram, NoProcess, TooLarge."""
    if key and not starter.NAME.fullmatch(key):
        raise starter.NameUnusable()
    drawing = _translated(content, key, operations or {})
    written = {"key": drawing.key, "title": _title(drawing), "title_en": "", "owner": "mediation", "start": {"by": "call"},
               "lanes": _lanes(drawing)}
    files = {library.DIAGRAM: _as_text(drawing.root), library.SETTINGS: settings.as_toml(written), **_forms(drawing)}
    return Imported(drawing.key, files, tuple(drawing.notes))


def adapt(content: bytes, key: str, operations: Mapping[str, str] | None = None) -> Imported:
    """The diagram and forms for a process there is; a diagram that needs no change keeps every letter."""
    drawing = _translated(content, key, operations or {})
    if all(note.kind == UNDERSTOOD for note in drawing.notes):
        return Imported(key, {library.DIAGRAM: content.decode("utf-8-sig")}, tuple(drawing.notes))
    return Imported(key, {library.DIAGRAM: _as_text(drawing.root), **_forms(drawing)}, tuple(drawing.notes), drawing.lanes)


def _translated(content, key, operations) -> Drawing:
    root = read_xml(content)
    if root.tag != BPMN + "definitions":
        raise NotADiagram()
    if max(sum(1 for _each in root.iter(*NODES)), sum(1 for _each in root.iter(BPMN + "sequenceFlow")) // 2) > MAX_NODES:
        raise TooLarge(most=MAX_NODES)
    drawing = Drawing(root, operations=operations)
    vendors.recognise(drawing)
    pools.settle(drawing, key)
    names.settle(drawing)
    camunda.translate(drawing)
    vendors.strip(drawing)
    layout.complete(drawing)
    return drawing


def _title(drawing: Drawing) -> str:
    """What the process is called: its pool's name, its own, or its key."""
    pools_of_it = [each for each in drawing.root.iter(BPMN + "participant") if each.get("processRef") == drawing.key]
    said = [each.get("name") or "" for each in [*pools_of_it, drawing.process]]
    return next((each.strip()[:200] for each in said if each.strip()), drawing.key)


def _lanes(drawing: Drawing) -> dict[str, str]:
    """The roles of the lanes that are called like a role; the others are for the designer to say."""
    roles = {role: role for role in (*map(str, Role), "party", "system")} | drawing.lanes
    named = {each.get("name") or each.get("id"): each for each in drawing.process.iter(BPMN + "lane")}
    for name, lane in named.items():
        if name not in roles:
            drawing.refused(lane, _("Nobody knows yet which role has the lane “%(lane)s”: say so in process.toml."), lane=name)
    return {name: roles[name] for name in named if name in roles}


def _forms(drawing: Drawing) -> dict[str, str]:
    return {f"forms/{name}.json": json.dumps(form, ensure_ascii=False, indent=2) + "\n" for name, form in drawing.forms.items()}


def _as_text(root) -> str:
    """The tree as a file of ours, under the usual prefixes."""
    whole = etree.Element(root.tag, root.attrib, nsmap=PREFIXES)
    whole.extend(list(root))
    for node in whole.iter():
        if _TYPE in node.attrib:
            node.set(_TYPE, "bpmn:" + node.get(_TYPE).split(":")[-1])
    etree.cleanup_namespaces(whole, keep_ns_prefixes=list(PREFIXES))
    etree.indent(whole)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(whole, encoding="unicode") + "\n"
