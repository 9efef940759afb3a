"""The kinds of field, one entry each: how an answer is checked, and how an old one is shown."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from engine import clock
from engine.expressions import ExpressionFailed
from engine.forms import amounts
from engine.forms.components import Component
from engine.i18n import _

LIMITS = {"text": 300, "textarea": 20_000}
MAX_ROWS = 200
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


@dataclass(frozen=True)
class Kind:
    """A kind of field. `clean` gives a JSON-able value or raises Refused; `show` gives text."""

    clean: Callable[[Component, object, Mapping], object]
    show: Callable[[Component, object, Mapping, str], str]


def is_blank(raw) -> bool:
    """Nothing was answered: Unicode blanks count as nothing."""
    if isinstance(raw, str):
        return not raw.strip(" \t\r\n\u00a0\u3000\u200b\ufeff")
    return raw is None or raw == [] or raw == {}


def _text(component, raw, data):
    if not isinstance(raw, str):
        raise Refused("type", _("This must be text."))
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()
    limit = component.max_length or LIMITS.get(component.type, 300)
    if len(text) > limit:
        raise Refused("too_long", _("At most %(limit)s characters; there are %(count)s."), limit=limit, count=len(text))
    if any(_is_hostile(character, component.type) for character in text):
        raise Refused("characters", _("This contains characters that cannot be shown."))
    return text


def _is_hostile(character: str, kind: str) -> bool:
    if character in "\n\t":
        return kind == "text"
    return unicodedata.category(character) in ("Cc", "Cs") or character in TURNING


def _number(component, raw, data):
    number = _decimal(raw)
    if amounts.places(number) > component.decimals:
        raise Refused("decimals", _("At most %(places)s digits after the point."), places=component.decimals)
    _check_bounds(component, number)
    return int(number) if component.decimals == 0 else str(number)


def _money(component, raw, data):
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


def _date(component, raw, data):
    try:
        day = date.fromisoformat(raw.strip())
    except (ValueError, AttributeError):
        raise Refused("date", _("This must be a day, for example 2024-05-31.")) from None
    _check_days(component, day)
    return day.isoformat()


def _datetime(component, raw, data):
    try:
        moment = datetime.fromisoformat(raw.strip())
        moment = moment.replace(tzinfo=clock.SHANGHAI) if moment.tzinfo is None else moment.astimezone(clock.SHANGHAI)
    except (ValueError, AttributeError, OverflowError):
        raise Refused("datetime", _("This must be a day and a time, for example 2024-05-31 14:30.")) from None
    _check_days(component, moment.date())
    if str(component.min).startswith("now") and moment < clock.now():
        raise Refused("min", _("This time has already passed."))
    return moment.isoformat(timespec="minutes")


def _one_of(component, raw, data):
    for choice in component.choices(data):
        if isinstance(raw, str | int) and not isinstance(raw, bool) and str(choice.value) == str(raw):
            return choice.value
    raise Refused("choice", _("Choose one of the answers that are offered."))


def _some_of(component, raw, data):
    if not isinstance(raw, list | tuple):
        raw = [raw]
    picked = [_one_of(component, each, data) for each in raw]
    return list(dict.fromkeys(picked))


def _checkbox(component, raw, data):
    if isinstance(raw, str):
        raw = WORDS.get(raw.lower())
    if not isinstance(raw, bool):
        raise Refused("type", _("This must be yes or no."))
    if component.required and not raw:
        raise Refused("required", _("This must be ticked to go on."))
    return raw


def _table(component, raw, data):
    if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
        raise Refused("type", _("This must be a list of rows."))
    if len(raw) > MAX_ROWS:
        raise Refused("too_long", _("At most %(limit)s rows."), limit=MAX_ROWS)
    rows, refusals = [], []
    for number, row in enumerate(raw):
        cleaned, wrong = clean_all(component.columns, row, data)
        rows.append(cleaned)
        for refusal in wrong:
            refusal.pointer = f"/{number}{refusal.pointer}"
            refusals.append(refusal)
    if component.min is not None and len(rows) < component.min:
        refusals.append(Refused("min", _("At least %(limit)s rows."), limit=component.min))
    if refusals:
        raise SeveralRefused(refusals)
    return rows


def clean_all(components, answers: Mapping, data: Mapping) -> tuple[dict, list[Refused]]:
    """Check the answers to several components in order; hidden ones are left out."""
    cleaned, refusals = {}, []
    for component in components:
        if not component.is_question or not is_shown(component, cleaned, components, data):
            continue
        try:
            cleaned[component.key] = clean(component, answers.get(component.key), data)
        except Refused as refusal:
            refusal.pointer = f"/{component.key}{refusal.pointer}"
            refusals.append(refusal)
        except SeveralRefused as several:
            for refusal in several.refusals:
                refusal.pointer = f"/{component.key}{refusal.pointer}"
                refusals.append(refusal)
    return cleaned, refusals


def clean(component: Component, raw, data: Mapping):
    """One answer, checked: its JSON-able value, None when there is none."""
    if is_blank(raw) and component.type == "checkbox":
        raw = False
    if is_blank(raw):
        if component.required:
            raise Refused("required", _("This is needed."))
        return [] if component.type in ("table", "checklist") else None
    return KINDS[component.type].clean(component, raw, data)


def is_shown(component: Component, answers: Mapping, components, data: Mapping) -> bool:
    """Does this component's condition hold, given the answers above it? One that cannot be told does not."""
    if component.show_if is None:
        return True
    names = {**data, **{each.key: None for each in components if each.key}, **answers}
    try:
        return bool(component.show_if.evaluate(names))
    except ExpressionFailed:
        return False


def _plain(component, value, data, language):
    return str(value)


def _show_money(component, value, data, language):
    return f"¥{Decimal(value):,.2f}"


def _show_date(component, value, data, language):
    day = date.fromisoformat(value[:10])
    return f"{day.day} {day:%b} {day.year}" if language.startswith("en") else f"{day.year}年{day.month}月{day.day}日"


def _show_datetime(component, value, data, language):
    moment = datetime.fromisoformat(value)
    return f"{_show_date(component, value, data, language)} {moment:%H:%M}"


def _show_choice(component, value, data, language):
    values = value if isinstance(value, list) else [value]
    labels = {str(choice.value): choice.in_language(language) for choice in component.choices(data)}
    return ("; " if language.startswith("en") else "；").join(labels.get(str(each), str(each)) for each in values)


def _show_checkbox(component, value, data, language):
    words = ("Yes", "No") if language.startswith("en") else ("是", "否")
    return words[0] if value else words[1]


def _show_table(component, value, data, language):
    lines = []
    for row in value:
        parts = [f"{column.title(language)}: {show(column, row.get(column.key), data, language)}"
                 for column in component.columns if not is_blank(row.get(column.key))]
        lines.append((", " if language.startswith("en") else "，").join(parts))
    return "\n".join(lines)


def show(component: Component, value, data: Mapping, language: str) -> str:
    """An answer as text; empty when there is none."""
    return "" if is_blank(value) else KINDS[component.type].show(component, value, data, language)


KINDS: dict[str, Kind] = {
    "text": Kind(_text, _plain),
    "textarea": Kind(_text, _plain),
    "number": Kind(_number, _plain),
    "money": Kind(_money, _show_money),
    "date": Kind(_date, _show_date),
    "datetime": Kind(_datetime, _show_datetime),
    "select": Kind(_one_of, _show_choice),
    "radio": Kind(_one_of, _show_choice),
    "checkbox": Kind(_checkbox, _show_checkbox),
    "checklist": Kind(_some_of, _show_choice),
    "table": Kind(_table, _show_table),
    "note": Kind(_plain, _plain),
}
