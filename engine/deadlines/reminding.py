"""When people are reminded that a term runs out: in the morning of so many days before its last day, as the table says.

The days are of the term's own kind: of a term in working days one is reminded so many working days before.
"""

from datetime import datetime, time, timedelta

from engine.clock import SHANGHAI
from engine.deadlines import reckoning
from engine.deadlines.terms import Term, Unit
from engine.deadlines.yearly import installed

MORNING = time(9)


def next_moment(term: Term, due_at: datetime, after: datetime) -> datetime | None:
    """The first reminder of an end that is still to come after a moment, or None."""
    moments = [_moment(term, due_at, days) for days in term.reminders]
    return min((each for each in moments if each > after), default=None)


def next_look(term: Term, due_at: datetime, after: datetime) -> datetime | None:
    """When this term is looked at next: a reminder, else its end, when somebody may have to see to what is overdue; or None."""
    return next_moment(term, due_at, after) or (due_at if due_at > after else None)


def is_today(term: Term, due_at: datetime, now: datetime) -> bool:
    """Whether the table says that people are reminded of this end on this day."""
    return any(_moment(term, due_at, days).date() == now.astimezone(SHANGHAI).date() for days in term.reminders)


def days_left(due_at: datetime, now: datetime) -> int:
    """How many days there are until the last day; 0 on it."""
    return (reckoning.last_day(due_at) - now.astimezone(SHANGHAI).date()).days


def _moment(term: Term, due_at: datetime, days: int) -> datetime:
    last = reckoning.last_day(due_at)
    day = installed().working_days_before(last, days) if term.unit is Unit.WORKING_DAY else last - timedelta(days=days)
    return datetime.combine(day, MORNING, SHANGHAI)
