"""The list of entries, by person, action, case and day."""

from flask import Blueprint, request

from engine.oversight import audit
from webapp import htmx
from webapp.audit import asked
from webapp.audit.actions import ACTIONS, name
from webapp.auditing import opens
from webapp.identity import current_actor

blueprint = Blueprint("audit", __name__)


@blueprint.get("/")
@opens
def index():
    """The newest entries."""
    actor, wanted = current_actor(), asked.read(request.args)
    rows = audit.entries(actor, wanted, request.args.get("before", None, int), audit.PAGE + 1)
    more = rows[audit.PAGE - 1].entry.id if len(rows) > audit.PAGE else None
    return htmx.render("audit/index.html", "audit/_rows.html", rows=rows[:audit.PAGE], asked=wanted, more=more,
                       state=audit.state(actor), outcomes=audit.OUTCOMES, actions=ACTIONS, action_name=name)
