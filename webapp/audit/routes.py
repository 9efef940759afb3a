"""The list of entries, by person, action, case and day, and the same for a spreadsheet."""

from datetime import date

from flask import Blueprint, request

from engine.oversight import audit
from webapp import htmx
from webapp.audit.actions import ACTIONS, name
from webapp.auditing import opens
from webapp.identity import current_actor
from webapp.spreadsheets import download, harmless

blueprint = Blueprint("audit", __name__)

EXPORTED = 10_000
COLUMNS = ("id", "at", "tenant", "actor_kind", "actor_id", "action", "object_type", "object_id", "case_id", "purpose", "outcome",
           "address_hash", "trace_id")


@blueprint.get("/")
@opens
def index():
    """The newest entries."""
    actor, asked = current_actor(), _asked()
    rows = audit.entries(actor, asked, request.args.get("before", None, int), audit.PAGE + 1)
    more = rows[audit.PAGE - 1].entry.id if len(rows) > audit.PAGE else None
    return htmx.render("audit/index.html", "audit/_rows.html", rows=rows[:audit.PAGE], asked=asked, more=more,
                       state=audit.state(actor), outcomes=audit.OUTCOMES, actions=ACTIONS, action_name=name)


@blueprint.get("/entries.csv")
@opens
def export():
    """What was asked for, the newest ten thousand."""
    rows = audit.entries(current_actor(), _asked(), limit=EXPORTED)
    return download("audit.csv", [[*COLUMNS, "action_name", "on_behalf_of"], *map(_row, rows)])


def _row(shown: audit.Shown) -> list[str]:
    values = [getattr(shown.entry, column) for column in COLUMNS]
    return [*(harmless("" if value is None else str(value)) for value in values), name(shown.entry.action),
            harmless(shown.in_place_of)]


def _asked() -> audit.Asked:
    words = {name: request.args.get(name, "").strip()[:100] for name in ("case", "login", "action", "outcome")}
    return audit.Asked(**words, since=_day("since"), until=_day("until"))


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
