"""The basic functions of the language: pure, small, and each with the line the designer shows."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import reduce

from engine.expressions import spans
from engine.i18n import _

MAX_DIGITS = 30
MAX_CHARACTERS = 100_000


@dataclass(frozen=True)
class Function:
    """A callable of the language with how to write it and what it is for."""

    call: Callable
    usage: str
    about: str

    def __call__(self, *arguments):
        return self.call(*arguments)


def _numbers(values) -> list:
    if len(values) == 1 and isinstance(values[0], list | tuple):
        values = values[0]
    exact = [Decimal(repr(value)) if isinstance(value, float) else value for value in values]
    if any(isinstance(value, bool | str) for value in exact) and not all(isinstance(value, str) for value in exact):
        raise TypeError("values of different kinds")
    return exact


def _sum(values):
    return reduce(operator.add, _numbers([values]), 0)


def _round(number, places=0):
    if not isinstance(places, int) or not 0 <= places <= 12:
        raise ValueError("places must be 0 to 12")
    return (
        Decimal(number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if places
        else int(Decimal(number).to_integral_value(ROUND_HALF_UP))
    )


def _text(value) -> str:
    if isinstance(value, list | tuple | dict):
        raise TypeError("a list cannot become a text")
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()  # as it is written here, in FEEL and in JUEL
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
    return str(value)


def _decimal(value) -> Decimal:
    if isinstance(value, str) and len(value) > MAX_DIGITS:
        raise ValueError("too many digits")
    number = Decimal(value.strip() if isinstance(value, str) else value)
    if not number.is_finite() or abs(number) >= 10**15:
        raise ValueError("not a usable number")
    return number


def _int(value) -> int:
    return int(_decimal(value))


def _date(value, month=None, day=None) -> date:
    if month is not None:
        return date(_int(value), _int(month), _int(day))
    return spans.day(value)


def _days(number) -> timedelta:
    return timedelta(days=_int(number))


def _get(container, key, default=None):
    if isinstance(container, date | timedelta):
        return spans.part(container, key)
    return container.get(key, default) if container is not None else default


def equal(one, other) -> bool:
    """Equal and of one kind: true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def has(parts, value) -> bool:
    """Whether it is part of a list, or is that single value."""
    return any(equal(part, value) for part in (parts if isinstance(parts, list | tuple) else [parts]))


def one_of(value, wanted) -> bool:
    return has(wanted, value) or equal(value, wanted)


def _mean(values):
    return Decimal(_sum(values)) / len(values)


def _to_whole(rounding):
    return lambda number: int(_decimal(number).to_integral_value(rounding))


def _pick(parts, key, wanted):
    return [part for part in parts if part.get(key) == wanted]


def _each(parts, key):
    return [part.get(key) for part in parts]


def _joined(texts, separator=", "):
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("only texts can be joined")
    if sum(map(len, texts)) + len(separator) * len(texts) > MAX_CHARACTERS:
        raise ValueError("too long")
    return separator.join(texts)


FUNCTIONS: dict[str, Function] = {
    "len": Function(len, "len(x)", _("How many parts a list has, or letters a text.")),
    "min": Function(lambda *v: min(_numbers(v)), "min(a, b, …)", _("The smallest value, also of a list.")),
    "max": Function(lambda *v: max(_numbers(v)), "max(a, b, …)", _("The largest value, also of a list.")),
    "sum": Function(_sum, "sum(list)", _("All numbers of a list together.")),
    "round": Function(_round, "round(x, places)", _("Rounded half up, to that many places.")),
    "abs": Function(abs, "abs(x)", _("The number without its sign.")),
    "str": Function(_text, "str(x)", _("The value as text.")),
    "int": Function(_int, "int(x)", _("The value as a whole number.")),
    "decimal": Function(_decimal, "decimal(x)", _("The value as an exact number, for money.")),
    "date": Function(_date, 'date("2026-01-31")', _("A day, from its text or from a moment: the day it is then in Beijing.")),
    "days": Function(_days, "days(n)", _("A span of n days, to add to a day or a moment.")),
    "days_between": Function(
        lambda a, b: (_date(b) - _date(a)).days, "days_between(a, b)", _("Whole days from one day to another.")
    ),
    "duration": Function(spans.duration, 'duration("P30D")', _("A span of time from its text, to add to a day or a moment.")),
    "moment": Function(spans.moment, 'moment("2026-01-31T09:00")', _("A moment, from its text; without a zone in Beijing.")),
    "floor": Function(_to_whole(ROUND_FLOOR), "floor(x)", _("The whole number below.")),
    "ceiling": Function(_to_whole(ROUND_CEILING), "ceiling(x)", _("The whole number above.")),
    "mean": Function(_mean, "mean(list)", _("The average of the numbers of a list.")),
    "upper": Function(lambda text: text.upper(), "upper(text)", _("The text in capital letters.")),
    "contains": Function(lambda text, part: part in text + "", "contains(text, part)", _("Whether a text has this part.")),
    "starts_with": Function(lambda text, part: text.startswith(part + ""), "starts_with(text, part)",
                            _("Whether a text begins with this part.")),
    "ends_with": Function(lambda text, part: text.endswith(part + ""), "ends_with(text, part)",
                          _("Whether a text ends with this part.")),
    "one_of": Function(one_of, "one_of(x, list)", _("Whether the value is this one, or one of a list.")),
    "has": Function(has, "has(list, x)", _("Whether a list has this part.")),
    "lower": Function(lambda text: text.lower(), "lower(text)", _("The text in small letters.")),
    "join": Function(_joined, 'join(list, ", ")', _("The texts of a list as one text.")),
    "get": Function(_get, 'get(x, "key", default)', _("An entry of x, or the default when it has none.")),
    "pick": Function(_pick, 'pick(list, "key", value)', _("The parts of a list that have this value under the key.")),
    "each": Function(_each, 'each(list, "key")', _("What each part of a list has under the key, as a list.")),
    "known": Function(bool, 'known("name")', _("Whether a value of this name exists.")),
    "value": Function(bool, 'value("name", default)', _("The value of this name, or the default when there is none.")),
}


def describe_functions(gettext: Callable[[str], str] = str) -> list[dict]:
    """Name, usage and one line of each basic function, for the designer; `gettext` translates the lines."""
    return [{"name": name, "usage": f.usage, "about": gettext(f.about)} for name, f in FUNCTIONS.items()]
