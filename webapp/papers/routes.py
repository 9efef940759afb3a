"""Choose a paper, fill in what it asks, have it printed onto the case's shelf; read any paper in English."""

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.db import transaction
from engine.errors import Invalid, NotFound
from engine.forms import flat
from engine.inbox.workspace import desk
from engine.operations import desk_papers, papers
from webapp import signing
from webapp.app import without_transaction
from webapp.asking import Asking
from webapp.identity import current_actor

blueprint = Blueprint("papers", __name__)


@blueprint.get("/<number>")
def index(number):
    """The papers this person may make in a case."""
    case = desk.case(current_actor(), number)
    return render_template("papers/index.html", case=case, offers=desk_papers.offered(current_actor(), case))


@blueprint.get("/<number>/<template>")
def ask(number, template):
    """What a paper asks."""
    case = desk.case(current_actor(), number)
    offer = next((one for one in desk_papers.offered(current_actor(), case) if one.template == template), None)
    if offer is None:
        raise NotFound()
    return _page(case, offer, Asking.fresh(offer.form, desk_papers.data(case)))


def _page(case, offer, asking, status: int = 200):
    serial = request.form.get("serial") or secrets.token_hex(8)  # a form that is sent twice makes one paper
    return render_template("papers/ask.html", case=case, offer=offer, asking=asking, serial=serial), status


@blueprint.post("/<number>/<template>")
@without_transaction
def make(number, template):
    """Make it: read, print with no transaction open, keep."""
    offer = desk_papers.offers().get(template)
    if offer is None:
        raise NotFound()
    try:
        with transaction(write=False):
            case = desk.case(current_actor(), number)
            ordered = desk_papers.order(current_actor(), case, template, flat.gather(offer.form, dict(request.form.lists())))
    except Invalid as refused:
        with transaction(write=False):
            case = desk.case(current_actor(), number)
            return _page(case, offer, Asking.sent(offer.form, desk_papers.data(case), request.form).refused(refused), 422)
    with signing.telling():
        made = papers.printed(ordered)
    with transaction():
        desk_papers.keep(desk.case(current_actor(), number), made, ordered, request.form.get("serial", "")[:40])
    flash(_("The paper is on the shelf of the case."))
    return redirect(url_for("cases.show", number=number) + "#documents", 303)
