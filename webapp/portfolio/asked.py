"""What the address says of the cases that are wanted; what cannot be read is left out."""

from decimal import Decimal

from werkzeug.datastructures import MultiDict

from engine import reading
from engine.cases.outcomes import OUTCOMES
from engine.forms import amounts
from engine.inbox.workspace.portfolio import GROUPS, Wanted
from webapp import htmx
from webapp.presenting import STAGES

CHOICES = {"stage": STAGES, "outcome": OUTCOMES, "state": ("open", "closed"), "due": ("late", "week"), "waits": ("us",),
           "sort": ("received", "due", "amount"), "by": GROUPS}


def read(values: MultiDict) -> Wanted:
    """The filters of a request."""
    told = {name: values.get(name, "") for name, known in CHOICES.items() if values.get(name, "") in known}
    cause = "".join(sign for sign in values.get("cause", "")[:100] if sign.isprintable())
    ids = {name: values.get(name, "") if reading.number(values.get(name, "")) is not None else ""
           for name in ("handler", "organisation")}
    return Wanted(cause=cause, text=htmx.search_text(values), **ids,
                  least=_sum(values.get("least", "")), most=_sum(values.get("most", "")), since=reading.day(values.get("since")),
                  until=reading.day(values.get("until")), **told)


def arguments(wanted: Wanted) -> dict[str, str]:
    """The same as arguments of an address: only what was asked for."""
    told = {("q" if name == "text" else name): str(value) for name, value in vars(wanted).items() if value not in (None, "")}
    return {name: value for name, value in told.items() if (name, value) != ("sort", "received")}


def _sum(text: str) -> Decimal | None:
    found = amounts.parse(text[:30]) if text else None
    return found if found is not None and found >= 0 else None
