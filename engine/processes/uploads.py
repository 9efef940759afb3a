"""Take files into a draft, or refuse them with everything that is wrong and nothing changed."""

from collections.abc import Mapping
from pathlib import PurePath

from engine.access.actor import Actor
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.processes import checks, drafts, library
from engine.processes.models import Draft

ENDINGS = {".bpmn": library.DIAGRAM, ".dmn": "decisions/", ".json": "forms/", ".typ": "documents/", ".toml": "scenarios/"}
SETTLED = {"process.toml": library.SETTINGS, "en.json": library.ENGLISH}


class UploadRefused(Invalid):
    """A file cannot become part of the draft; `findings` names every element that stands in the way."""

    message = _("The files were not taken: %(count)s things are wrong. Nothing was changed.")

    def __init__(self, found: list[checks.Finding]):
        self.findings = found
        told = [problem(f"{each.file}#{each.element_id}", each.code, each.message, **each.values) for each in found]
        super().__init__(problems=told, count=len(told))


class NothingUploaded(Invalid):
    message = _("Choose at least one file.")


def take(actor: Actor, draft_id: int, uploads: Mapping[str, bytes], revision: int) -> Draft:
    """Put uploaded files (name → content) into the author's draft.

    Raises UploadRefused when a file is not well-formed, carries a document type or entities, or brings an error that was not
    there before: an unknown operation, an element we do not run, a script outside the language, a missing form …
    """
    if not uploads:
        raise NothingUploaded()
    draft = drafts.get(actor, draft_id)
    changes, faults = {}, []
    for name, content in uploads.items():
        try:
            changes[place_of(name)] = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            told = _("%(file)s is not UTF-8 text.")
            faults.append(checks.Finding(draft.process_key, "error", "not_utf8", told, {"file": name}, file=name))
    faults += _new_errors(actor, draft, changes)
    if faults:
        raise UploadRefused(faults)
    return drafts.save(actor, draft_id, changes, revision)


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
