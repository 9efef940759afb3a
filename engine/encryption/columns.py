"""Column types whose values lie encrypted in the database. Each names its place, which the value is bound to."""

import json

from sqlalchemy import LargeBinary, TypeDecorator
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.sql import operators

from engine import texts
from engine.encryption.values import decrypt, encrypt
from engine.errors import Invalid
from engine.i18n import _

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class TextTooLong(Invalid, DontWrapMixin):
    """A text is longer than its column takes."""

    message = _("Some text is longer than the %(length)s signs that are kept of it.")


class Encrypted(TypeDecorator):
    """What all of them are to SQL: bytes, which only `IS NULL` is asked of. Equal values are found by a blind index."""

    impl = LargeBinary
    cache_ok = True

    class comparator_factory(TypeDecorator.Comparator):
        def operate(self, op, *other, **kwargs):
            if op not in (operators.is_, operators.is_not):
                raise TypeError(f"{self.expr} is encrypted: the database cannot compare it; ask a blind index")
            return super().operate(op, *other, **kwargs)

        reverse_operate = operate

    def __init__(self, place: str):
        super().__init__()
        self.place = place

    def process_bind_param(self, value, dialect):
        return None if value is None else self.encrypted(value)

    def process_result_value(self, value, dialect):
        return None if value is None else self.decrypted(bytes(value))

    def encrypted(self, value: bytes) -> bytes:
        return encrypt(value, self.place)

    def decrypted(self, kept: bytes):
        return decrypt(kept, self.place)


class EncryptedText(Encrypted):
    """A text of at most so many signs; 0: any. An empty one has nothing to hide and stays empty."""

    cache_ok = True

    def __init__(self, place: str, length: int = 0):
        super().__init__(place)
        self.length = length

    def encrypted(self, value: str) -> bytes:
        if self.length and len(value) > self.length:
            raise TextTooLong(length=self.length)
        texts.refuse_parameters([value])
        return encrypt(value.encode(), self.place) if value else b""

    def decrypted(self, kept: bytes) -> str:
        return decrypt(kept, self.place).decode() if kept else ""


class EncryptedJson(Encrypted):
    """A dict or list; None is NULL."""

    cache_ok = True
    hashable = False

    def encrypted(self, value) -> bytes:
        written = _encode(value)
        texts.refuse_parameters([written])
        return encrypt(written.encode(), self.place)

    def decrypted(self, kept: bytes):
        return json.loads(decrypt(kept, self.place))


class EncryptedBytes(Encrypted):
    """Bytes; none at all stay so."""

    cache_ok = True

    def encrypted(self, value: bytes) -> bytes:
        return encrypt(value, self.place) if value else b""

    def decrypted(self, kept: bytes) -> bytes:
        return decrypt(kept, self.place) if kept else b""
