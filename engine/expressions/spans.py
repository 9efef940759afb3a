"""Spans of time as ISO writes them, and what a day or a moment is made of."""

import re
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from engine.clock import SHANGHAI

MOST = 1_000_000
_SPAN = re.compile(
    r"(?P<minus>-?)P(?=\d|T\d)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?\Z", re.ASCII,
)
_PARTS = {"year", "month", "day", "hour", "minute", "second"}


def duration(text: str) -> timedelta | relativedelta:
    """A span. Months and years have no length of their own and can only be added: the 31st and a month is the next one's last."""
    found = _SPAN.match(text[:60])
    if not found:
        raise ValueError("not a span like P3D, P1M or PT2H")
    sign = -1 if found["minus"] else 1
    parts = {name: sign * int(number) for name, number in found.groupdict().items() if number and name != "minus"}
    if any(abs(number) > MOST for number in parts.values()):
        raise ValueError("too far away")
    return relativedelta(**parts) if parts.keys() & {"years", "months"} else timedelta(**parts)


def moment(text) -> datetime:
    """A moment with its zone."""
    found = text if isinstance(text, datetime) else datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def day(value: str | date) -> date:
    """A day; of a moment the one it is then in Beijing, where the law counts days, whatever zone it is written in."""
    if isinstance(value, str):
        value = _read(value)
    if isinstance(value, datetime):
        value = moment(value).astimezone(SHANGHAI)
    return date(value.year, value.month, value.day)


def _read(text: str) -> date:
    try:
        return moment(text) if len(text) > len("2026-01-31") else date.fromisoformat(text)
    except ValueError:  # a day with a zone behind it, or with an hour that is none: the day is what counts
        return date.fromisoformat(text[:10])


def part(value: date | timedelta, name: str):
    """A day's `year`, `month`, `day` or `weekday` (Monday is 1), a moment's `hour`, `minute` or `second` too (in Beijing), a
    span's `days`.
    """
    if isinstance(value, datetime):
        value = moment(value).astimezone(SHANGHAI)
    if isinstance(value, timedelta):
        if name != "days":
            raise ValueError("a span has only days")
        return value.days
    if name == "weekday":
        return value.isoweekday()
    if name not in _PARTS or name in ("hour", "minute", "second") and not isinstance(value, datetime):
        raise ValueError("a day has year, month, day and weekday")
    return getattr(value, name)
