"""Who has an account, what they may do, and whether the machines run."""

import secrets
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import clock, jobs, reading
from engine.access.models import Role
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases import causes
from engine.courts import register as courts
from engine.errors import Invalid
from engine.forms import flat
from engine.operations import OPERATIONS
from engine.oversight import bodies as register
from engine.oversight import commitments as promises
from engine.oversight import evaluators as roster
from engine.oversight import health, people
from engine.tracks import commitments as registry
from webapp import errors, htmx, i18n
from webapp.asking import Asking
from webapp.identity import current_actor, hash_password

blueprint = Blueprint("admin", __name__)


@blueprint.get("/")
def index():
    """The accounts."""
    return _page()


def _page(problems=(), status=200):
    actor, text = current_actor(), htmx.search_text()
    return render_template("admin/index.html", users=people.users(actor, text), bodies=people.bodies(actor), q=text,
                           roles=list(Role), problems=problems, typed=request.form), status


@blueprint.post("/users")
def add():
    """A new account; its first password is shown once."""
    password = secrets.token_urlsafe(9)
    try:
        user = people.add(current_actor(), request.form.get("login", ""), request.form.get("name", ""),
                          request.form.get("body", None, int), hash_password(password))
    except Invalid as error:
        return _page(errors.said(error), 422)
    flash(_("%(name)s can sign in as %(login)s with the password %(password)s. It is shown only now.",
            name=user.name, login=user.login, password=password))
    return redirect(url_for("admin.index"), 303)


@blueprint.post("/users/<int:user_id>/roles")
def grant(user_id):
    people.grant(current_actor(), user_id, request.form.get("role", ""), _day("since"), _day("until"))
    flash(_("The role is given; it holds from the next request on."))
    return redirect(url_for("admin.index"), 303)


def _day(name: str) -> date | None:
    """A day of the form; Invalid when it is none."""
    text = request.form.get(name, "").strip()
    found = reading.day(text)
    if text and found is None:
        raise Invalid(_("Please give a day as YYYY-MM-DD."))
    return found


@blueprint.post("/users/<int:user_id>/second-factor/end")
def end_second_factor(user_id):
    user = people.end_second_factor(current_actor(), user_id)
    flash(_("%(name)s signs in with the password alone, and can set up a new second factor.", name=user.name))
    return redirect(url_for("admin.index"), 303)


@blueprint.post("/grants/<int:grant_id>/revoke")
def revoke(grant_id):
    people.revoke(current_actor(), grant_id)
    flash(_("The role is taken away; it no longer holds."))
    return redirect(url_for("admin.index"), 303)


@blueprint.post("/users/<int:user_id>/active")
def set_active(user_id):
    user = people.set_active(current_actor(), user_id, request.form.get("active") == "1")
    again, gone = _("%(name)s can sign in again.", name=user.name), _("%(name)s can no longer sign in.", name=user.name)
    flash(again if user.is_active else gone)
    return redirect(url_for("admin.index"), 303)


@blueprint.get("/bodies")
def bodies():
    """Courts, organisations, institutions, regulators."""
    return _bodies()


def _bodies(asking=None, status=200):
    actor = current_actor()
    return render_template("admin/bodies.html", bodies=people.bodies(actor), kinds=register.KINDS, fallback=register.DEFAULT_KIND,
                           settings=register.organisations(actor), courts={one.body_id: one for one in courts.every(actor)},
                           asking=asking or Asking.fresh(register.FORM, {})), status


@blueprint.post("/bodies")
def add_body():
    """A mediation organisation, institution or regulator that joins the platform."""
    try:
        body = register.add(current_actor(), flat.gather(register.FORM, dict(request.form.lists())))
    except Invalid as error:
        return _bodies(Asking.sent(register.FORM, {}, request.form).refused(error), 422)
    flash(_("%(name)s is on the platform.", name=body.name))
    return redirect(url_for("admin.bodies"), 303)


@blueprint.post("/bodies/<code>/kind")
def set_organisation(code):
    profile = register.set_organisation(current_actor(), code, request.form.get("kind", ""), request.form.get("fee"),
                                        request.form.get("quality_check") == "yes", request.form.get("register_no"))
    flash(_("%(name)s is kept as set; agreements under signature keep the rule they state.", name=profile.body.name))
    return redirect(url_for("admin.bodies"), 303)


@blueprint.post("/courts/<code>/designation")
def set_designation(code):
    """Who designates the organisation for a court."""
    try:
        profile = courts.set_designation(current_actor(), code, request.form.get("by", ""), request.form.get("source", ""))
    except Invalid as refused:
        flash(errors.said(refused)[0]["message"], "error")
        return redirect(url_for("admin.bodies"), 303)
    flash(_("%(name)s is kept as set; cases under way go on as they are.", name=profile.body.name))
    return redirect(url_for("admin.bodies"), 303)


@blueprint.get("/machines")
def machines():
    """Workers, queue, and what service tasks can do."""
    require(current_actor(), Permission.INSTANCE_RETRY)
    return render_template("admin/machines.html", workers=health.workers(), redis=jobs.is_reachable(), now=clock.now(),
                           silence=health.SILENCE, operations=OPERATIONS.values())


@blueprint.get("/commitments")
def commitments():
    """Institutions' promises for small disputes, with every version."""
    return _commitments()


def _commitments(asking=None, status=200):
    actor = current_actor()
    rows, institutions = promises.listed(actor), promises.institutions(actor)
    return render_template(
        "admin/commitments.html", rows=rows, today=clock.today(), counts=registry.acceptance(), categories=_categories(),
        in_force={row.id for row in rows if registry.holds(row)},
        asking=asking or Asking.fresh(promises.form(institutions), {})), status


def _categories() -> dict[str, str]:
    return {key: row.en if i18n.language() == "en" else row.zh for key, row in causes.categories().items()}


@blueprint.post("/commitments")
def add_commitment():
    """A new version of an institution's promise."""
    actor = current_actor()
    form = promises.form(promises.institutions(actor))
    try:
        row = promises.add(actor, flat.gather(form, dict(request.form.lists())))
    except Invalid as error:
        return _commitments(Asking.sent(form, {}, request.form).refused(error), 422)
    flash(_("Version %(version)s of the commitment is kept.", version=row.version))
    return redirect(url_for("admin.commitments"), 303)


@blueprint.post("/commitments/<int:commitment_id>/revoke")
def revoke_commitment(commitment_id):
    promises.revoke(current_actor(), commitment_id, request.form.get("reason", ""))
    flash(_("The commitment no longer holds; cases under way keep what was sealed."))
    return redirect(url_for("admin.commitments"), 303)


@blueprint.get("/evaluators")
def evaluators():
    """The roster of neutral evaluators."""
    return _evaluators()


def _evaluators(problems=(), status=200):
    actor = current_actor()
    return render_template("admin/evaluators.html", rows=roster.listed(actor), eligible=roster.eligible(actor), problems=problems,
                           typed=request.form), status


@blueprint.post("/evaluators")
def keep_evaluator():
    """Put somebody on the roster, or change whether they are asked."""
    try:
        roster.keep(current_actor(), request.form.get("user", 0, int), request.form.get("fields", ""),
                    request.form.get("active") == "1")
    except Invalid as error:
        return _evaluators(errors.said(error), 422)
    flash(_("The roster is kept."))
    return redirect(url_for("admin.evaluators"), 303)
