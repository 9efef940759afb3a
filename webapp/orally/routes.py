"""The clerk's page for parties who come to the court with their agreement."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.db import start_over
from engine.errors import Invalid
from engine.inbox.asking import oral_applications
from webapp.api.throttle import Throttle
from webapp.asking import Asking
from webapp.identity import current_actor

blueprint = Blueprint("orally", __name__)

guesses = Throttle("oral-application", limit=20, seconds=3600)  # by clerk


@blueprint.get("/")
def index():
    """Which agreement, and what they said."""
    return _page(Asking.fresh(oral_applications.FORM, {}))


def _page(asking: Asking, status: int = 200):
    return render_template("orally/index.html", asking=asking), status


@blueprint.post("/")
def record():
    """Keep it; the record is made for their signatures, and the case is the court's from now on."""
    actor = current_actor()
    guesses.check(str(actor.user_id))
    try:
        case = oral_applications.record(actor, request.form.to_dict())
    except Invalid as refused:
        start_over()
        guesses.count(str(actor.user_id))
        return _page(Asking.sent(oral_applications.FORM, {}, request.form).refused(refused), 422)
    flash(_("The application in case %(number)s is written down. Print the record for the parties to sign.", number=case.number))
    return redirect(url_for("cases.index", q=case.number), 303)
