"""The yearly files: those shipped with the program, and what administrators add or correct in the data folder.

Everybody on a machine notices a changed file within seconds; terms counted by another calendar are counted again (`recounting`).
"""

import hashlib
import json
import logging
import threading
import time
from datetime import date
from pathlib import Path

from engine import config
from engine.deadlines.calendar import Calendar, CalendarFileBroken
from engine.errors import Invalid
from engine.i18n import _

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).with_name("calendars")
LOOK_SECONDS = 5.0
YEARS = range(2000, 2200)
HOLIDAY = {"name": str, "name_en": str, "from": str, "to": str, "statutory": list, "made_up_on": list}
NOTICE = {"title": str, "number": str, "issued": str}


class CalendarRefused(Invalid):
    """The file is not a year's calendar."""

    message = _("This is no calendar of a year: %(why)s")


class _Kept:
    """The calendar of this process, as the files were when it last looked."""

    calendar: Calendar | None = None
    stamp: tuple = ()
    looked_at = 0.0


_lock = threading.Lock()


def added() -> Path:
    """Where administrators' files are; one of the same year stands before the shipped one."""
    return config.current().data / "calendars"


def files() -> dict[int, Path]:
    """Year → the file in force."""
    found = [path for folder in (SHIPPED, added()) if folder.is_dir() for path in sorted(folder.glob("[0-9]*.json"))]
    return {int(path.stem): path for path in found if path.stem.isdigit()}


def installed() -> Calendar:
    """The calendar in force. A file that cannot be read changes nothing; `sutiao calendar` says what is wrong with it."""
    if _Kept.calendar is None or time.monotonic() - _Kept.looked_at > LOOK_SECONDS:
        look()
    return _Kept.calendar


def look() -> Calendar:
    """Read the files anew if one of them changed."""
    with _lock:
        _Kept.looked_at = time.monotonic()
        stamp = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files().values())
        if _Kept.calendar is None or stamp != _Kept.stamp:
            try:
                _Kept.calendar = read(files())
            except (CalendarFileBroken, CalendarRefused, OSError, ValueError):
                log.exception("the calendar's files cannot be read; what was read before holds")
                _Kept.calendar = _Kept.calendar or read({int(path.stem): path for path in SHIPPED.glob("*.json")})
            _Kept.stamp = stamp
        return _Kept.calendar


def read(paths: dict[int, Path]) -> Calendar:
    """The calendar of these files. Raises CalendarRefused, CalendarFileBroken."""
    return _of([checked(path.read_bytes()) for _year, path in sorted(paths.items())])


def _of(notices: list[dict]) -> Calendar:
    content = json.dumps(notices, sort_keys=True, ensure_ascii=False)
    return Calendar.of(notices, hashlib.sha256(content.encode()).hexdigest())


def checked(content: bytes) -> dict:
    """A year's data, every part of it what it must be. Raises CalendarRefused."""
    try:
        notice = json.loads(content)
        _check(notice)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CalendarRefused(why=str(error)[:200]) from None
    return notice


def _check(notice) -> None:
    if not isinstance(notice, dict) or notice.get("year") not in YEARS:
        raise ValueError("year")
    _shape(notice["notice"], NOTICE, "notice")
    date.fromisoformat(notice["notice"]["issued"])
    if not isinstance(notice["holidays"], list) or not notice["holidays"]:
        raise ValueError("holidays")
    for holiday in notice["holidays"]:
        _shape(holiday, HOLIDAY, holiday.get("name", "holidays"))
        named = [holiday["from"], holiday["to"], *holiday["statutory"], *holiday["made_up_on"]]
        first, last, *others = map(date.fromisoformat, named)
        if not first <= last <= date.fromordinal(first.toordinal() + 30):
            raise ValueError(f"{holiday['name']}: from, to")
        if any(abs(day.year - notice["year"]) > 1 for day in (first, last, *others)):
            raise ValueError(f"{holiday['name']}: {notice['year']}")


def _shape(row, shape: dict[str, type], name: str) -> None:
    wrong = [key for key, kind in shape.items() if not isinstance(row.get(key), kind)]
    if wrong or set(row) - set(shape):
        raise ValueError(f"{name}: {', '.join(wrong or sorted(set(row) - set(shape)))}")


def with_file(content: bytes) -> Calendar:
    """The calendar as it would be with this year's file. Raises CalendarRefused."""
    notice = checked(content)
    others = [checked(path.read_bytes()) for year, path in files().items() if year != notice["year"]]
    try:
        return _of(sorted([*others, notice], key=lambda each: each["year"]))
    except CalendarFileBroken as error:
        raise CalendarRefused(why=str(error)) from error


def install(content: bytes) -> int:
    """Put a year's file beside the shipped ones; returns its year. Raises CalendarRefused: then nothing changed."""
    with_file(content)
    notice = checked(content)
    folder = added()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{notice['year']}.json"
    draft = path.with_suffix(".new")
    draft.write_bytes(content)
    draft.replace(path)
    look()
    return notice["year"]
