"""An institution's cases that nobody there handles: their heads, to be taken."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from engine.db import start_over
from engine.errors import NotFound
from engine.inbox.sharing import handling
from webapp import areas, htmx
from webapp.identity import current_actor

blueprint = Blueprint("handling", __name__)


@blueprint.get("/")
def free():
    """The longest waiting first."""
    return _page()


def _page(is_gone: bool = False, status: int = 200):
    page = htmx.page_number()
    rows = handling.free(current_actor(), offset=(page - 1) * handling.PAGE)
    return render_template("handling/free.html", rows=rows[:handling.PAGE], more=len(rows) > handling.PAGE, page=page,
                           is_gone=is_gone), status


@blueprint.post("/<number>/take")
def take(number):
    """From now on the case is one's own."""
    try:
        case = handling.take(current_actor(), number)
    except NotFound:
        start_over()
        return _page(is_gone=True, status=404)
    areas.count_anew()
    flash(_("You handle case %(number)s now.", number=case.number))
    return redirect(url_for("cases.show", number=case.number), 303)
