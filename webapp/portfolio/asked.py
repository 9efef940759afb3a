"""What the address says of the cases that are wanted; what cannot be read is left out."""

from datetime import date
from decimal import Decimal

from werkzeug.datastructures import MultiDict

from engine.cases.outcomes import OUTCOMES
from engine.forms import amounts
from engine.inbox.workspace.portfolio import GROUPS, Wanted
from webapp import htmx
from webapp.presenting import STAGES

CHOICES = {"stage": STAGES, "outcome": OUTCOMES, "state": ("open", "closed"), "due": ("late", "week"),
           "sort": ("received", "due", "amount"), "by": GROUPS}


def read(values: MultiDict) -> Wanted:
    """The filters of a request."""
    told = {name: values.get(name, "") for name, known in CHOICES.items() if values.get(name, "") in known}
    handler = values.get("handler", "")[:10]
    cause = "".join(sign for sign in values.get("cause", "")[:100] if sign.isprintable())
    body = values.get("organisation", "")[:9]
    return Wanted(cause=cause, organisation=body if body.isascii() and body.isdigit() else "", text=htmx.search_text(values),
                  handler=handler if handler.isascii() and handler.isdecimal() else "",
                  least=_sum(values.get("least", "")), most=_sum(values.get("most", "")), since=_day(values.get("since", "")),
                  until=_day(values.get("until", "")), **told)


def arguments(wanted: Wanted) -> dict[str, str]:
    """The same as arguments of an address: only what was asked for."""
    told = {("q" if name == "text" else name): str(value) for name, value in vars(wanted).items() if value not in (None, "")}
    return {name: value for name, value in told.items() if (name, value) != ("sort", "received")}


def _sum(text: str) -> Decimal | None:
    found = amounts.parse(text[:30]) if text else None
    return found if found is not None and found >= 0 else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None
