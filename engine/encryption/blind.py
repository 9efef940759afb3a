"""Find an equal value without reading any: HMAC-SHA256 of the value as it is compared, with a key of its own.

Who has the index and not its key learns only which values are equal. There is no search for a part of a value.
"""

import hmac
import re
import unicodedata
from hashlib import sha256

from engine.encryption import keys

SIGNS = 32  # hexadecimal: 128 bits
_SEPARATORS = re.compile(r"[\s\-‐-―()（）.·]+")


def phone(number: str) -> str:
    """The index of a telephone number, however it was written: with blanks and dashes, in full width, with +86."""
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", number))
    for prefix in ("+86", "0086"):
        digits = digits.removeprefix(prefix)
    if len(digits) == 13 and digits.startswith("861"):
        digits = digits[2:]
    return _index("phone", digits)


def id_number(number: str) -> str:
    """The index of an identity number or credit code."""
    return _index("id_number", _SEPARATORS.sub("", unicodedata.normalize("NFKC", number)).upper())


def word(text: str) -> str:
    """The index of somebody's label for a task, however it is cased and spaced."""
    return _index("word", " ".join(unicodedata.normalize("NFKC", text).casefold().split()))


def answer(name: str, value: str) -> str:
    """The index of an answer to one of the questions asked at intake, as it is compared; another one for each question."""
    return _index(f"answer.{name}", value)


def _index(kind: str, value: str) -> str:
    if not value:
        return ""
    return hmac.new(keys.ring().index_key, f"{kind}:{value}".encode("utf-8", "surrogatepass"), sha256).hexdigest()[:SIGNS]


INDEXES = {"phone": phone, "id_number": id_number, "word": word}
