"""The files a process is made of, read and brought into shape."""

from dataclasses import dataclass, field

from engine.i18n import _
from engine.workflow.decisions import Decision, DecisionsRefused, parse_decisions
from engine.workflow.spiff.model import Process
from engine.workflow.spiff.normalise import drop_pictures, normalise
from engine.workflow.spiff.reader import read_processes
from engine.workflow.spiff.reading import read_xml, refused
from engine.workflow.xmlfiles import FileRefused


@dataclass(frozen=True)
class Source:
    """One diagram with its decision tables, as bytes; `key` is what the library of processes calls it."""

    key: str
    xml: bytes
    decisions: tuple[bytes, ...] = ()


@dataclass
class ReadSource:
    """A source as XML tree and as plain values."""

    key: str
    root: object
    processes: list[Process]
    decisions: dict[str, Decision]
    dropped: list[str] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)


def read_source(source: Source) -> ReadSource:
    root = read_xml(source.xml)
    dropped = normalise(root)
    pictures = drop_pictures(root, source.key)
    decisions = {}
    for table in source.decisions:
        more = _tables(table)
        for name in more.keys() & decisions.keys():
            raise refused("duplicate_decision", _("Two tables define the decision “%(name)s”."), name=name)
        decisions |= more
    return ReadSource(source.key, root, read_processes(root), decisions, dropped, pictures)


def read(source: Source) -> dict[str, Process]:
    """The processes of a diagram as plain values, by key; `ModelRefused` when it cannot even be read."""
    return {process.key: process for process in read_source(source).processes}


def _tables(xml: bytes) -> dict[str, Decision]:
    try:
        return parse_decisions(xml)
    except (DecisionsRefused, FileRefused) as error:
        raise refused("bad_decision", error.message, **error.details) from error


def closure(process_key: str, processes: dict[str, Process]) -> list[str]:
    """The process and what it calls, directly or not, in the order found."""
    found, todo = [], [process_key]
    while todo:
        key = todo.pop(0)
        if key in found or key not in processes:
            continue
        found.append(key)
        todo += [element.called for element in processes[key].elements.values() if element.called]
    return found
