"""Mediators who were struck off or dismissed: who asked that they come back, and who decides it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.db import start_over
from engine.errors import Invalid
from engine.inbox.sharing import reinstating
from webapp import errors
from webapp.identity import current_actor

blueprint = Blueprint("reinstating", __name__)


@blueprint.get("/")
def index():
    """Who has lost a place, what was asked, and what was decided."""
    return _page()


def _page(wrong: str = "", at: str = "", status: int = 200):
    actor = current_actor()
    rows = [(row, reinstating.may_decide(actor, row)) for row in reinstating.shown(actor)]
    return render_template("reinstating/index.html", out=reinstating.out(actor), rows=rows, wrong=wrong, at=at,
                           shortest=reinstating.SHORTEST, longest=reinstating.LONGEST), status


@blueprint.post("/<int:user_id>")
def ask(user_id):
    """Ask that somebody gets a place back."""
    court_id = request.form.get("court", type=int)
    try:
        reinstating.ask(current_actor(), user_id, court_id, request.form.get("reason", ""))
    except Invalid as refused:
        start_over()
        return _page(errors.said(refused)[0]["message"], f"ask-{user_id}-{court_id or 0}", 422)
    flash(_("It has been asked; somebody else decides it."))
    return redirect(url_for("reinstating.index"), 303)


@blueprint.post("/asked/<int:reinstatement_id>")
def decide(reinstatement_id):
    """Put the mediator back, or not."""
    try:
        row = reinstating.decide(current_actor(), reinstatement_id, request.form.get("answer") == "grant",
                                 request.form.get("reason", ""))
    except Invalid as refused:
        start_over()
        return _page(errors.said(refused)[0]["message"], f"decide-{reinstatement_id}", 422)
    who = row.user.name
    flash(_("%(who)s has the place back.", who=who) if row.is_granted else _("%(who)s does not come back.", who=who))
    return redirect(url_for("reinstating.index"), 303)
