"""The ring of keys: the first one encrypts, all of them read. They lie in the settings, or in files of the data folder.

Every process notices within a second that the file has another first key; until then it writes with the one before, and what it
writes may be committed some time later. So a key is dropped only when it has long not been the first, and nothing needs it.
"""

import base64
import binascii
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine import config, key_files
from engine.config import PREFIX, SettingRefused, Settings

KEY_BYTES = 32
ID_BYTES = 4
NOTICED_SECONDS = 1.0
DROPPED_AFTER_SECONDS = 600


class KeyMissing(Exception):
    """A value was encrypted with a key that is not in the ring: an operator must bring it back."""


@dataclass(frozen=True)
class Ring:
    """Keys by their ids, and the id of the one that encrypts."""

    current: bytes
    ciphers: dict[bytes, AESGCM]
    index_key: bytes


def new() -> str:
    """A new key, as settings and files hold it."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def ring() -> Ring:
    """The ring in force."""
    global _known, _looked_at
    settings, now = config.current(), time.monotonic()
    if _known[0] is not settings or now - _looked_at >= NOTICED_SECONDS:
        _looked_at = now
        if _known[0] is not settings or _known[2] != _state(settings):
            _known = settings, _read(settings), _state(settings)
    return _known[1]


def reread() -> Ring:
    """The ring as it is now: another process may have put a new key into the file."""
    forget()
    return ring()


def forget() -> None:
    """Read the keys anew when they are next needed."""
    global _known
    _known = None, None, None


_known: tuple[Settings | None, Ring | None, tuple | None] = None, None, None
_looked_at = 0.0


def put_first(key: str) -> None:
    """Let a new key encrypt from now on. Only where the ring lies in the data folder."""
    path = config.current().key_file("data_keys")
    key_files.replace(path, f"{key}\n".encode() + path.read_bytes())
    forget()


def keep_first() -> bool:
    """Forget every key but the first, once nothing is encrypted with the others; False where that is too early or needless."""
    if config.current().data_keys or len(ring().ciphers) == 1:
        return False
    path = config.current().key_file("data_keys")
    if time.time() - path.stat().st_mtime < DROPPED_AFTER_SECONDS:
        return False
    key_files.replace(path, path.read_bytes().splitlines()[0] + b"\n")
    forget()
    return True


def id_of(key: bytes) -> bytes:
    """What names a key in the values it encrypted."""
    return sha256(b"id" + key).digest()[:ID_BYTES]


def _read(settings: Settings) -> Ring:
    told = settings.data_keys or _kept(settings, "data_keys")
    raw = [_decoded(each, "DATA_KEYS") for each in told.replace(",", " ").split()]
    if not raw:
        raise SettingRefused(f"{PREFIX}DATA_KEYS holds no key.")
    index = settings.index_key or _kept(settings, "index_key")
    return Ring(id_of(raw[0]), {id_of(key): AESGCM(key) for key in raw}, _decoded(index.strip(), "INDEX_KEY"))


def _state(settings: Settings) -> tuple | None:
    """What changes with the file of the keys."""
    if settings.data_keys:
        return None
    found = settings.key_file("data_keys").stat()
    return found.st_ino, found.st_mtime_ns


def _kept(settings: Settings, name: str) -> str:
    return key_files.kept(settings.key_file(name), lambda: f"{new()}\n".encode()).decode()


def _decoded(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingRefused(f"{PREFIX}{name} holds what is no key: {KEY_BYTES} bytes in base64; `sutiao keys new` makes one.")
    return key
