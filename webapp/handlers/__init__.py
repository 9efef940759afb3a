"""Who of an institution handles which of its cases: the desk of whoever leads there, who reads their heads only."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import ngettext

from engine import reading
from engine.db import start_over
from engine.inbox.sharing import handing_out, handling
from webapp import areas, htmx, i18n
from webapp.identity import current_actor

blueprint = Blueprint("handlers", __name__)


@blueprint.get("/")
def index():
    """How much each has; the cases of all, of one, of nobody."""
    actor, page, chosen = current_actor(), htmx.page_number(), _chosen(request.args)
    rows = handing_out.listed(actor, chosen, offset=(page - 1) * handling.PAGE)
    return render_template(
        "handlers/index.html", rows=rows[:handling.PAGE], more=len(rows) > handling.PAGE, page=page, chosen=chosen,
        loads=handing_out.loads(actor), people=handing_out.people(actor))


def _chosen(values) -> str:
    told = values.get("handler", "")
    return told if told in (handing_out.NOBODY, handing_out.CLOSED) or reading.number(told) is not None else ""


@blueprint.post("/cases")
def hand_out():
    """The chosen cases go to one colleague, instead of whoever had them or beside them."""
    numbers, user_id = request.form.getlist("number"), request.form.get("user", 0, int)
    instead = request.form.get("how") != "beside"
    return _done(lambda: handing_out.hand_out(current_actor(), numbers, user_id, instead))


@blueprint.post("/<int:user_id>/all")
def hand_over(user_id):
    """All that one has goes to another."""
    to = request.form.get("user", 0, int)
    return _done(lambda: handing_out.hand_over(current_actor(), user_id, to))


def _done(act):
    try:
        number = act()
    except handing_out.NoSuchHandler as refused:
        start_over()
        flash(i18n.say(refused.message, refused.details), "error")
    else:
        areas.count_anew()
        flash(ngettext("%(num)s case was handed over.", "%(num)s cases were handed over.", number))
    return redirect(url_for("handlers.index", handler=_chosen(request.form) or None), 303)
