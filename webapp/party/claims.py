"""The party's page on the claims: what is asked, what each side says to it, the evidence; and the forms to add to it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from engine.inbox.asking import replying as use
from webapp import replying
from webapp.party.entering import Visitor, visitor
from webapp.security import uploads

blueprint = Blueprint("party_claims", __name__)


@blueprint.get("/<token>/claims")
def show(token):
    """Claims, replies and evidence side by side."""
    who = visitor(token)
    return render_template(
        "party/claims.html", who=who, case=who.case, dispute=use.of_case(who.actor, who.case), stance=replying.stance,
        **may(who), paper_url=lambda one: url_for("party.document", token=token, document_id=one.id))


def may(who: Visitor) -> dict[str, bool]:
    """What this party can add now."""
    return {"may_reply": bool(use.speakers(who.actor, who.case, answers=True)),
            "may_prove": bool(use.speakers(who.actor, who.case, answers=False))}


@blueprint.route("/<token>/claims/reply", methods=["GET", "POST"])
def reply(token):
    """Reply to the claims."""
    return _page(visitor(token), replying.reply, _("Your reply is kept."))


@blueprint.route("/<token>/claims/evidence", methods=["GET", "POST"])
@uploads
def evidence(token):
    """Hand in evidence, and say what it proves."""
    return _page(visitor(token), replying.evidence, _("The evidence stands under its claims now."))


def _page(who: Visitor, asked, said: str):
    sent = asked(who.actor, who.case)
    if sent.asking is None:
        flash(said)
        return redirect(url_for("party_claims.show", token=who.token), 303)
    return render_template("party/reply.html", who=who, case=who.case, asking=sent.asking), sent.status
