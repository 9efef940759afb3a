"""The page of absences: one's own, and those of the people whose roster one keeps."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.errors import Invalid
from engine.forms import flat
from engine.inbox import absences
from webapp import i18n
from webapp.asking import Asking
from webapp.identity import current_actor

blueprint = Blueprint("roster", __name__)


@blueprint.get("/")
def index():
    """Who is away now and soon."""
    return _page()


def _page(asking: Asking | None = None, status: int = 200):
    actor = current_actor()
    rows, people = absences.shown(actor), {user.id for user in absences.people(actor)}
    return render_template(
        "roster/index.html", rows=[(row, absences.warnings(row) if row.user_id in people else []) for row in rows], people=people,
        keeps=absences.keeps(actor),
        asking=asking or Asking.fresh(absences.FORM, absences.offered(actor), {"user": str(actor.user_id)})), status


@blueprint.post("/")
def enter():
    """Somebody will be away."""
    actor = current_actor()
    try:
        row = absences.hand_in(actor, flat.gather(absences.FORM, dict(request.form.lists())))
    except Invalid as error:
        return _page(Asking.sent(absences.FORM, absences.offered(actor), request.form).refused(error), 422)
    flash(_("%(who)s is away from %(first)s to %(last)s.", who=row.user.name, first=i18n.day(row.first_day),
            last=i18n.day(row.last_day)))
    for warned in absences.warnings(row):
        flash(i18n.say(warned.message, warned.values), "error")
    return redirect(url_for("roster.index"), 303)


@blueprint.post("/<int:absence_id>/end")
def end(absence_id):
    """Back earlier, or not away at all."""
    row = absences.end(current_actor(), absence_id)
    flash(_("%(who)s is no longer away; nobody stands in from now on.", who=row.user.name))
    return redirect(url_for("roster.index"), 303)
