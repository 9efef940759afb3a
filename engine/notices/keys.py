"""Keys for tokens and codes: derived from the one secret, which a first start makes and keeps."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from engine import config
from engine.storage import write_whole


def key(purpose: str) -> bytes:
    """A key for one purpose; the same on every machine that has the same `secret_key` (or the same data folder)."""
    settings = config.current()
    secret = settings.secret_key.encode() if settings.secret_key else _kept(settings.data / "tokens.key")
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()


def _kept(path: Path) -> bytes:
    """The secret in a file, made by whoever comes first: it appears whole, and is never replaced."""
    with suppress(FileNotFoundError):
        return path.read_bytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    write_whole(own, secrets.token_bytes(48), 0o600)
    with suppress(FileExistsError):
        os.link(own, path)
    own.unlink()
    return path.read_bytes()
