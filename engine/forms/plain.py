"""Kinds of field that hold one plain value: how an answer is checked, and how an old one is shown."""

import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal

from engine import clock
from engine.forms import amounts
from engine.i18n import _

LIMITS = {"text": 300, "textarea": 20_000}
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they change the direction of the text around them
WORDS = {"true": True, "on": True, "1": True, "yes": True, "false": False, "off": False, "0": False, "no": False}


class Refused(Exception):
    """This answer cannot be taken: a code, and a marked message with its values."""

    def __init__(self, code: str, message: str, pointer: str = "", **values):
        super().__init__(code)
        self.code, self.message, self.pointer, self.values = code, message, pointer, values


class SeveralRefused(Exception):
    """More than one part of this answer cannot be taken."""

    def __init__(self, refusals: list[Refused]):
        super().__init__()
        self.refusals = refusals


def is_blank(raw) -> bool:
    """Nothing was answered: Unicode blanks count as nothing."""
    if isinstance(raw, str):
        return not raw.strip(" \t\r\n\u00a0\u3000\u200b\ufeff")
    return raw is None or raw == [] or raw == {}


def text(component, raw, data):
    """Text of one line, or of several; what cannot be shown is refused."""
    text = readable(raw, component.type)
    limit = component.max_length or LIMITS.get(component.type, 300)
    if len(text) > limit:
        raise Refused("too_long", _("At most %(limit)s characters; there are %(count)s."), limit=limit, count=len(text))
    return text


def readable(raw, kind: str) -> str:
    """Text as it is kept: composed, with plain line ends. Raises Refused for what is none, or cannot be shown."""
    if not isinstance(raw, str):
        raise Refused("type", _("This must be text."))
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if any(_is_hostile(character, kind) for character in text):
        raise Refused("characters", _("This contains characters that cannot be shown."))
    return text


def _is_hostile(character: str, kind: str) -> bool:
    if character in "\n\t":
        return kind == "text"
    return unicodedata.category(character) in ("Cc", "Cs") or character in TURNING


def number(component, raw, data):
    """A number within its bounds: whole ones stay whole."""
    number = _decimal(raw)
    if amounts.places(number) > component.decimals:
        raise Refused("decimals", _("At most %(places)s digits after the point."), places=component.decimals)
    _check_bounds(component, number)
    return int(number) if component.decimals == 0 else str(number)


def money(component, raw, data):
    """An amount in yuan, to the cent."""
    number = _decimal(raw)
    if amounts.places(number) > 2:
        raise Refused("decimals", _("An amount has at most two digits after the point."))
    if number < 0 and component.min is None:
        raise Refused("min", _("At least %(limit)s."), limit="0.00")
    _check_bounds(component, number)
    return str(number.quantize(Decimal("0.01")))


def _decimal(raw) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise Refused("number", _("This must be a number, for example 12345.67."))
    number = amounts.parse(str(raw))
    if number is None:
        raise Refused("number", _("This must be a number, for example 12345.67."))
    return number


def _check_bounds(component, number):
    if component.min is not None and number < Decimal(str(component.min)):
        raise Refused("min", _("At least %(limit)s."), limit=component.min)
    if component.max is not None and number > Decimal(str(component.max)):
        raise Refused("max", _("At most %(limit)s."), limit=component.max)


def bound(text) -> date | None:
    """A day named by a form: `2024-05-01`, `today`, `today+7`, `today-30`."""
    if text is None:
        return None
    text = str(text).replace(" ", "").replace("now", "today")
    if text.startswith("today"):
        return clock.today() + timedelta(days=int(text[5:] or 0))
    return date.fromisoformat(text[:10])


def _check_days(component, day: date):
    if not 1900 <= day.year <= 2200:
        raise Refused("date", _("This must be a day, for example 2024-05-31."))
    earliest, latest = bound(component.min), bound(component.max)
    if earliest and day < earliest:
        raise Refused("min", _("Not before %(limit)s."), limit=earliest.isoformat())
    if latest and day > latest:
        raise Refused("max", _("Not after %(limit)s."), limit=latest.isoformat())


def day(component, raw, data):
    """A day within its bounds."""
    try:
        day = date.fromisoformat(raw.strip())
    except (ValueError, AttributeError):
        raise Refused("date", _("This must be a day, for example 2024-05-31.")) from None
    _check_days(component, day)
    return day.isoformat()


def moment(component, raw, data):
    """A day and a time, in Shanghai."""
    try:
        moment = datetime.fromisoformat(raw.strip())
        moment = moment.replace(tzinfo=clock.SHANGHAI) if moment.tzinfo is None else moment.astimezone(clock.SHANGHAI)
    except (ValueError, AttributeError, OverflowError):
        raise Refused("datetime", _("This must be a day and a time, for example 2024-05-31 14:30.")) from None
    _check_days(component, moment.date())
    if str(component.min).startswith("now") and moment < clock.now():
        raise Refused("min", _("This time has already passed."))
    return moment.isoformat(timespec="minutes")


def one_of(component, raw, data):
    """One of the answers that are offered."""
    for choice in component.choices(data):
        if isinstance(raw, str | int) and not isinstance(raw, bool) and str(choice.value) == str(raw):
            return choice.value
    raise Refused("choice", _("Choose one of the answers that are offered."))


def some_of(component, raw, data):
    """Several of the answers that are offered, each once."""
    if not isinstance(raw, list | tuple):
        raw = [raw]
    picked = [one_of(component, each, data) for each in raw]
    return list(dict.fromkeys(picked))


def checkbox(component, raw, data):
    """Yes or no; where it is required, yes."""
    if isinstance(raw, str):
        raw = WORDS.get(raw.lower())
    if not isinstance(raw, bool):
        raise Refused("type", _("This must be yes or no."))
    if component.required and not raw:
        raise Refused("required", _("This must be ticked to go on."))
    return raw


def show_plain(component, value, data, language):
    """As it is."""
    return str(value)


def show_money(component, value, data, language):
    """`¥1,234.50`."""
    return f"¥{Decimal(value):,.2f}"


def show_day(component, value, data, language):
    """`2024年5月31日`, `31 May 2024`."""
    day = date.fromisoformat(value[:10])
    return f"{day.day} {day:%b} {day.year}" if language.startswith("en") else f"{day.year}年{day.month}月{day.day}日"


def show_moment(component, value, data, language):
    """Day and time."""
    moment = datetime.fromisoformat(value)
    return f"{show_day(component, value, data, language)} {moment:%H:%M}"


def show_choice(component, value, data, language):
    """The labels of what was picked."""
    values = value if isinstance(value, list) else [value]
    labels = {str(choice.value): choice.in_language(language) for choice in component.choices(data)}
    return ("; " if language.startswith("en") else "；").join(labels.get(str(each), str(each)) for each in values)


def show_checkbox(component, value, data, language):
    """Yes or no."""
    words = ("Yes", "No") if language.startswith("en") else ("是", "否")
    return words[0] if value else words[1]
