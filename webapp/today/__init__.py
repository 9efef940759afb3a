"""A mediator's day."""

from flask import Blueprint, render_template, request

from engine.inbox.workspace import today
from webapp.identity import current_actor
from webapp.replying import stance

blueprint = Blueprint("today", __name__)


@blueprint.get("/")
def index():
    """Meetings, what is due, who waits for me, what was said."""
    found = today.of(current_actor(), request.args.get("whole", ""))
    return render_template("today/index.html", day=found, cases=found.cases, stance=stance)
