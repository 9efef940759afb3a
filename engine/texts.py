"""Which texts can be kept at all: no database takes a NUL, and none half of a character (a lone surrogate).

The doors ask for whatever comes in as text, and the database is asked no question and given no row that holds one.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy.exc import DontWrapMixin

from engine.errors import Invalid, problem
from engine.i18n import _

_PLAIN = frozenset((int, bool, float, bytes, type(None), datetime))  # what is no text, and asked for most


class TextUnreadable(Invalid, DontWrapMixin):  # also when a column finds out
    """A text holds a sign that is none; it was refused where it came in, and nothing was changed."""

    message = _("Some text holds signs that cannot be kept.")


def is_readable(text: str) -> bool:
    """Can this text be kept?"""
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def refuse(told, pointer: str = "") -> None:
    """Raise TextUnreadable, naming every place in a text, a list or a mapping (and in its names) that cannot be kept."""
    places = list(_unreadable(told, pointer))
    if places:
        message = _("It holds a NUL, or half of a character.")
        raise TextUnreadable(problems=[problem(place, "unreadable", message) for place in places[:50]])


def _unreadable(told, pointer: str) -> Iterator[str]:
    ahead = [(pointer, told)]
    while ahead:
        place, each = ahead.pop()
        if isinstance(each, str) and not is_readable(each):
            yield place
        elif isinstance(each, dict):
            yield from (f"{place}/?" for name in each if not is_readable(str(name)))
            ahead += [(f"{place}/{name}", value) for name, value in each.items() if is_readable(str(name))]
        elif isinstance(each, list | tuple):
            ahead += [(f"{place}/{index}", value) for index, value in enumerate(each)]


def refuse_parameters(rows: Iterable) -> None:
    """Raise TextUnreadable for what a database is about to be given: texts, and JSON written as text.

    Of a row the values, by name or in order; of many rows written by one statement the values one after the other.
    """
    for row in rows:
        for value in row.values() if isinstance(row, dict) else row if isinstance(row, tuple | list) else (row,):
            if type(value) not in _PLAIN and not _is_keepable(value):
                raise TextUnreadable(problems=[problem("", "unreadable", _("It holds a NUL, or half of a character."))])


def _is_keepable(value) -> bool:
    if isinstance(value, str):
        return is_readable(value) and ("\\u0000" not in value or _is_harmless(value))
    return not hasattr(value, "obj") or not list(_unreadable(value.obj, ""))  # PostgreSQL's driver writes JSON itself


def _is_harmless(value: str) -> bool:
    """The signs “\\u0000” may stand in a text as such; in JSON they may mean a NUL."""
    try:
        return not list(_unreadable(json.loads(value), ""))
    except ValueError:
        return True
