"""The party's pages after the agreement: how far it is performed, what may still be asked for, taking an application back."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from engine.courts import late_interest
from engine.db import db
from engine.errors import Invalid
from engine.inbox.asking import acts, wishes
from engine.mediation import obligations
from webapp import errors, handing_in
from webapp.party.entering import Visitor, visitor
from webapp.security import uploads

APPLICATION = "confirmation_withdrawal"
blueprint = Blueprint("afterwards", __name__)


def shown(who: Visitor) -> dict:
    """What the overview shows of it."""
    return {
        "obligations": obligations.of_case(who.case.id), "late": late_interest.of_case(who.case),
        "lacks_basis": late_interest.lacks_basis(who.case),
        "wishes": wishes.offered(who.actor, who.case),
        "may_withdraw_application": APPLICATION in acts.offered(who.actor, who.case),
        "wish_url": lambda name: url_for("afterwards.wish", token=who.token, name=name),
    }


@blueprint.post("/<token>/wishes/<name>")
@uploads
def wish(token, name):
    """Ask for something after the agreement: a notary's deed, a ruling taken back."""
    who = visitor(token)
    return _done(who, name, lambda answers: wishes.tell(who.actor, who.case, name, answers, handing_in.stored()),
                 _("We have passed it on."))


@blueprint.post("/<token>/application/withdraw")
def withdraw_application(token):
    """Take back the application for confirmation, as long as the court has not ruled."""
    who = visitor(token)
    return _done(who, "application", lambda answers: acts.tell(who.actor, who.case, APPLICATION, answers),
                 _("The court has been told that you withdraw the application."))


def _done(who: Visitor, name: str, tell, said: str):
    """Tell it, or show what is wrong with the reason."""
    try:
        with db.session.begin_nested():
            tell({"reason": request.form.get("reason", "")[:1000], "gone_on": request.form.get("gone_on", "")[:10]})
    except Invalid as error:
        if not error.problems:
            raise
        wrong = [each["message"] for each in errors.said(error) if each["field"] in (handing_in.FIELD, "gone_on")]
        flash(wrong[0] if wrong else _("Please give a reason."), "error")
        return redirect(url_for("party.overview", token=who.token) + f"#{name}", 303)
    flash(said)
    return redirect(url_for("party.overview", token=who.token), 303)
