"""Entries of the audit as lines of a file."""

from collections.abc import Iterable

from engine.access.actor import Actor
from engine.oversight import audit

COLUMNS = ("id", "at", "tenant", "actor_kind", "actor_id", "action", "object_type", "object_id", "case_id", "purpose", "outcome",
           "address_hash", "trace_id")


def lines(actor: Actor, asked: audit.Asked, before: int | None, limit: int) -> list[dict]:
    """The next lines, by falling id of their entries."""
    return of(audit.entries(actor, asked, before, limit))


def few(actor: Actor, asked: audit.Asked, limit: int) -> list[dict]:
    """Lines in the order of the page."""
    return lines(actor, asked, None, limit)


def of(shown: Iterable[audit.Shown]) -> list[dict]:
    """These entries as lines, in their order."""
    return [{**{name: _plain(getattr(each.entry, name)) for name in COLUMNS}, "in_place_of": each.in_place_of} for each in shown]


def _plain(value):
    return value if value is None or isinstance(value, int) else str(value)
