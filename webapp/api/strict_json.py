"""Read JSON the way a register must: one meaning or none."""

import json
import re

from engine.errors import DomainError
from engine.i18n import _

MAX_DEPTH = 32
MAX_WHOLE = 2**53
STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


class NotJson(DomainError):
    """The body cannot be read as JSON that has exactly one meaning; `reason` is a marked text."""

    message = _("The body is not JSON that can be read: %(reason)s")

    def __init__(self, reason: str):
        super().__init__(reason=reason)


def loads(data: bytes):
    """The value of a JSON text; raises NotJson.

    Refused: anything but UTF-8, a byte order mark, the same name twice in one object, NaN and Infinity, whole numbers beyond
    2^53, numbers that are no finite float, more than 32 levels, lone surrogates.
    """
    text = _decoded(data)
    if depth(text) > MAX_DEPTH:
        raise NotJson(_("it is nested too deeply."))
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_whole, parse_float=_real)
    except json.JSONDecodeError as error:
        raise NotJson(_("it is empty.") if not text.strip() else _("it is broken off or misspelt.")) from error
    if "\\u" in text:
        _refuse_surrogates(value)
    return value


def depth(text: str) -> int:
    """How many levels of arrays and objects a JSON text opens."""
    deepest = level = 0
    for sign in STRINGS.sub("", text):
        if sign in "[{":
            level += 1
            deepest = max(deepest, level)
        elif sign in "]}":
            level -= 1
    return deepest


def _decoded(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        raise NotJson(_("it begins with a byte order mark."))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson(_("it is not UTF-8.")) from error


def _object(pairs: list[tuple]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJson(_("one object has the same name twice."))
    return found


def _constant(_name: str):
    raise NotJson(_("NaN and Infinity are not JSON."))


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_WHOLE:
        raise NotJson(_("a number is too large to be exact."))
    return int(digits)


def _real(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise NotJson(_("a number is too large to be exact."))
    return value


def _refuse_surrogates(value) -> None:
    """An escaped half of a character survives parsing and would break the first thing that stores it."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending += [*item, *item.values()]
        elif isinstance(item, list):
            pending += item
        elif isinstance(item, str) and not item.isascii():
            try:
                item.encode("utf-8")
            except UnicodeEncodeError as error:
                raise NotJson(_("it holds half a character (a lone surrogate).")) from error
