"""Cases of an institution's portfolio as lines of a file: people masked, nothing in the words of a language."""

from collections.abc import Iterable

from engine.access.actor import Actor
from engine.cases.masking import mask_party
from engine.inbox.workspace import portfolio


def lines(actor: Actor, wanted: portfolio.Wanted, before: int | None, limit: int) -> list[dict]:
    """The next lines, by falling id of their cases."""
    return of(portfolio.batch(actor, wanted, before, limit))


def few(actor: Actor, wanted: portfolio.Wanted, limit: int) -> list[dict]:
    """Lines in the order of the page."""
    return of(portfolio.entries(actor, wanted, limit))


def of(entries: Iterable[portfolio.Entry]) -> list[dict]:
    """These cases as lines, in their order."""
    return [_line(entry) for entry in entries]


def _line(entry: portfolio.Entry) -> dict:
    case, clock = entry.case, entry.clock if not entry.case.closed_at else None
    return {
        "id": case.id, "number": case.number, "court_number": case.court_number,
        "others": [mask_party(each) for each in entry.others],
        "cause": case.cause, "amount": str(case.amount), "stage": case.stage, "outcome": case.outcome,
        "term": clock.term if clock else "", "due": clock.due_at.isoformat() if clock else "", "handlers": entry.handlers,
        "replied": entry.replied, "declined": entry.declined.code if entry.declined else "",
        "settled": "" if case.settled_amount is None else str(case.settled_amount), "received": case.received_at.isoformat(),
        "concluded": case.concluded_at.isoformat() if case.concluded_at else ""}
