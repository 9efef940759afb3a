"""Choose the language; show days, moments, money and content in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal

from flask import g, has_request_context, request
from flask_babel import Babel, force_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from engine import clock
from engine.i18n import Marked, Sentence

LANGUAGES = ("zh", "en")
COOKIE = "language"
WEEKDAYS = "一二三四五六日"


def init_app(app) -> None:
    """Connect Babel and the filters of templates."""
    app.config.update(BABEL_DEFAULT_LOCALE="zh", BABEL_DEFAULT_TIMEZONE="Asia/Shanghai")
    Babel(app, locale_selector=language)
    app.jinja_env.globals["_"] = _in_template
    app.after_request(_remember)
    filters = {"money": money, "date": day, "weekday": weekday, "moment": moment, "until": until, "short": short,
               "lately": lately, "say": say, "text_of": text_of}
    for name, show in filters.items():
        app.add_template_filter(show, name)
    app.add_template_global(text_of)
    app.add_template_global(language)


def language() -> str:
    """zh or en: asked for in the address, chosen before, the user's own, otherwise Chinese."""
    if not has_request_context():
        return "zh"
    kept = g._get_current_object()  # asked some hundred times for a page: every way to it through the proxy counts
    user = kept.get("user")
    own = user.language if user else ""
    if own not in (known := kept.setdefault("languages", {})):
        chosen = (request.args.get("lang", ""), request.cookies.get(COOKIE) or own)
        known[own] = next((each for each in chosen if each in LANGUAGES), "zh")
    return known[own]


def gettext(text: str, /, **values) -> str:
    """A message in the reader's language."""
    told = _catalogue().ugettext(text)
    return told % values if values else told


def ngettext(one: str, many: str, num: int, /, **values) -> str:
    """The same of so many."""
    return _catalogue().ungettext(one, many, num) % {"num": num, **values}


@pass_eval_context
def _in_template(context: EvalContext, text: str, /, **values) -> str:
    """The same for templates, as Jinja's own does it, which takes three times as long: a page says it some hundred times."""
    told = _catalogue().ugettext(text)
    told = Markup(told) if context.autoescape else told
    return told % values if values or "%" in told else told


def _catalogue():
    """The messages of the language in force; found once for a page, not for each of its words."""
    try:
        kept = g._get_current_object()
    except RuntimeError:  # nobody asks
        return get_translations()
    known = kept.get("catalogue")
    if known is None:
        known = kept.catalogue = get_translations()
    return known


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in this language meanwhile, whatever the reader's is."""
    kept = g._get_current_object()
    before = kept.pop("catalogue", None)
    try:
        with force_locale(language):
            yield
    finally:
        kept.catalogue = before


def _remember(response):
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        response.set_cookie(COOKIE, asked, max_age=365 * 86400, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def text_of(thing, name: str = "title") -> str:
    """Content in the reader's language: `title_en` when English is read and there, else `title`."""
    def get(key):
        return thing.get(key) if isinstance(thing, dict) else getattr(thing, key, "")

    return (language() == "en" and get(f"{name}_en")) or get(name) or ""


def say(text: str, values: dict | None = None) -> str:
    """A text of the engine in the reader's language; so are values that are texts of the engine themselves."""
    if not text:
        return ""
    if isinstance(text, Sentence):
        text, values = text.text, text.values
    told = {key: say(value) if isinstance(value, Marked | Sentence) else value for key, value in (values or {}).items()}
    return gettext(text) % told if told else gettext(text)


def money(amount, currency: str | None = "CNY") -> str:
    """`¥1,234,567.89`, `USD 1,234.50`; nothing for no amount."""
    sign = "¥" if currency in (None, "", "CNY") else f"{currency} "
    return "" if amount is None or amount == "" else f"{sign}{Decimal(amount):,.2f}"


def day(value: date | datetime | str | None) -> str:
    """`2025年3月9日`, `9 Mar 2025`."""
    if not value:
        return ""
    value = _local(value)
    if language() == "en":
        return f"{value.day} {value:%b} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def weekday(value: date | datetime | str | None) -> str:
    """`2025年3月9日（周日）`, `Sun 9 Mar 2025`."""
    if not value:
        return ""
    value = _local(value)
    return f"{value:%a} {day(value)}" if language() == "en" else f"{day(value)}（周{WEEKDAYS[value.weekday()]}）"


def moment(value: datetime | str | None) -> str:
    """`2025年3月9日（周日）14:30`, `Sun 9 Mar 2025, 14:30 (Beijing time)`."""
    if not value:
        return ""
    value = _local(value)
    return f"{weekday(value)}, {value:%H:%M} (Beijing time)" if language() == "en" else f"{weekday(value)}{value:%H:%M}"


def until(value: datetime | str | None) -> str:
    """The end of a term: midnight belongs to the day before, as 24:00."""
    if not value:
        return ""
    value = _local(value)
    if (value.hour, value.minute) != (0, 0):
        return moment(value)
    last = value - timedelta(minutes=1)
    return moment(last).replace("23:59", "24:00")


def short(value: datetime | str | None) -> str:
    """`3月9日 14:30`, `9 Mar 14:30`; the year only when it is another one."""
    if not value:
        return ""
    value = _local(value)
    if value.year != clock.today().year:
        return f"{day(value)} {value:%H:%M}"
    return f"{value.day} {value:%b} {value:%H:%M}" if language() == "en" else f"{value.month}月{value.day}日 {value:%H:%M}"


def lately(value: datetime) -> str:
    """`今天 14:03`, `昨天 9:12`, else day and time."""
    value, language_is_english = _local(value), language() == "en"
    days = (clock.today() - value.date()).days
    if days not in (0, 1):
        return short(value)
    return (("today at", "yesterday at") if language_is_english else ("今天", "昨天"))[days] + f" {value:%H:%M}"


def _local(value):
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.astimezone(clock.SHANGHAI) if isinstance(value, datetime) else value
