"""Strict fields: what they take has one meaning, fits its column, and is stored as it is shown.

What comes out is still JSON: amounts, days and moments stay text, checked.
"""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from marshmallow import Schema, ValidationError, fields, validate

from engine.i18n import _
from webapp.api.faults import FAULTS, Fault, fault

INVISIBLE = {"\u115f", "\u1160", "\u180e", "\u2800", "\u3164", "\uffa0"}  # letters that show nothing
BIDI = {"\u061c", "\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
MONEY = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}")
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{3,30}[0-9]")


class Strict:
    """Mix-in for fields: marshmallow's own refusals speak as ours."""

    wanted = _("another type")

    def make_error(self, key: str, **_kwargs) -> ValidationError:
        match key:
            case "required" | "null":
                return fault(key)
            case "validator_failed":
                return fault("format", wanted=self.wanted)
        return fault("type", wanted=self.wanted)


class StrictSchema(Schema):
    """Unknown names are refused, in our words."""

    error_messages = {
        "unknown": Fault("unknown", FAULTS["unknown"], {}),
        "type": Fault("type", FAULTS["type"], {"wanted": _("an object")}),
    }


class Text(Strict, fields.String):
    """Text that can be shown: NFC, no control or direction signs, not blank, at most `limit` characters."""

    wanted = _("text")

    def __init__(self, limit: int, *, lines: bool = False, empty: bool = False, **options):
        self.limit, self.lines, self.empty = limit, lines, empty
        super().__init__(validate=validate.Length(max=limit, min=0 if empty else 1), **options)

    def deserialize(self, value, attr=None, data=None, **kwargs):
        if value is None and self.empty and not self.allow_none:
            return ""
        return super().deserialize(value, attr, data, **kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, str):
            raise fault("type", wanted=self.wanted)
        return shown(value, self.limit, self.lines, self.empty)

    def _validate(self, value):
        """Length was judged while reading; the validator stands there for the API's description."""


def shown(value: str, limit: int, lines: bool = False, empty: bool = False) -> str:
    """The text as it will be kept, or a fault."""
    if len(value) > limit * 2 + 100:
        raise fault("too_long", limit=limit)
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n") if lines else value)
    _refuse_signs(text, "\n\t" if lines else "")
    text = text.strip()
    if all(sign in INVISIBLE or sign.isspace() for sign in text):
        if not empty:
            raise fault("blank")
        return ""
    if len(text) > limit:
        raise fault("too_long", limit=limit)
    return text


def _refuse_signs(text: str, allowed: str) -> None:
    if text.isascii() and text.isprintable():
        return
    for sign in text:
        if sign in BIDI:
            raise fault("bidi")
        match unicodedata.category(sign):
            case "Cc" | "Zl" | "Zp" if sign not in allowed:
                raise fault("control")
            case "Cs" | "Co" | "Cf":
                raise fault("unreadable")
            case "Cn" if ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF:
                raise fault("unreadable")  # other unassigned code points may be newer Chinese characters


class Written(Text):
    """ASCII text of one form: `pattern` for machines, `wanted` for people."""

    def __init__(self, pattern: str | re.Pattern, wanted: str, limit: int, **options):
        super().__init__(limit, **options)
        self.pattern, self.wanted = re.compile(pattern), wanted
        self.metadata.setdefault("pattern", f"^({self.pattern.pattern}{'|' if self.empty else ''})$")

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        if not (self.pattern.fullmatch(text) or (self.empty and not text)):
            raise fault("format", wanted=self.wanted)
        return text


class Money(Written):
    """An amount of yuan as text, "12345.67": never a JSON number, whose fractions are not exact."""

    wanted = _("an amount as text, such as \"12345.67\"")

    def __init__(self, **options):
        super().__init__(MONEY, Money.wanted, 16, **options)

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        return f"{Decimal(text):.2f}" if text else text


class Day(Strict, fields.Field):
    """A calendar day, YYYY-MM-DD, between 1990 and 2100."""

    wanted = _("a day as text, such as \"2024-11-05\"")

    def __init__(self, **options):
        super().__init__(**options)
        self.metadata.update({"type": "string", "format": "date", "pattern": f"^{DAY.pattern}$"})

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, str) or not DAY.fullmatch(value):
            raise fault("format", wanted=self.wanted)
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise fault("no_such_day") from error
        if not 1990 <= day.year <= 2100:
            raise fault("range", low="1990", high="2100")
        return value


class Moment(Strict, fields.Field):
    """A point in time with its zone, RFC 3339."""

    wanted = _("a time with zone, such as \"2024-11-05T09:00:00+08:00\"")

    def __init__(self, **options):
        super().__init__(**options)
        self.metadata.update({"type": "string", "format": "date-time"})

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, str) or not MOMENT.fullmatch(value):
            raise fault("format", wanted=self.wanted)
        try:
            moment = datetime.fromisoformat(value)
            moment.astimezone()
        except (ValueError, OverflowError) as error:
            raise fault("no_such_day") from error
        if not 1990 <= moment.year <= 2100:
            raise fault("range", low="1990", high="2100")
        return value


class Whole(Strict, fields.Integer):
    """A whole number between two bounds."""

    wanted = _("a whole number")

    def __init__(self, low: int, high: int, **options):
        self.low, self.high = low, high
        super().__init__(strict=True, validate=validate.Range(low, high), **options)

    def _deserialize(self, value, attr, data, **kwargs):
        if isinstance(value, bool) or not isinstance(value, int):
            raise fault("type", wanted=self.wanted)
        if not self.low <= value <= self.high:
            raise fault("range", low=self.low, high=self.high)
        return value


class Flag(Strict, fields.Boolean):
    """JSON true or false, nothing that looks like it."""

    wanted = _("true or false")

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, bool):
            raise fault("type", wanted=self.wanted)
        return value


class Choice(Strict, fields.String):
    """One word of a list."""

    wanted = _("text")

    def __init__(self, *choices: str, **options):
        self.choices = choices
        super().__init__(validate=validate.OneOf(choices), **options)

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, str):
            raise fault("type", wanted=self.wanted)
        if value not in self.choices:
            raise fault("choice", choices=", ".join(self.choices))
        return value

    def _validate(self, value):
        """Judged while reading."""


class Rows(Strict, fields.List):
    """A list with bounds."""

    wanted = _("a list")

    def __init__(self, inner, low: int = 0, high: int = 100, **options):
        self.low, self.high = low, high
        super().__init__(inner, validate=validate.Length(low, high), **options)

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, list):
            raise fault("type", wanted=self.wanted)
        if len(value) > self.high:
            raise fault("too_many", limit=self.high)
        if len(value) < self.low:
            raise fault("too_few", limit=self.low)
        return super()._deserialize(value, attr, data, **kwargs)

    def _validate(self, value):
        """Judged while reading."""


class Part(Strict, fields.Nested):
    """An object with a schema of its own."""

    wanted = _("an object")


class Details(Strict, fields.Dict):
    """A small free object: names of letters, digits and `_`; values are text, numbers, true, false, null, or lists of these."""

    wanted = _("an object")

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, dict):
            raise fault("type", wanted=self.wanted)
        if len(value) > 60:
            raise fault("too_many", limit=60)
        kept, wrong = {}, {}
        for name, item in value.items():
            try:
                if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
                    raise fault("format", wanted=_("a name of small letters, digits and _"))
                kept[name] = _detail(item)
            except ValidationError as error:
                wrong[name] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return kept


def _detail(item):
    if isinstance(item, str):
        return shown(item, 2000, lines=True, empty=True)
    if isinstance(item, list):
        if len(item) > 50:
            raise fault("too_many", limit=50)
        if any(isinstance(each, list | dict) for each in item):
            raise fault("type", wanted=_("text or a number"))
        return [_detail(each) for each in item]
    if isinstance(item, dict):
        raise fault("type", wanted=_("text or a number"))
    return item
