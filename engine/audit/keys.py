"""The key that signs anchors: Ed25519, in a file of its own, which need not be where the database is."""

import base64
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

from engine import config, key_files


def sign(content: bytes) -> str:
    """The signature, in base64."""
    return base64.b64encode(_key(_path()).sign(content)).decode()


def public_key() -> str:
    """The raw public key, in base64: whoever checks anchors elsewhere needs only this."""
    return base64.b64encode(_raw(_key(_path()).public_key())).decode()


def key_id() -> str:
    """Sixteen signs that name the key."""
    return key_id_of(public_key())


def key_id_of(public: str) -> str:
    """The same of any public key."""
    return sha256(base64.b64decode(public)).hexdigest()[:16]


def is_signed(content: bytes, signature: str, public: str) -> bool:
    """Was this content signed with the private half of this key?"""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(base64.b64decode(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _path() -> Path:
    settings = config.current()
    return Path(settings.audit_key) if settings.audit_key else settings.data / "audit.key"


def _raw(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


@lru_cache(maxsize=8)
def _key(path: Path) -> Ed25519PrivateKey:
    return load_pem_private_key(key_files.kept(path, _made), None)


def _made() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
