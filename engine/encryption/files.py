"""A file encrypted in pieces (AES-256-GCM, the STREAM construction): none can be changed, moved or left out, none added behind.

A head says the form, the key's id and the beginning of the nonces; then come the pieces, each with its tag. The name of the file
is authenticated with each: a piece of another file does not fit.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag

from engine.encryption import keys
from engine.encryption.keys import ID_BYTES, KeyMissing
from engine.encryption.values import ValueDamaged

FORM = b"SUTF\x01"
SALT_BYTES, TAG_BYTES = 7, 16
HEAD_BYTES = len(FORM) + ID_BYTES + SALT_BYTES
PIECE = 256 * 1024
KEPT_PIECE = PIECE + TAG_BYTES


def sealed(data: bytes, name: str) -> Iterator[bytes]:
    """The file as it is kept, a piece at a time."""
    ring, salt, view = keys.ring(), os.urandom(SALT_BYTES), memoryview(data)
    yield FORM + ring.current + salt
    cipher = ring.ciphers[ring.current]
    for number, start in enumerate(range(0, max(len(data), 1), PIECE)):
        nonce = _nonce(salt, number, is_last=start + PIECE >= len(data))
        yield cipher.encrypt(nonce, bytes(view[start:start + PIECE]), name.encode())


def opened(file: BinaryIO, name: str) -> Iterator[bytes]:
    """The file as it was, a piece at a time; behind its head. Raises KeyMissing, ValueDamaged."""
    head = file.read(HEAD_BYTES)
    key_id, salt = head[len(FORM):-SALT_BYTES], head[-SALT_BYTES:]
    cipher = keys.ring().ciphers.get(key_id) or keys.reread().ciphers.get(key_id)
    if not is_sealed(head) or len(head) < HEAD_BYTES:
        raise ValueDamaged(name)
    if cipher is None:
        raise KeyMissing(f"the file {name} was encrypted with the key {key_id.hex()}, which is not in the ring.")
    number, piece = 0, file.read(KEPT_PIECE)
    while True:
        following = file.read(KEPT_PIECE)
        try:
            yield cipher.decrypt(_nonce(salt, number, is_last=not following), piece, name.encode())
        except (InvalidTag, ValueError) as error:
            raise ValueDamaged(name) from error
        if not following:
            return
        number, piece = number + 1, following


def is_sealed(head: bytes) -> bool:
    """Is this how an encrypted file begins?"""
    return head.startswith(FORM)


def key_id_of(head: bytes) -> bytes:
    """Which key encrypted a file that begins like this; empty: none."""
    return head[len(FORM):len(FORM) + ID_BYTES] if is_sealed(head) else b""


def plain_size(kept: int) -> int:
    """How many bytes a file has that takes so many encrypted."""
    body = kept - HEAD_BYTES
    return body - TAG_BYTES * max(-(-body // KEPT_PIECE), 1)


def _nonce(salt: bytes, number: int, is_last: bool) -> bytes:
    return salt + number.to_bytes(4, "big") + bytes([is_last])
