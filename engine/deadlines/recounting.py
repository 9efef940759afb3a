"""Count a running term again from its start, by the calendar as it is now: pauses and extensions in the order they came."""

from dataclasses import replace
from datetime import datetime

from engine.deadlines import reckoning, terms
from engine.deadlines.calendar import Calendar
from engine.deadlines.models import Deadline
from engine.deadlines.reckoning import Reckoning


def again(row: Deadline, calendar: Calendar) -> Reckoning | None:
    """The end and its words; None for a term whose length nobody kept."""
    term = terms.get(row.term)
    if row.length is None and term.length is None:
        return None
    found = reckoning.due(term, row.starts_at, calendar, row.length)
    for _at, change in sorted([*_pauses(row), *_extensions(row)], key=lambda each: each[0]):
        if isinstance(change, int):
            more = reckoning.extended(term, found.due_at, change, calendar)
        else:
            more = replace(reckoning.resumed(found.due_at, change), is_provisional=found.is_provisional)
        found = replace(more, steps=(*found.steps, *more.steps))
    return found


def _pauses(row: Deadline):
    """When each time that the term stood still was over, and how long that was; pauses that overlap were one."""
    ended = [each for each in row.pauses if each["to"]]
    spans = sorted((datetime.fromisoformat(each["from"]), datetime.fromisoformat(each["to"])) for each in ended)
    held = [datetime.fromisoformat(each["from"]) for each in row.pauses if each["to"] is None]
    merged: list[tuple[datetime, datetime]] = []
    for begun, ended in spans:
        if merged and begun <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], ended)
        else:
            merged.append((begun, ended))
    return [(ended, ended - begun) for begun, ended in merged if not any(begun <= each <= ended for each in held)]


def _extensions(row: Deadline):
    return [(datetime.fromisoformat(each["at"]), each["days"]) for each in row.extensions]
