"""What a process may keep as data: plain values, copied when they come in so that nobody can change them later."""

import math
from datetime import date, datetime, timedelta
from decimal import Decimal

import orjson

from engine.i18n import _
from engine.workflow.spiff.findings import RunFailed

MAX_DEPTH = 40
MAX_BYTES = 1024 * 1024

_SCALARS = (bool, int, Decimal, date, datetime, timedelta, type(None))


def copied(values: dict, element_id: str | None = None) -> dict:
    """A deep copy of answers, results or payloads, or `RunFailed` naming what cannot be kept."""
    if not isinstance(values, dict):
        raise _refused(element_id, values)
    return _Copy(element_id).dictionary(values, 0)


class _Copy:
    """One copy, with what is left of its size."""

    def __init__(self, element_id):
        self.element_id = element_id
        self.left = MAX_BYTES

    def value(self, value, depth):
        self._spend(16)
        if isinstance(value, str):
            self._spend(len(value))
            return str(value)
        if isinstance(value, dict):
            return self.dictionary(value, depth + 1)
        if isinstance(value, list | tuple):
            self._deeper(depth)
            return [self.value(each, depth + 1) for each in value]
        if isinstance(value, _SCALARS) or isinstance(value, float) and math.isfinite(value):
            return value
        raise _refused(self.element_id, value)

    def dictionary(self, values, depth) -> dict:
        self._deeper(depth)
        result = {}
        for key, value in values.items():
            if not isinstance(key, str):
                raise _refused(self.element_id, key)
            self._spend(len(key))
            result[key] = self.value(value, depth)
        return result

    def _deeper(self, depth):
        if depth > MAX_DEPTH:
            self._spend(MAX_BYTES)

    def _spend(self, size):
        self.left -= size
        if self.left < 0:
            raise RunFailed(
                self.element_id, "value_too_large", _("The data for “%(element)s” is too large or nested too deeply.")
            )


def same(old, new) -> bool:
    """Whether one could stand for the other: 1.5 and 1.50, or [1] and [true], are equal and not the same."""
    if old is new:
        return True
    if type(old) is not type(new) or old != new:
        return False
    match old:
        case dict():
            return all(same(value, new[key]) for key, value in old.items())
        case list():
            return all(map(same, old, new))
        case Decimal() | datetime():
            return str(old) == str(new)
    return True


def as_json(value):
    """The same value in JSON's own types, for rows and forms: exact numbers and times as texts."""
    if isinstance(value, dict | list | tuple):
        try:
            return orjson.loads(orjson.dumps(value, default=_one_as_json, option=orjson.OPT_PASSTHROUGH_DATETIME))
        except TypeError:  # numbers longer than the library can write
            return _each_as_json(value)
    return _one_as_json(value)


def _each_as_json(value):
    match value:
        case dict():
            return {key: _each_as_json(each) for key, each in value.items()}
        case list() | tuple():
            return [_each_as_json(each) for each in value]
    return _one_as_json(value)


def _one_as_json(value):
    match value:
        case date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Decimal():
            return str(value)
    return value


def _refused(element_id, value) -> RunFailed:
    message = _("A value of type “%(type)s” cannot be kept in a process.")
    return RunFailed(element_id, "value_not_kept", message, type=type(value).__name__)
