"""How long things may take."""

from datetime import datetime

from engine import clock
from engine.deadlines import reckoning, terms, yearly


def due_at(term: str, start: datetime, length: int | None = None) -> datetime:
    """When a term that starts now ends: what `term("T06")` means in a diagram. Raises UnknownTerm."""
    return reckoning.due(terms.get(term), start, yearly.installed(), length).due_at


def moment(told: datetime | str) -> datetime:
    """A moment from itself or its ISO text; without a zone it is Beijing's."""
    found = datetime.fromisoformat(told) if isinstance(told, str) else told
    return found if found.tzinfo else found.replace(tzinfo=clock.SHANGHAI)
