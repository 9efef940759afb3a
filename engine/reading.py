"""Read whole numbers, ids and days out of what somebody wrote: in an address, a form, a sheet. What cannot be read is None."""

from datetime import date

YEARS = range(1900, 2201)  # of which a day can be meant


def number(text: str) -> int | None:
    """The whole number that stands there, as large as an id may be."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def row_id(text: str) -> int:
    """The id that stands there; 0, which no row has, when it is none."""
    return number(text) or 0


def day(text) -> date | None:
    """The day that stands there (2026-01-31)."""
    try:
        found = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.year in YEARS else None


def answered(value) -> date | None:
    """The day of a question whose answer was checked; None where it was left open."""
    return date.fromisoformat(str(value)) if value else None
