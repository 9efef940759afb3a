"""What the address says of the entries that are wanted; what cannot be read is left out."""

from datetime import date

from werkzeug.datastructures import MultiDict

from engine.oversight.audit import Asked


def read(values: MultiDict) -> Asked:
    """The filters of a request."""
    words = {name: values.get(name, "").strip()[:100] for name in ("case", "login", "action", "outcome")}
    return Asked(**words, since=_day(values.get("since", "")), until=_day(values.get("until", "")))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
