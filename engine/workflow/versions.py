"""Load published versions: parsed once, cached by id, together with the processes they call."""

import hashlib
import json
import threading
import tomllib
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import func, select

from engine.db import db
from engine.errors import NotFound
from engine.i18n import _
from engine.workflow import spiff
from engine.workflow.models import Instance, Version

KEPT = 64


class ProcessUnknown(NotFound):
    """No version of this process has been published."""

    message = _("There is no published process %(process)s.")


@dataclass(frozen=True, eq=False)
class Loaded:
    """A version with everything it calls, ready to run; one object for all instances bound to the same versions."""

    definition: spiff.Definition
    files: dict[str, dict[str, str]]  # process key → path → text
    settings: dict[str, dict] = field(default_factory=dict)  # process key → process.toml
    english: dict[str, dict[str, str]] = field(default_factory=dict)  # process key → element id → name

    @cached_property
    def pausing(self) -> dict[tuple[str, str], spiff.Element]:
        """(process key, element id) → the elements at which terms stand still."""
        elements = (each for process in self.definition.processes.values() for each in process.elements.values())
        return {(each.process_key, each.id): each for each in elements if each.pauses}

    @property
    def reaches_beyond(self) -> bool:
        """Do its steps lock more than their own instance and case: data stores, or the instances whose terms stand still?"""
        return bool(self.pausing or self.definition.written)

    def role(self, process_key: str, lane: str | None) -> str:
        """The role that process.toml gives a lane; a lane without one names the role itself."""
        return self.settings.get(process_key, {}).get("lanes", {}).get(lane or "", lane or "")

    def english_name(self, process_key: str, element_id: str) -> str:
        return self.english.get(process_key, {}).get(element_id, "")

    def form(self, process_key: str, name: str) -> dict | None:
        """A form file of a process, or None."""
        text = self.files.get(process_key, {}).get(f"forms/{name}.json")
        return json.loads(text) if text else None


class Kept:
    """What was loaded lately, by key."""

    def __init__(self):
        self._rows: OrderedDict[tuple, Loaded] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple) -> Loaded | None:
        with self._lock:
            if key in self._rows:
                self._rows.move_to_end(key)
            return self._rows.get(key)

    def put(self, key: tuple, loaded: Loaded) -> Loaded:
        with self._lock:
            self._rows[key] = loaded
            while len(self._rows) > KEPT:
                self._rows.popitem(last=False)
        return loaded

    def forget(self) -> None:
        with self._lock:
            self._rows.clear()


_bound, _parsed = Kept(), Kept()  # by the ids of versions; by what their files say


def latest(process_key: str) -> Version:
    """The version new cases get. Raises ProcessUnknown."""
    newest = select(func.max(Version.number)).where(Version.process_key == process_key).scalar_subquery()
    version = db.session.scalar(select(Version).where(Version.process_key == process_key, Version.number == newest))
    if version is None:
        raise ProcessUnknown(process=process_key)
    return version


def bind(version: Version) -> dict[str, int]:
    """The versions of all called processes: in force now, or published with their caller; an instance keeps them to its end.

    There is one version of each in an instance: where callers disagree, the one nearest to the beginning decides.
    """
    bindings, ahead = {}, [version]
    while ahead:
        caller = ahead.pop(0)
        for key in caller.calls:
            if key not in bindings and key != version.process_key:
                pinned = caller.bound.get(key)
                called = db.session.get(Version, pinned) if pinned else latest(key)
                bindings[key] = called.id
                ahead.append(called)
    return bindings


def load(version_id: int, bindings: dict[str, int]) -> Loaded:
    """The parsed closure of a version under these bindings."""
    key = (db.engine, version_id, *sorted(bindings.values()))
    if (known := _bound.get(key)) is not None:
        return known
    versions = list(db.session.scalars(select(Version).where(Version.id.in_([version_id, *bindings.values()]))))
    process_key = next(version.process_key for version in versions if version.id == version_id)
    folders = {version.process_key: version.files for version in versions}
    try:
        return _bound.put(key, assembled(process_key, folders))
    except spiff.ModelRefused:
        return _bound.put(key, assemble(process_key, folders, is_kept=True))


def of_instance(instance: Instance) -> Loaded:
    """What an instance runs on."""
    return load(instance.version_id, instance.bindings)


def assemble(process_key: str, folders: dict[str, dict[str, str]], is_kept: bool = False) -> Loaded:
    """Parse a process with the processes it calls from their files; `is_kept`: published ones. Raises spiff.ModelRefused."""
    definition = spiff.parse(process_key, [source(key, files) for key, files in folders.items()], is_kept)
    return Loaded(
        definition, folders,
        {key: tomllib.loads(files.get("process.toml", "")) for key, files in folders.items()},
        {key: json.loads(files.get("locale/en.json", "{}")) for key, files in folders.items()},
    )


def assembled(process_key: str, folders: dict[str, dict[str, str]]) -> Loaded:
    """The same, parsed once for the same files, whatever versions they belong to: scenarios are walked many times."""
    content = json.dumps(folders, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    key = (process_key, hashlib.sha256(content).hexdigest())
    return _parsed.get(key) or _parsed.put(key, assemble(process_key, folders))


def source(process_key: str, files: dict[str, str]) -> spiff.Source:
    """One folder as the parser takes it."""
    decisions = tuple(text.encode() for path, text in sorted(files.items()) if path.startswith("decisions/"))
    return spiff.Source(process_key, files["process.bpmn"].encode(), decisions)


def forget() -> None:
    """Forget which versions were loaded (tests that start over with an empty database); what files say stays true."""
    _bound.forget()
