"""Keys for tokens and codes: derived from the one secret, which a first start makes and keeps."""

import hashlib
import hmac
import secrets
from functools import lru_cache

from engine import config, key_files
from engine.config import Settings


def key(purpose: str) -> bytes:
    """A key for one purpose; the same on every machine that has the same `secret_key` (or the same data folder)."""
    return hmac.new(_secret(config.current()), purpose.encode(), hashlib.sha256).digest()


@lru_cache(maxsize=8)
def _secret(settings: Settings) -> bytes:
    """Read once: it is never replaced while a program runs."""
    if settings.secret_key:
        return settings.secret_key.encode()
    return key_files.kept(settings.data / "tokens.key", lambda: secrets.token_bytes(48))
