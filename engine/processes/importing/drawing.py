"""A diagram of another tool while it is being brought into our shape, with the list of what became of its parts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.workflow.spiff.reading import BPMN, SPIFF
from engine.workflow.xmlfiles import local

UNDERSTOOD, CHANGED, REFUSED = "understood", "changed", "refused"
_PARTS = ("EventDefinition", "Expression", "ondition", "Characteristics", "Ref")
EXTENSIONS = BPMN + "extensionElements"


@dataclass(frozen=True)
class Note:
    """What became of one part of a file: understood as it is, changed into ours, or refused and left out."""

    kind: str
    message: str
    values: dict = field(default_factory=dict)
    element_id: str = ""
    element_name: str = ""

    @property
    def text(self) -> str:
        return self.message % self.values if self.values else self.message


@dataclass
class Drawing:
    """The tree, the key it shall have, which topic is which operation, and what was found out so far."""

    root: etree._Element
    key: str = ""
    operations: Mapping[str, str] = field(default_factory=dict)
    lanes: dict[str, str] = field(default_factory=dict)  # lane → role
    names: dict[str, str] = field(default_factory=dict)  # names of data that had to change
    forms: dict[str, dict] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    _told: set[tuple] = field(default_factory=set)

    def understood(self, node, message: str, **values) -> None:
        self._note(UNDERSTOOD, node, message, values)

    def changed(self, node, message: str, **values) -> None:
        self._note(CHANGED, node, message, values)

    def refused(self, node, message: str, **values) -> None:
        self._note(REFUSED, node, message, values)

    def _note(self, kind, node, message, values):
        found = owner(node)
        place = {} if found is None else found.attrib
        note = Note(kind, message, values, place.get("id", ""), place.get("name", ""))
        told = (kind, message, repr(values), note.element_id)
        if told not in self._told:
            self._told.add(told)
            self.notes.append(note)

    @property
    def process(self) -> etree._Element:
        """The process that will run."""
        return next(each for each in self.processes() if each.get("id") == self.key)

    def processes(self) -> list[etree._Element]:
        return [each for each in self.root if each.tag == BPMN + "process"]

    def inside(self, *tags: str) -> Iterator[etree._Element]:
        """Elements of the process that will run, of these BPMN tags."""
        return self.process.iter(*(BPMN + tag for tag in tags))


def owner(node):
    """The element with an id that a part of a file belongs to."""
    while node is not None and not (node.get("id") and node.tag.startswith(BPMN) and not local(node).endswith(_PARTS)):
        node = node.getparent()
    return node


def add(parent, tag: str, text: str | None = None, first: bool = False, **attributes) -> etree._Element:
    """A new child; `first` puts it where the schema wants extensions, in front."""
    child = etree.Element(tag, {name: value for name, value in attributes.items() if value is not None})
    child.text = text
    if first:
        parent.insert(0, child)
    else:
        parent.append(child)
    return child


def extensions(node) -> etree._Element:
    """The place for additions of an element."""
    found = node.find(EXTENSIONS)
    return add(node, EXTENSIONS, first=True) if found is None else found


def give_property(node, name: str, value: str) -> None:
    """One of our properties."""
    place = extensions(node)
    entries = place.find(SPIFF + "properties")
    add(add(place, SPIFF + "properties") if entries is None else entries, SPIFF + "property", name=name, value=value)


def drop(node) -> None:
    """Take a part out, and the text around it stays."""
    if node.getparent() is not None:
        node.getparent().remove(node)


__all__ = ["BPMN", "CHANGED", "EXTENSIONS", "REFUSED", "SPIFF", "UNDERSTOOD", "Drawing", "Note", "add", "drop", "extensions",
           "give_property", "local", "owner"]  # fmt: skip
