"""Put and get files by the hash of their bytes, encrypted: on disk now; an object store needs only the same verbs.

What was kept before anything was encrypted is read as it is; `sutiao keys renew` encrypts it.
"""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Protocol

from engine import config, crash
from engine.encryption import files, keys
from engine.encryption.values import ValueDamaged
from engine.errors import Invalid, NotFound
from engine.i18n import _

MAX_BYTES = 50 * 1024 * 1024
KEY = re.compile(r"[0-9a-f]{64}")


class FileTooLarge(Invalid):
    message = _("The file has %(size)s bytes; at most %(limit)s are accepted.")


class FileEmpty(Invalid):
    message = _("The file is empty.")


class FileMissing(NotFound):
    message = _("The file is not in the storage.")


class FileDamaged(Exception):
    """The stored bytes no longer have the hash they are kept under: a fault for an operator, never shown as the file."""


class Store(Protocol):
    """What a place for files must do. A key is the SHA-256 of the bytes, so writing twice is writing once."""

    def put(self, key: str, data: bytes) -> None: ...
    def get(self, key: str) -> bytes: ...
    def exists(self, key: str) -> bool: ...
    def size(self, key: str) -> int: ...
    def names(self) -> Iterator[str]: ...
    def key_id(self, key: str) -> bytes: ...
    def put_anew(self, key: str, data: bytes) -> None: ...


class Disk:
    """A folder, two levels deep. A file appears whole or not at all, and survives a power cut once `put` has returned."""

    def __init__(self, folder: Path):
        self.folder = folder

    def put(self, key: str, data: bytes) -> None:
        if not self.exists(key) or self.size(key) != len(data):
            self.put_anew(key, data)

    def put_anew(self, key: str, data: bytes) -> None:
        """Write it whatever is there, with the key that encrypts now."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, files.sealed(data, key))

    def get(self, key: str) -> bytes:
        with self._opened(key) as file:
            if not files.is_sealed(file.peek(files.HEAD_BYTES)):
                return file.read()
            try:
                return b"".join(files.opened(file, key))
            except ValueDamaged as error:
                raise FileDamaged(key) from error

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def size(self, key: str) -> int:
        with self._opened(key) as file:
            kept = os.fstat(file.fileno()).st_size
            return files.plain_size(kept) if files.is_sealed(file.peek(files.HEAD_BYTES)) else kept

    def remove(self, key: str) -> None:
        """Away with it, also when it is gone already."""
        self._path(key).unlink(missing_ok=True)

    def written_at(self, key: str) -> float:
        """When it was written, in seconds as `time.time` tells them; now, when it went meanwhile."""
        path = self._path(key)
        return path.stat().st_mtime if path.exists() else time.time()

    def names(self) -> Iterator[str]:
        """Every file there is."""
        return (path.name for path in self.folder.glob("??/??/*") if KEY.fullmatch(path.name))

    def key_id(self, key: str) -> bytes:
        """Which key encrypted it; empty: none."""
        with self._opened(key) as file:
            return files.key_id_of(file.peek(files.HEAD_BYTES))

    def _opened(self, key: str) -> BufferedReader:
        try:
            return self._path(key).open("rb")
        except FileNotFoundError as error:
            raise FileMissing() from error

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:4] / key


def write_whole(path: Path, data: bytes | Iterable[bytes], mode: int = 0o640) -> None:
    """Write a file (its bytes, or pieces of it) so that a reader sees all of it or nothing of it, also after a crash."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            crash.point("file.after_write")
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        crash.point("file.after_sync")
        os.replace(name, path)
        crash.point("file.after_rename")
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    crash.point("file.after_folder")


def append_line(path: Path, line: str) -> None:
    """Add a line to a file that only grows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def store() -> Store:
    """The place for files that the settings name."""
    return Disk(config.current().data / "files")


def put(data: bytes, limit: int = MAX_BYTES) -> str:
    """Keep the bytes and get their key. Raises FileEmpty, FileTooLarge."""
    if not data:
        raise FileEmpty()
    if len(data) > limit:
        raise FileTooLarge(size=len(data), limit=limit)
    key = hashlib.sha256(data).hexdigest()
    store().put(key, data)
    return key


def get(key: str) -> bytes:
    """The bytes kept under a key. Raises FileMissing; FileDamaged when they have changed."""
    data = store().get(_checked(key))
    if hashlib.sha256(data).hexdigest() != key:
        raise FileDamaged(key)
    return data


def exists(key: str) -> bool:
    """Are there bytes under this key?"""
    return store().exists(_checked(key))


def size(key: str) -> int:
    """How many bytes there are under this key. Raises FileMissing."""
    return store().size(_checked(key))


def renew(key: str) -> bool:
    """Encrypt a file with the key that encrypts now; was there need to? Raises FileMissing, FileDamaged, KeyMissing."""
    if store().key_id(_checked(key)) == keys.ring().current:
        return False
    store().put_anew(key, get(key))
    return True


def _checked(key: str) -> str:
    if not KEY.fullmatch(key or ""):
        raise FileMissing()
    return key
