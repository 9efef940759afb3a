"""One value encrypted (AES-256-GCM): a byte for the form, the key's id, a nonce, the cipher text with its tag.

The place (table and column) is authenticated: a value moved into another column does not open. Long values are made smaller
first, as the database can no longer do so.
"""

import os
import zlib

from cryptography.exceptions import InvalidTag

from engine.encryption import keys
from engine.encryption.keys import ID_BYTES, KeyMissing

PLAIN, DEFLATED = b"\x01", b"\x02"
NONCE_BYTES = 12
HEAD = 1 + ID_BYTES
BODY = HEAD + NONCE_BYTES
OVERHEAD = BODY + 16
LONG = 2000  # what PostgreSQL would make smaller


class ValueDamaged(Exception):
    """A value was changed, or moved from another place: a fault for an operator."""


def encrypt(value: bytes, place: str) -> bytes:
    """The value as it is kept."""
    ring = keys.ring()
    form, told = (DEFLATED, zlib.compress(value, 1)) if len(value) >= LONG else (PLAIN, value)
    nonce = os.urandom(NONCE_BYTES)
    return form + ring.current + nonce + ring.ciphers[ring.current].encrypt(nonce, told, form + place.encode())


def decrypt(kept: bytes, place: str) -> bytes:
    """The value as it was. Raises KeyMissing, ValueDamaged."""
    form, key_id = kept[:1], kept[1:HEAD]
    cipher = keys.ring().ciphers.get(key_id) or keys.reread().ciphers.get(key_id)
    if form not in (PLAIN, DEFLATED) or len(kept) < OVERHEAD:
        raise ValueDamaged(place)
    if cipher is None:
        raise KeyMissing(f"{place} was encrypted with the key {key_id.hex()}, which is not in the ring.")
    try:
        told = cipher.decrypt(kept[HEAD:BODY], kept[BODY:], form + place.encode())
    except InvalidTag as error:
        raise ValueDamaged(place) from error
    return zlib.decompress(told) if form == DEFLATED else told


def is_current(kept: bytes) -> bool:
    """Was it encrypted with the key that encrypts now?"""
    return kept[1:HEAD] == keys.ring().current
