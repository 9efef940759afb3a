"""The page of absences: one's own, and those of the people whose roster one keeps."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.access import roster
from engine.db import start_over
from engine.errors import Invalid
from engine.forms import flat
from engine.inbox.sharing import absences, caps, kinds, mediator_register
from webapp import errors, i18n
from webapp.asking import Asking
from webapp.identity import current_actor

blueprint = Blueprint("roster", __name__)


@blueprint.get("/")
def index():
    """Who is away now and soon."""
    return _page()


def _page(asking: Asking | None = None, status: int = 200, wrong: str = ""):
    actor = current_actor()
    rows, people = absences.shown(actor), {user.id for user in absences.people(actor)}
    loads = caps.loads(actor)
    return render_template(
        "roster/index.html", rows=[(row, absences.warnings(row) if row.user_id in people else []) for row in rows], people=people,
        loads=loads, kinds=_kinds(actor, loads), away=roster.away(people), wrong=wrong,
        by_lot=mediator_register.by_lot(actor),
        asking=asking or Asking.fresh(absences.FORM, absences.offered(actor), {"user": str(actor.user_id)})), status


def _kinds(actor, loads: list[caps.Load]) -> dict[str, str]:
    """The kinds of tasks that can have a limit, or have one: their titles in the reader's language."""
    if not loads:
        return {}
    found = kinds.lately(actor)
    found |= kinds.titles({kind for load in loads for kind in load.most_of} - found.keys())
    is_english = i18n.language() == "en"
    return {key: (en if is_english and en else zh) for key, (zh, en) in sorted(found.items(), key=lambda each: each[1])}


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


@blueprint.post("/people/<int:user_id>/most")
def set_most(user_id):
    """How much somebody may hold."""
    try:
        of_kinds = dict(zip(request.form.getlist("kind"), request.form.getlist("of_kind"), strict=False))
        caps.set_most(current_actor(), user_id, request.form.get("tasks", ""), request.form.get("cases", ""),
                      of_kinds if "kind" in request.form else None)
    except Invalid as refused:
        start_over()
        return _page(status=422, wrong=" ".join(each["message"] for each in errors.said(refused)))
    flash(_("The limits are kept."))
    return redirect(url_for("roster.index", _anchor=f"person-{user_id}"), 303)


@blueprint.post("/lot")
def set_lot():
    """Assign by lot, or by hand."""
    is_on = request.form.get("on") == "1"
    mediator_register.set_lot(current_actor(), is_on)
    flash(_("Mediators are drawn by lot from now on.") if is_on else _("Coordinators choose the mediators from now on."))
    return redirect(url_for("roster.index"), 303)


@blueprint.get("/mediators/<int:user_id>")
def mediator(user_id):
    """What the register says of a mediator."""
    profile = mediator_register.get(current_actor(), user_id)
    known = {key: getattr(profile, key) for key in ("specialities", "languages", "courts", "register_no")}
    return _mediator(profile, Asking.fresh(mediator_register.form(), {}, known))


def _mediator(profile, asking: Asking, status: int = 200):
    return render_template("roster/mediator.html", profile=profile, asking=asking), status


@blueprint.post("/mediators/<int:user_id>")
def keep_mediator(user_id):
    """Change it."""
    actor, form = current_actor(), mediator_register.form()
    try:
        profile = mediator_register.keep(actor, user_id, flat.gather(form, dict(request.form.lists())))
    except Invalid as error:
        return _mediator(mediator_register.get(actor, user_id), Asking.sent(form, {}, request.form).refused(error), 422)
    flash(_("What the register says of %(who)s is kept.", who=profile.user.name))
    return redirect(url_for("roster.index", _anchor=f"person-{user_id}"), 303)
