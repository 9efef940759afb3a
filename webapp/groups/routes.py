"""The groups of an organisation; one group with its cases, its model, its offer, and the pace at which cases are told."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.errors import Invalid
from engine.inbox.asking import groups
from engine.tracks.groups import progress
from webapp.asking import Asking
from webapp.identity import current_actor

blueprint = Blueprint("groups", __name__)


@blueprint.get("/")
def index():
    """All groups of the organisation, with their progress."""
    return _index()


def _index(asking: Asking | None = None, status: int = 200):
    rows = [(group, progress(group)) for group in groups.listed(current_actor())]
    return render_template("groups/index.html", rows=rows, asking=asking or Asking.fresh(groups.NEW, {})), status


@blueprint.post("/")
def create():
    """A new, empty group."""
    try:
        group = groups.create(current_actor(), request.form.to_dict())
    except Invalid as error:
        return _index(Asking.sent(groups.NEW, {}, request.form).refused(error), 422)
    return redirect(url_for("groups.show", group_id=group.id), 303)


@blueprint.get("/<int:group_id>")
def show(group_id):
    """A group's dashboard."""
    return _page(group_id)


def _page(group_id: int, asking: Asking | None = None, became=(), problem: str = "", status: int = 200):
    actor = current_actor()
    group = groups.get(actor, group_id)
    offer = asking or Asking.fresh(groups.OFFER, {}, {**group.offer, "result": group.result} if group.result_at else None)
    return render_template("groups/show.html", group=group, rows=groups.rows(actor, group_id), counts=progress(group),
                           asking=offer, became=became, problem=problem, typed=request.form), status


@blueprint.post("/<int:group_id>/cases")
def add(group_id):
    """Put cases in by their numbers; what became of each is shown row by row."""
    try:
        became = groups.add(current_actor(), group_id, request.form.get("numbers", ""))
    except Invalid:
        return _page(group_id, problem=_("Give between one and %(most)s case numbers.", most=groups.MOST_NUMBERS), status=422)
    return _page(group_id, became=became)


@blueprint.post("/<int:group_id>/model")
def choose(group_id):
    groups.choose_model(current_actor(), group_id, request.form.get("case", 0, int))
    flash(_("The model case is chosen."))
    return redirect(url_for("groups.show", group_id=group_id), 303)


@blueprint.post("/<int:group_id>/offer")
def offer(group_id):
    """The model's result, and the offer for each case."""
    try:
        groups.set_offer(current_actor(), group_id, request.form.to_dict())
    except Invalid as error:
        return _page(group_id, Asking.sent(groups.OFFER, {}, request.form).refused(error), status=422)
    flash(_("The result and the offer are kept; the cases can be told."))
    return redirect(url_for("groups.show", group_id=group_id), 303)


@blueprint.post("/<int:group_id>/contact")
def contact(group_id):
    """Tell the next waiting cases."""
    told = groups.contact(current_actor(), group_id)
    flash(_("%(count)s cases have been told.", count=told))
    return redirect(url_for("groups.show", group_id=group_id), 303)
