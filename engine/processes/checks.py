"""Everything that must hold before a process is published; each finding names its process, file and element."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine import operations
from engine.i18n import _
from engine.processes import bindings, check_content, check_terms, library
from engine.workflow import spiff, versions
from engine.workflow.xmlfiles import FileRefused


@dataclass(frozen=True)
class Finding:
    """One thing to know about a process: an error keeps it from being published, a warning does not."""

    process_key: str
    severity: str
    code: str
    message: str
    values: dict = field(default_factory=dict)
    element_id: str = ""
    element_name: str = ""
    file: str = library.DIAGRAM

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    @property
    def text(self) -> str:
        """The message with its values, untranslated."""
        return self.message % self.values if self.values else self.message


def check(key: str, folders: Mapping[str, Mapping[str, str]]) -> list[Finding]:
    """All findings about one process; `folders` hold it and whatever it may call."""
    files = folders[key]
    try:
        library.refuse_faulty(key, files)
    except library.FolderRefused as refusal:
        return [
            Finding(key, "error", fault["code"], fault["message"], fault["values"], file=fault["pointer"])
            for fault in refusal.problems
        ]
    found = [*_settings(key, files), *_drawing(key, folders)]
    found += [Finding(key, *told) for told in check_content.files(files)]
    found += _elements(key, files)
    found += [Finding(key, *told) for told in check_terms.twice(key, folders)]
    return sorted(found, key=lambda finding: not finding.is_error)


def _settings(key, files) -> list[Finding]:
    """What process.toml must say."""
    if library.SETTINGS not in files:
        return [_of_settings(key, "no_settings", _("process.toml is missing."))]
    settings, found = library.settings_of(files), []
    if settings.get("key") != key:
        found.append(_of_settings(key, "key_differs", _("process.toml says the key “%(said)s”, the folder is “%(folder)s”."),
                                  said=settings.get("key", ""), folder=key))
    if library.key_of(files) != key:
        message = _("The process in the diagram is called “%(said)s”, the folder is “%(folder)s”.")
        found.append(_of_settings(key, "key_differs", message, said=library.key_of(files), folder=key))
    if not isinstance(settings.get("title"), str) or not settings["title"].strip():
        found.append(_of_settings(key, "no_title", _("process.toml gives no title (at most 200 letters).")))
    lanes = settings.get("lanes", {})
    if not isinstance(lanes, dict) or not all(isinstance(role, str) for role in lanes.values()):
        found.append(_of_settings(key, "lanes", _("The lanes in process.toml are a table: lane = role.")))
    for title in (settings.get("title"), settings.get("title_en")):
        if isinstance(title, str) and len(title) > check_content.NAME:
            message = _("process.toml gives a title of %(length)s letters; there is room for 200.")
            found.append(_of_settings(key, "title_too_long", message, length=len(title)))
    if not isinstance(settings.get("title_en", ""), str):
        found.append(_of_settings(key, "no_title", _("The English title in process.toml is no title.")))
    elif not settings.get("title_en"):
        found.append(_of_settings(key, "english_missing", _("The English title is missing."), severity="warning"))
    return found


def _of_settings(key, code, message, severity="error", **values):
    return Finding(key, severity, code, message, values, file=library.SETTINGS)


def _drawing(key, folders) -> list[Finding]:
    """What the engine says about the diagram itself, and about the way the processes call each other."""
    files = folders[key]
    known = {operation.name: set(operation.Inputs().fields) for operation in operations.OPERATIONS.values()}
    forms = {path.removeprefix("forms/").removesuffix(".json") for path in files if path.startswith("forms/")}
    found = [
        _of_engine(key, finding) for finding in spiff.check([versions.source(key, files)], known, forms)
        if finding.code != "called_process_unknown" or finding.values.get("name") not in folders
    ]
    if key in _called_from(key, folders):
        found.append(Finding(key, "error", "calls_itself", _("Processes that call each other in a circle cannot run.")))
    return found


def _called_from(key, folders) -> set[str]:
    """Every process that can be reached from this one by calls."""
    reached, ahead = set(), list(library.calls_of(folders[key]))
    while ahead:
        called = ahead.pop()
        if called in folders and called not in reached:
            reached.add(called)
            ahead += library.calls_of(folders[called])
    return reached


def _of_engine(key, finding: spiff.Finding) -> Finding:
    return Finding(
        key, finding.severity, finding.code, finding.message, finding.values,
        finding.element_id or "", finding.element_name or "",
    )


def _elements(key, files) -> list[Finding]:
    """What each element needs besides being runnable: its operation's inputs, a role, terms we know, a shape, English."""
    try:
        process = spiff.read(versions.source(key, files))[key]
    except (spiff.ModelRefused, FileRefused, KeyError):
        return []  # told above
    told = [*check_content.elements(process, files), *bindings.findings(process)]
    return [Finding(key, *each) for each in told]


def errors(found: Iterable[Finding]) -> list[Finding]:
    """Those that keep a process from being published."""
    return [finding for finding in found if finding.is_error]
