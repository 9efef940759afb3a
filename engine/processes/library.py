"""Process folders: read them, write them, tell two states apart. The same layout on disk, in a version and in a draft."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import func, select

from engine.db import db
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.workflow.models import Version
from engine.workflow.xmlfiles import FileRefused, local, read_xml

DIAGRAM, SETTINGS, ENGLISH = "process.bpmn", "process.toml", "locale/en.json"
PLACES = {"forms": ".json", "decisions": ".dmn", "documents": ".typ", "locale": ".json", "scenarios": ".toml"}
MAX_BYTES, MAX_FILES = 2 * 1024 * 1024, 200

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"

Files = Mapping[str, str]


class FolderRefused(Invalid):
    """A process folder, or a file for it, is not what it may be; `problems` names every file."""

    message = _("The process folder “%(key)s” cannot be used.")


class NoProcessHere(Invalid):
    """The path holds no process folder."""

    message = _("There is no process folder in %(path)s (a folder with a process.bpmn).")


def read_folders(path: Path) -> dict[str, dict[str, str]]:
    """The process folders at a path, by key: the path itself, or every folder in it that has a diagram."""
    path = Path(path)
    places = [path] if (path / DIAGRAM).is_file() else sorted(place.parent for place in path.glob(f"*/{DIAGRAM}"))
    if not places:
        raise NoProcessHere(path=str(path))
    return {place.name: read_folder(place) for place in places}


def read_folder(path: Path) -> dict[str, str]:
    """The files of one process folder: path inside the folder → text. Raises FolderRefused."""
    files, faults = {}, []
    for place in sorted(each for each in path.rglob("*") if each.is_file()):
        name = place.relative_to(path).as_posix()
        try:
            files[name] = place.read_bytes()[: MAX_BYTES + 1].decode()
        except UnicodeDecodeError:
            faults.append(problem(name, "not_utf8", _("%(file)s is not UTF-8 text."), file=name))
    refuse_faulty(path.name, files, faults)
    return files


def write_folder(files: Files, path: Path) -> None:
    """Write a folder as it was read; files that no longer belong to it are removed."""
    for place in [each for each in path.rglob("*") if each.is_file()] if path.is_dir() else []:
        if place.relative_to(path).as_posix() not in files and is_place(place.relative_to(path).as_posix()):
            place.unlink()
    for name, text in files.items():
        place = path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def is_place(name: str) -> bool:
    """May a file of a process folder have this path?"""
    if name in (DIAGRAM, SETTINGS):
        return True
    folder, _slash, rest = name.partition("/")
    ending = PLACES.get(folder)
    return bool(ending) and rest.endswith(ending) and bool(_NAME.fullmatch(rest.removesuffix(ending)))


def refuse_faulty(key: str, files: Files, faults: list[dict] = ()) -> None:
    """Raise FolderRefused when a file may not stand where it stands, is too large, or is not even well-formed."""
    faults = [*faults]
    if not _NAME.fullmatch(key):
        faults.append(problem("key", "key", _("A key is made of small letters, digits and underscores.")))
    if len(files) > MAX_FILES:
        faults.append(problem("", "too_many_files", _("A process has at most %(limit)s files."), limit=MAX_FILES))
    if DIAGRAM not in files:
        faults.append(problem(DIAGRAM, "no_diagram", _("The diagram (process.bpmn) is missing.")))
    for name, text in files.items():
        faults += _faults_of(name, text)
    if faults:
        raise FolderRefused(key=key, problems=faults)


def _faults_of(name: str, text: str) -> list[dict]:
    if not is_place(name):
        return [problem(name, "place", _("A process folder has no place for the file %(file)s."), file=name)]
    if len(text.encode()) > MAX_BYTES:
        return [problem(name, "file_too_large", _("%(file)s is larger than 2 MB."), file=name)]
    try:
        _parse(name, text)
    except FileRefused as error:
        return [problem(name, error.reason, error.message, **error.details)]
    except (ValueError, RecursionError) as error:
        return [problem(name, "unreadable", _("%(file)s cannot be read: %(why)s"), file=name, why=str(error)[:200])]
    return []


def _parse(name, text):
    if name.endswith((".bpmn", ".dmn")):
        read_xml(text.encode())
    elif name.endswith(".json"):
        json.loads(text)
    elif name.endswith(".toml"):
        tomllib.loads(text)


def digest(files: Files) -> str:
    """The content hash of a folder: the same files give the same hash, whatever their order."""
    hashed = hashlib.sha256()
    for name in sorted(files):
        for part in (name, files[name]):
            raw = part.encode()
            hashed.update(len(raw).to_bytes(8, "big") + raw)
    return hashed.hexdigest()


def settings_of(files: Files) -> dict:
    """What process.toml says; empty when there is none."""
    return tomllib.loads(files.get(SETTINGS, ""))


def lanes_of(files: Files) -> dict[str, str]:
    """The roles that process.toml gives lanes, as far as it gives them properly."""
    lanes = settings_of(files).get("lanes")
    return {lane: role for lane, role in lanes.items() if isinstance(role, str)} if isinstance(lanes, dict) else {}


def english_of(files: Files) -> dict[str, str]:
    """English names by element id; empty when the file is not a table of names."""
    names = json.loads(files.get(ENGLISH, "{}"))
    return names if isinstance(names, dict) else {}


def calls_of(files: Files) -> list[str]:
    """Keys of the processes a diagram calls, in the order drawn."""
    root = read_xml(files[DIAGRAM].encode())
    called = [node.get("calledElement", "").split(":")[-1] for node in root.iter(_BPMN + "callActivity")]
    return list(dict.fromkeys(key for key in called if key))


def key_of(files: Files) -> str:
    """The id of the process in the diagram, or an empty text."""
    root = read_xml(files[DIAGRAM].encode())
    return next((node.get("id", "") for node in root if local(node) == "process"), "")


def closure(key: str, folders: Mapping[str, Files]) -> dict[str, Files]:
    """The folder of a process with those of everything it calls, as far as they are there."""
    found, ahead = {}, [key]
    while ahead:
        key = ahead.pop(0)
        if key in folders and key not in found:
            found[key] = folders[key]
            ahead += calls_of(folders[key])
    return found


def in_order(folders: Mapping[str, Files]) -> list[str]:
    """Keys with called processes before their callers."""
    ordered: list[str] = []

    def place(key, above):
        if key in ordered or key in above or key not in folders:
            return
        for called in calls_of(folders[key]):
            place(called, {*above, key})
        ordered.append(key)

    for key in sorted(folders):
        place(key, frozenset())
    return ordered


def lock(keys: Iterable[str]) -> None:
    """Keep others from publishing these processes until the transaction ends."""
    db.session.scalars(select(Version.id).where(Version.process_key.in_(list(keys))).order_by(Version.id).with_for_update()).all()


def published() -> dict[str, Version]:
    """The version in force of every process, by key."""
    newest = select(Version.process_key, func.max(Version.number).label("number")).group_by(Version.process_key).subquery()
    rows = db.session.scalars(select(Version).join(
        newest, (Version.process_key == newest.c.process_key) & (Version.number == newest.c.number)))
    return {version.process_key: version for version in rows}
