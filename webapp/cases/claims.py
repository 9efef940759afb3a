"""What is said to the claims of a case, and with what proof: an institution for itself, the mediator for whoever told them."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from engine.access.actor import Actor
from engine.cases.models import Case
from engine.inbox.asking import replying as use
from engine.inbox.workspace import desk
from webapp import replying
from webapp.identity import current_actor
from webapp.security import uploads

blueprint = Blueprint("claim_replies", __name__)


def shown(actor: Actor, case: Case | None) -> dict:
    """What the pages of a case and of its tasks show of it."""
    if case is None:
        return {"dispute": None}
    return {"dispute": use.of_case(actor, case), "stance": replying.stance,
            "may_reply": bool(use.speakers(actor, case, answers=True)),
            "may_prove": bool(use.speakers(actor, case, answers=False)),
            "paper_url": lambda one: url_for("cases.document", number=case.number, document_id=one.id)}


@blueprint.route("/<number>/claims/reply", methods=["GET", "POST"])
def reply(number):
    """Say something to the claims."""
    return _page(number, replying.reply, _("Your reply is kept."))


@blueprint.route("/<number>/claims/evidence", methods=["GET", "POST"])
@uploads
def evidence(number):
    """Hand in evidence, or say what a paper proves."""
    return _page(number, replying.evidence, _("The evidence stands under its claims now."))


def _page(number: str, asked, said: str):
    actor = current_actor()
    case = desk.case(actor, number)
    sent = asked(actor, case)
    if sent.asking is None:
        flash(said)
        return redirect(url_for("cases.show", number=number) + "#dispute", 303)
    return render_template("cases/reply.html", case=case, asking=sent.asking), sent.status
