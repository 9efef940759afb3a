"""Make versions: checked, walked through their scenarios, numbered, never changed again."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from engine import crash
from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.db import db
from engine.errors import Conflict, Invalid, problem
from engine.i18n import _
from engine.processes import bindings, checks, library, scenarios
from engine.workflow import starts, versions
from engine.workflow.models import Version

Folders = Mapping[str, Mapping[str, str]]


class ProcessesRefused(Invalid):
    """Something does not hold; `findings` and `reports` (of failed scenarios) say what, `problems` both for any door."""

    message = _("%(count)s things keep the processes from being published.")

    def __init__(self, findings: list[checks.Finding], reports: list[scenarios.Report] = ()):
        self.findings, self.reports = findings, list(reports)
        places = [(f"{each.process_key}/{each.file}#{each.element_id}", each) for each in findings]
        places += [(f"{each.process_key}/scenarios/{each.scenario}.toml#{each.step}", each) for each in reports]
        told = [problem(place, each.code, each.message, **each.values) for place, each in places]
        super().__init__(problems=told, count=len(told))


class PublishedMeanwhile(Conflict):
    """Somebody published the same process in the same moment."""

    message = _("Another version of %(key)s was published in this moment; look at it and try again.")


def publish_path(actor: Actor, path: Path, note: str = "") -> list[Version]:
    """Publish the process folders at a path; returns the new versions, none when nothing changed."""
    return publish(actor, library.read_folders(path), note=note)


def publish(actor: Actor, folders: Folders, author: str = "", note: str = "") -> list[Version]:
    """Make a version of every folder whose content changed, called processes first.

    Nothing is published when a check or a scenario fails, of these processes or of one that calls them.
    Raises ProcessesRefused, FolderRefused.
    """
    require(actor, Permission.PROCESS_PUBLISH)
    library.lock(folders)
    in_force = library.published()
    changed = {key: dict(files) for key, files in folders.items() if not _same(in_force.get(key), files)}
    if not changed:
        return []
    everything = {key: version.files for key, version in in_force.items()} | {key: dict(files) for key, files in folders.items()}
    refuse_broken(everything, _touched(changed, everything))
    return [_new_version(key, changed[key], actor.name, author or actor.name, note) for key in library.in_order(changed)]


def _same(version: Version | None, files) -> bool:
    return version is not None and version.sha256 == library.digest(files)


def _touched(changed, everything) -> list[str]:
    """The changed processes and all that run on them when a case begins: their scenarios must still hold."""
    for key, files in changed.items():
        library.refuse_faulty(key, files)
    return [key for key in library.in_order(everything) if bindings.affected(key, everything, changed)]


def refuse_broken(everything: Folders, keys: list[str]) -> None:
    """Raise ProcessesRefused when a check or a scenario of one of these processes fails."""
    found = [finding for key in keys for finding in checks.errors(checks.check(key, everything))]
    if found:
        raise ProcessesRefused(found)
    failed = [report for key in keys for report in scenarios.run_all(key, everything) if not report.passed]
    if failed:
        raise ProcessesRefused([], failed)


def _new_version(key, files, by, author, note) -> Version:
    settings = library.settings_of(files)
    newest = db.session.scalar(select(func.max(Version.number)).where(Version.process_key == key)) or 0
    version = Version(
        process_key=key, number=newest + 1, sha256=library.digest(files), files=files, calls=library.calls_of(files),
        bound={called: versions.latest(called).id for called in sorted(bindings.pinned(key, files))},
        title=settings["title"], title_en=settings.get("title_en", ""), published_by=by, author=author, note=note,
    )
    db.session.add(version)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise PublishedMeanwhile(key=key) from error
    crash.point("publish.after_insert")
    starts.renew(version)
    return version
