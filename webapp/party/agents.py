"""The party's page on who acts for it: appoint an agent, end a power."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.access.models import Participant
from engine.db import db
from engine.errors import Invalid
from engine.inbox.asking import agents
from webapp import appointing
from webapp.asking import Asking
from webapp.cases import agency
from webapp.party.entering import Visitor, visitor
from webapp.security import uploads

blueprint = Blueprint("agents_of_party", __name__)


def shown(who: Visitor) -> dict:
    """What the overview shows: to a party its agents, to an agent whom it acts for and how far."""
    if who.person.represents_id:
        party = db.session.get(Participant, who.person.represents_id)
        return {"agents": None, "represented": party, "own_matters": agency.words(who.person)}
    return {"agents": agency.lines(who.person) if who.person.role == "party" else None, "represented": None, "own_matters": "",
            "dismiss_url": lambda agent: url_for("agents_of_party.dismiss", token=who.token, agent_id=agent.id)}


@blueprint.route("/<token>/agents", methods=["GET", "POST"])
@uploads
def appoint(token):
    """Appoint an agent by a signed power of attorney."""
    who = visitor(token)
    party = agents.party_for(who.actor, who.person.id)
    if request.method == "GET":
        return _page(who, Asking.fresh(agents.FORM, agents.earlier(party), appointing.today()))
    try:
        with db.session.begin_nested():
            appointing.appoint(who.actor, party)
    except Invalid as refused:
        return _page(who, Asking.sent(agents.FORM, agents.earlier(party), request.form).refused(refused), 422)
    flash(_("Your agent is registered."))
    return redirect(url_for("party.overview", token=token) + "#agents", 303)


def _page(who: Visitor, asking: Asking, status: int = 200):
    return render_template("party/appoint.html", who=who, case=who.case, asking=asking), status


@blueprint.post("/<token>/agents/<int:agent_id>/end")
def dismiss(token, agent_id):
    """Take the power back."""
    who = visitor(token)
    try:
        with db.session.begin_nested():
            agents.dismiss(who.actor, agent_id, request.form.get("reason", ""))
    except Invalid:
        flash(_("Please give a reason."), "error")
    else:
        flash(_("The agent no longer acts for you."))
    return redirect(url_for("party.overview", token=token) + "#agents", 303)
