"""Keys for tokens and codes: derived from the one secret, which a first start makes and keeps."""

import hashlib
import hmac
import secrets

from engine import config, key_files


def key(purpose: str) -> bytes:
    """A key for one purpose; the same on every machine that has the same `secret_key` (or the same data folder)."""
    settings = config.current()
    secret = settings.secret_key.encode() if settings.secret_key else key_files.kept(
        settings.data / "tokens.key", lambda: secrets.token_bytes(48))
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()
