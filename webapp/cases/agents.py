"""Staff, or an institution for itself, register a power of attorney, or end one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.access.models import Participant
from engine.cases.models import Case
from engine.db import db
from engine.errors import Invalid
from engine.inbox.asking import agents
from webapp import appointing
from webapp.asking import Asking
from webapp.identity import current_actor
from webapp.security import uploads

blueprint = Blueprint("agents", __name__)


@blueprint.route("/agents/for/<int:participant_id>", methods=["GET", "POST"])
@uploads
def appoint(participant_id):
    """Register the power of attorney that a party handed in."""
    party = agents.party_for(current_actor(), participant_id)
    if request.method == "GET":
        return _page(party, Asking.fresh(agents.FORM, agents.earlier(party), appointing.today()))
    try:
        with db.session.begin_nested():
            appointing.appoint(current_actor(), party)
    except Invalid as refused:
        return _page(party, Asking.sent(agents.FORM, agents.earlier(party), request.form).refused(refused), 422)
    flash(_("The power of attorney is registered."))
    return redirect(_case_of(party), 303)


def _page(party: Participant, asking: Asking, status: int = 200):
    return render_template("cases/appoint.html", party=party, asking=asking, case=db.session.get(Case, party.case_id)), status


@blueprint.post("/agents/<int:agent_id>/end")
def dismiss(agent_id):
    """The power has ended: the party took it back, or the agent laid it down."""
    try:
        with db.session.begin_nested():
            agents.dismiss(current_actor(), agent_id, request.form.get("reason", ""))
    except Invalid:
        flash(_("Please give a reason."), "error")
    else:
        flash(_("The agent no longer acts in this case."))
    return redirect(_case_of(db.session.get(Participant, agent_id)), 303)


def _case_of(person: Participant) -> str:
    return url_for("cases.show", number=db.session.get(Case, person.case_id).number) + "#agents"
