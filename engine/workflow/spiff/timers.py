"""When a timer of a diagram is due: ISO texts or expressions, always an absolute moment with zone."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

from dateutil.relativedelta import relativedelta

from engine import clock
from engine.clock import SHANGHAI
from engine.i18n import _
from engine.workflow.spiff.evaluator import Evaluator
from engine.workflow.spiff.findings import RunFailed
from engine.workflow.spiff.model import Event

LONGEST = timedelta(days=366 * 30)
SHORTEST_CYCLE = timedelta(minutes=1)
MOST_CYCLES = 1_000

_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:[.,]\d{1,6})?)S)?)?\Z"
)
_CYCLE = re.compile(r"R(?P<times>\d*)/(?P<one>[^/]+)(?:/(?P<other>[^/]+))?\Z")
_CRON = re.compile(r"[\d*?/,\-LW#A-Z]+(\s+[\d*?/,\-LW#A-Z]+){4,6}\Z")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?\Z")


class TimerUnreadable(ValueError):
    """The text or value says no usable time."""


def is_literal(text: str) -> bool:
    """Whether a timer's text is an ISO time itself and not an expression."""
    return bool(re.match(r"-?P(\d|T\d)|R\d*/", text) or _MOMENT.match(text))


def due(token, element, evaluator) -> dict:
    """What to keep for a waiting timer: `due` and, for cycles, `left` (-1: for ever) and `every`."""
    kind, text = element.event.timer
    value = text if is_literal(text) else evaluator.evaluate(token, text)
    now = evaluator.context.moment
    try:
        if kind == "cycle":
            return first_of_cycle(value, now)
        return {"due": in_range(moment(value, now), now)}
    except (TimerUnreadable, OverflowError, ValueError) as error:
        raise RunFailed(
            element.id, "timer_unreadable", _("“%(element)s”: the time “%(text)s” cannot be used (%(why)s)."),
            text=str(value)[:80], why=str(error),
        ) from error  # fmt: skip


def whose(token, evaluator) -> dict:
    """Which participant's term it is alone, as the expression `whose` says; a name that the data do not hold says nobody."""
    text = token.element.properties.get("whose", "")
    said = token.data.get(text) if not text or text.isidentifier() else evaluator.evaluate(token, text)
    return {"whose": said} if isinstance(said, int) else {}


def until(token, evaluator) -> datetime | None:
    """How long what a token throws is kept for somebody who waits for it, as its property `ttl` says."""
    text = token.element.properties.get("ttl")
    return due(token, replace(token.element, event=Event(timer=("ttl", text))), evaluator)["due"] if text else None


def first_time(element, context) -> dict:
    """When a process begins by the clock for the first time: `due`, and what `next_time` needs of a cycle."""
    return due(SimpleNamespace(data={}, element_id=element.id), element, Evaluator(context))


def next_time(kept: dict, now: datetime) -> bool:
    """Move `due` on to the next time after now; False when there is none."""
    return advance(kept, now)


def moment(value, now: datetime) -> datetime:
    """A moment from a moment, a day (its first minute in China), a span or an ISO text."""
    match value:
        case datetime():
            return value if value.tzinfo else value.replace(tzinfo=SHANGHAI)
        case date():
            return datetime.combine(value, time(), SHANGHAI)
        case timedelta() if value >= timedelta(0):
            return now + value
        case str() if value.startswith(("P", "-P")):
            return now + duration(value)
        case str() if _MOMENT.match(value):
            return moment(_read(value), now)
    raise TimerUnreadable(_("expected a time, a day or a span like P3D"))


def _read(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise TimerUnreadable(_("there is no such day or time")) from None


def duration(text: str) -> relativedelta:
    found = _DURATION.match(text)
    if not found:
        raise TimerUnreadable(_("not a span like P3D or PT2H"))
    parts = {name: value for name, value in found.groupdict().items() if value}
    whole, _point, rest = parts.pop("seconds", "0").replace(",", ".").partition(".")
    numbers = {name: int(value) for name, value in parts.items()} | {"seconds": int(whole)}
    if any(value > 1_000_000 for value in numbers.values()):
        raise TimerUnreadable(_("too far away"))
    return relativedelta(**numbers, microseconds=int(rest.ljust(6, "0") or 0))


def in_range(moment: datetime, now: datetime) -> datetime:
    if abs(moment - now) > LONGEST:
        raise TimerUnreadable(_("too far away"))
    return moment.astimezone(UTC)


def first_of_cycle(value, now: datetime) -> dict:
    """`R3/P1D`, also with the first time or the end of it: `R/2030-01-01/P1D`, `R/P1D/2030-01-01`, `R3/<first>/<second>`."""
    found = _CYCLE.match(value) if isinstance(value, str) else None
    if not found:
        raise TimerUnreadable(_("expected a cycle like R3/P1D"))
    times = int(found["times"]) if found["times"] else -1
    if times == 0 or times > MOST_CYCLES:
        raise TimerUnreadable(_("1 to 1000 times"))
    first, every, end = _parts(found["one"], found["other"], now)
    if not now + SHORTEST_CYCLE <= in_range(now + duration(every), now):
        raise TimerUnreadable(_("shorter than a minute"))
    kept = {"due": in_range(first, now), "left": times, "every": every}
    if end is not None:
        if end < kept["due"]:
            raise TimerUnreadable(_("it ends before it begins"))
        kept["until"] = end.isoformat()
    if kept["due"] <= now:
        advance(kept, now)
    return kept


def _parts(one: str, other: str | None, now: datetime) -> tuple[datetime, str, datetime | None]:
    """First time, span and end of a cycle."""
    if other is None:
        return now + duration(one), one, None
    if one.startswith("P"):
        return now + duration(one), one, moment(other, now)
    first = moment(one, now)
    if other.startswith("P"):
        return first, other, None
    return first, f"PT{max(int((moment(other, now) - first).total_seconds()), 0)}S", None


def advance(kept: dict, now: datetime) -> bool:
    """Move a cycle on to its next time after now; False when it has run out.

    Times that passed while nobody could notice count, but are not made up for.
    """
    if "every" not in kept:
        return False
    every = duration(kept["every"])
    for _turn in range(MOST_CYCLES):
        kept["left"] -= kept["left"] > 0
        kept["due"] += every
        if kept["left"] == 0 or kept["due"] > now:
            break
    else:
        kept["due"] = now + every
    return kept["left"] != 0 and ("until" not in kept or kept["due"] <= datetime.fromisoformat(kept["until"]))


def check_literal(kind: str, text: str) -> None:
    """Refuse an ISO text no run could use; raises `TimerUnreadable`."""
    now = clock.now()
    if kind == "cycle":
        first_of_cycle(text, now)
    elif not _MOMENT.match(text):
        in_range(moment(text, now), now)
    else:
        moment(text, now)


def instead_of_cron(text: str) -> str | None:
    """For a text as other tools repeat things: a cycle that says about the same."""
    if not _CRON.match(text.strip()):
        return None
    fields = text.split()
    minute, hour, day, month, weekday = fields[len(fields) >= 6 :][:5]
    if minute.startswith(("*", "0/")) and hour == "*":
        return f"R/PT{minute.partition('/')[2] or 1}M"
    steps = (("P1Y", month), ("P1M", day), ("P7D", weekday))
    return "R/" + next((every for every, field in steps if field not in ("*", "?")), "PT1H" if hour == "*" else "P1D")
