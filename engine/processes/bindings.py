"""Which version of a called process a call activity means: the one in force when a case begins, or the one published with it."""

from collections.abc import Iterator, Mapping

from engine.i18n import _
from engine.processes import library
from engine.workflow import spiff, versions

LATEST, PUBLISHED = "latest", "published"
PROPERTY = "binding"


def calls(process: spiff.Process) -> list[spiff.Element]:
    """The call activities of a process."""
    return [element for element in process.elements.values() if element.called]


def findings(process: spiff.Process) -> Iterator[tuple]:
    """What is wrong with the choices: an unknown word, or two calls of one process that disagree."""
    chosen: dict[str, str] = {}
    for element in calls(process):
        word = element.properties.get(PROPERTY, LATEST)
        place = (element.id, element.name, library.DIAGRAM)
        if word not in (LATEST, PUBLISHED):
            yield "error", "binding", _("“%(name)s” is no binding: published or latest."), {"name": word}, *place
        elif chosen.setdefault(element.called, word) != word:
            message = _("Two calls of “%(called)s” ask for different versions of it.")
            yield "error", "bindings_differ", message, {"called": element.called}, *place


def pinned(key: str, files: library.Files) -> set[str]:
    """Keys of the processes that are bound to the version published with this one."""
    process = spiff.read(versions.source(key, files)).get(key)
    return {each.called for each in calls(process) if each.properties.get(PROPERTY) == PUBLISHED} if process else set()


def affected(key: str, folders: Mapping[str, library.Files], changed: Mapping[str, library.Files]) -> bool:
    """Does a change of these folders reach a process? Through what an unchanged one is bound to it does not."""
    seen, ahead = set(), [key]
    while ahead:
        here = ahead.pop()
        if here in changed:
            return True
        if here in folders and here not in seen:
            seen.add(here)
            ahead += set(library.calls_of(folders[here])) - pinned(here, folders[here])
    return False
