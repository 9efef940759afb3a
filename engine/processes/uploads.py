"""Take files into a draft, or refuse them with everything that is wrong and nothing changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from engine.access.actor import Actor
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.processes import checks, drafts, importing, library, settings
from engine.processes.models import Draft

ENDINGS = {".bpmn": library.DIAGRAM, ".dmn": "decisions/", ".json": "forms/", ".typ": "documents/", ".toml": "scenarios/"}
SETTLED = {"process.toml": library.SETTINGS, "en.json": library.ENGLISH}


class UploadRefused(Invalid):
    """A file cannot become part of the draft; `findings` names every element that stands in the way."""

    message = _("The files were not taken: %(count)s things are wrong. Nothing was changed.")

    def __init__(self, found: list[checks.Finding], notes: Iterable[importing.Note] = ()):
        self.findings, self.notes = found, list(notes)
        told = [problem(f"{each.file}#{each.element_id}", each.code, each.message, **each.values) for each in found]
        super().__init__(problems=told, count=len(told))


class NothingUploaded(Invalid):
    message = _("Choose at least one file.")


class OneDiagram(Invalid):
    message = _("Choose exactly one diagram (.bpmn), and with it any tables, forms or scenarios.")


@dataclass(frozen=True)
class Taken:
    """The draft with its new files, and what became of the parts of a diagram that another tool drew."""

    draft: Draft
    notes: tuple[importing.Note, ...] = ()


def take(actor: Actor, draft_id: int, uploads: Mapping[str, bytes], revision: int) -> Taken:
    """Put uploaded files (name → content) into the author's draft; a diagram of another modeller is brought into our shape.

    Raises UploadRefused when a file is not well-formed, carries a document type or entities, or brings an error that was not
    there before: an unknown operation, an element we do not run, a script outside the language, a missing form …
    """
    if not uploads:
        raise NothingUploaded()
    draft = drafts.get(actor, draft_id)
    changes, faults, notes = {}, [], ()
    for name, content in uploads.items():
        place = place_of(name)
        if place == library.DIAGRAM and (adapted := _adapted(content, draft)):
            changes |= adapted.files | settings.with_lanes(draft.files, {**library.lanes_of(draft.files), **adapted.lanes})
            notes = adapted.notes
            continue
        _decode(draft.process_key, name, content, changes, faults)
    faults += _new_errors(actor, draft, changes)
    if faults:
        raise UploadRefused(faults, notes)
    return Taken(drafts.save(actor, draft_id, changes, revision), notes)


def begin(actor: Actor, uploads: Mapping[str, bytes], key: str = "", operations: Mapping[str, str] | None = None) -> Taken:
    """A draft of a process that does not exist yet, from the diagram of another modeller and files beside it.

    It may have errors still: they keep it from being handed in, not from being worked on. Raises Invalid for what is no diagram.
    """
    diagrams = [content for name, content in uploads.items() if place_of(name) == library.DIAGRAM]
    if len(diagrams) != 1:
        raise OneDiagram()
    taken = importing.read(diagrams[0], key, operations)
    files, faults = {}, []
    for name, content in uploads.items():
        if place_of(name) != library.DIAGRAM:
            _decode(taken.key, name, content, files, faults)
    if faults:
        raise UploadRefused(faults, taken.notes)
    return Taken(drafts.begin(actor, taken.key, {**taken.files, **files}), taken.notes)


def _decode(key: str, name: str, content: bytes, files: dict, faults: list[checks.Finding]) -> None:
    """Put a text where it belongs, or say that it is none."""
    try:
        files[place_of(name)] = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        told = _("%(file)s is not UTF-8 text.")
        faults.append(checks.Finding(key, "error", "not_utf8", told, {"file": name}, file=name))


def still_wrong(actor: Actor, draft: Draft) -> list[checks.Finding]:
    """What keeps a draft from being handed in."""
    return checks.errors(drafts.check(actor, draft.id))


def _adapted(content: bytes, draft: Draft) -> importing.Imported | None:
    """A diagram in our shape; None when it is none, which the checks tell."""
    try:
        return importing.adapt(content, draft.process_key)
    except (Invalid, UnicodeDecodeError):
        return None


def place_of(name: str) -> str:
    """Where a file belongs in a process folder, told by its name; an unknown kind keeps its name and is refused later."""
    base = PurePath(name.replace("\\", "/")).name.lower()
    if base in SETTLED:
        return SETTLED[base]
    place = ENDINGS.get(PurePath(base).suffix, "")
    return place if place == library.DIAGRAM else f"{place}{base}"


def _new_errors(actor, draft: Draft, changes: Mapping[str, str]) -> list[checks.Finding]:
    """Errors in the uploaded files, and those elsewhere that were not there without them."""
    known = {_mark(finding) for finding in drafts.check(actor, draft.id)}
    found = checks.errors(drafts.check(actor, draft.id, changes))
    return [finding for finding in found if finding.file in changes or _mark(finding) not in known]


def _mark(finding: checks.Finding) -> tuple:
    return finding.file, finding.code, finding.element_id, str(finding.values)
