"""The page that says why a case has this mediator."""

from flask import render_template
from flask_babel import lazy_gettext as _

from engine.inbox.workspace import appointment
from webapp.auditing import opens
from webapp.cases.routes import blueprint
from webapp.identity import current_actor

POINTS = {
    "rules": _("the rules are those that were in force"), "ratings": _("the rules say the same of each candidate"),
    "weights": _("the weights are the same"), "lot": _("seed and case give the same number"),
    "winner": _("that number is the same person's"), "record": _("nothing of the record was changed"),
    "trace": _("the sealed history names the same record"),
}


@blueprint.get("/<number>/mediator")
@opens
def why_mediator(number):
    """How the mediator was found; a draw is done again."""
    case, why = appointment.of_case(current_actor(), number)
    return render_template("cases/mediator.html", case=case, why=why, points=POINTS)
