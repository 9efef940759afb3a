"""The one place that knows what time it is, so that tests can move it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_offset = timedelta(0)


def now() -> datetime:
    """The present moment, with zone (UTC)."""
    return datetime.now(UTC) + _offset


def today() -> date:
    """The present day in Asia/Shanghai, where the law counts days."""
    return now().astimezone(SHANGHAI).date()


def offset() -> timedelta:
    """How far this process's time stands from the machine's: zero outside tests."""
    return _offset


def move(by: timedelta) -> None:
    """Let time pass (tests): this clock and the database's clock move together."""
    global _offset
    _offset += by


def reset() -> None:
    """Back to the machine's time (tests)."""
    global _offset
    _offset = timedelta(0)
