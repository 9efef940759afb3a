"""What an address tells of a condition, read: each raises ValueError for what makes no sense."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from engine import reading
from engine.cases import listed
from engine.clock import SHANGHAI

LARGEST = listed.LARGEST  # what the register can hold


def whole(text: str) -> int:
    if (found := reading.number(text)) is None:
        raise ValueError(text)
    return found


def amount(text: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", "").replace("，", "").strip())
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not (found.is_finite() and 0 <= found < LARGEST):
        raise ValueError(text)
    return found


def one_of(allowed: Sequence[str], text: str) -> list[str]:
    chosen = [each for each in text.split(",") if each]
    if not chosen or not set(chosen) <= set(allowed):
        raise ValueError(text)
    return chosen


def begin(day: date) -> datetime:
    """The beginning of a day, in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def date_of(text: str) -> date:
    if (found := reading.day(text)) is None:
        raise ValueError(text)
    return found


def day(text: str, after: timedelta = timedelta(0)) -> datetime:
    """The beginning of a day that is written, or of one so much later."""
    return begin(date_of(text) + after)
