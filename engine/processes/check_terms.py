"""One clock of a kind: a timer within the reach of another timer of the same term would let a case have two at once."""

from collections.abc import Iterator, Mapping

from engine.deadlines import terms
from engine.i18n import _
from engine.processes import library
from engine.workflow import spiff, versions
from engine.workflow.xmlfiles import FileRefused

Told = tuple[str, str, str, dict, str, str, str]
Folders = Mapping[str, Mapping[str, str]]


def twice(key: str, folders: Folders) -> Iterator[Told]:
    """Timers of a term that stand around other timers of that term, in the same diagram or in one that is called."""
    known = {}
    for timer in _timers(_read(key, folders, known)):
        host, kind = timer.attached_to, _kind(timer)
        if not host or not kind:
            continue
        for inner, inside in _within(key, host, folders, known):
            if (inner, inside.id) != (key, timer.id) and kind & _kind(inside):
                values = {"term": timer.properties["term"], "process": inner, "element": inside.name or inside.id}
                message = _("The term “%(term)s” would run twice at once: “%(element)s” in “%(process)s” counts it too.")
                yield "error", "term_twice", message, values, timer.id, timer.name, library.DIAGRAM


def _timers(process) -> list:
    return [] if process is None else [each for each in process.elements.values() if each.properties.get("term")]


def _kind(timer) -> set[str]:
    """Which terms of the table it may be: `mediation` is whichever the case has."""
    try:
        return {term.id for term in terms.family(timer.properties["term"])}
    except terms.UnknownTerm:
        return set()  # told elsewhere


def _within(key: str, host: str, folders: Folders, known: dict) -> Iterator[tuple]:
    """All timers on an activity, on its parts, and in what it calls."""
    process, seen = _read(key, folders, known), set()
    parts = {host}
    while more := {each.id for each in process.elements.values() if each.scope in parts} - parts:
        parts |= more
    for timer in _timers(process):
        if timer.id in parts or timer.attached_to in parts:
            yield key, timer
    for part in sorted(parts):
        called = process.elements[part].called
        if called and called in folders and called not in seen:
            seen.add(called)
            yield from _everything(called, folders, seen, known)


def _everything(key: str, folders: Folders, seen: set[str], known: dict) -> Iterator[tuple]:
    process = _read(key, folders, known)
    if process is None:
        return
    yield from ((key, timer) for timer in _timers(process))
    for element in process.elements.values():
        if element.called and element.called in folders and element.called not in seen:
            seen.add(element.called)
            yield from _everything(element.called, folders, seen, known)


def _read(key: str, folders: Folders, known: dict):
    if key not in known:
        try:
            known[key] = spiff.read(versions.source(key, folders[key]))[key]
        except (spiff.ModelRefused, FileRefused, KeyError):
            known[key] = None  # told elsewhere
    return known[key]
