"""The page of an institution's authority administrator."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import clock
from engine.cases import causes
from engine.errors import Invalid
from engine.forms import flat
from engine.oversight import limits as registry
from webapp import i18n
from webapp.asking import Asking
from webapp.identity import current_actor

blueprint = Blueprint("limits", __name__)


@blueprint.get("/")
def index():
    """All limits with every version, and what was asked lately."""
    return _page()


def _page(asking=None, status=200):
    actor = current_actor()
    institution = registry.institution_of(actor)
    rows, today = registry.listed(actor), clock.today()
    return render_template(
        "limits/index.html", institution=institution, rows=rows, in_force={row.id for row in rows if row.holds_on(today)},
        requests=registry.requests(actor), categories=_categories(), today=today,
        asking=asking or Asking.fresh(registry.form(institution), {})), status


def _categories() -> dict[str, str]:
    return {key: row.en if i18n.language() == "en" else row.zh for key, row in causes.categories().items()}


@blueprint.post("/")
def add():
    """A new version of a limit."""
    actor = current_actor()
    form = registry.form(registry.institution_of(actor))
    try:
        row = registry.add(actor, flat.gather(form, dict(request.form.lists())))
    except Invalid as error:
        return _page(Asking.sent(form, {}, request.form).refused(error), 422)
    flash(_("Version %(version)s of the limits is kept.", version=row.version))
    return redirect(url_for("limits.index"), 303)


@blueprint.post("/form")
def refresh():
    """The questions that apply to the answers so far; nothing is kept."""
    form = registry.form(registry.institution_of(current_actor()))
    return render_template("limits/_questions.html", asking=Asking.sent(form, {}, request.form))


@blueprint.post("/<int:limit_id>/revoke")
def revoke(limit_id):
    registry.revoke(current_actor(), limit_id, request.form.get("reason", ""))
    flash(_("The limit no longer holds; what was signed or approved before stands."))
    return redirect(url_for("limits.index"), 303)
