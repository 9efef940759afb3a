"""What staff write about a case for each other: comments with mentions and readers, notes of calls.

They stand on the page of the case and of each of its tasks; a form comes back to the page it stood on.
"""

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _

from engine import clock
from engine.access.actor import Actor
from engine.cases.models import Case
from engine.db import db
from engine.errors import Invalid
from engine.forms import flat
from engine.inbox.workspace import calls, commenting, desk
from webapp import errors, i18n
from webapp.asking import Asking
from webapp.auditing import leaves_no_note
from webapp.cases import beside
from webapp.identity import current_actor

blueprint = Blueprint("talking", __name__)


def shown(actor: Actor, case: Case | None) -> dict:
    """What the cards of talk and calls draw; nothing for who has no part in them."""
    talk = commenting.talk(actor, case) if case else None
    if talk is None:
        return {"talk": None, "calls": None}
    if not any(one.is_current and one.side != "neutral" for one in case.participants):
        return {"talk": talk, "calls": None}  # there is nobody to call
    now = clock.now().astimezone(clock.SHANGHAI).isoformat(timespec="minutes")
    return {"talk": talk, "calls": calls.of_case(actor, case), "calling": Asking.fresh(calls.form(case), {}, {"called_at": now}),
            "call_outcome": call_outcome}


def call_outcome(code: str) -> str:
    """What came of a call, in words."""
    zh, en, _is_reached = calls.OUTCOMES[code]
    return en if i18n.language() == "en" else zh


@blueprint.post("/<number>/comments")
def comment(number):
    """Say something to the colleagues."""
    actor = current_actor()
    case = desk.case(actor, number)
    try:
        with db.session.begin_nested():
            commenting.write(actor, case, request.form.get("text", ""), request.form.getlist("named", int))
    except Invalid as refused:
        unsent = {"text": request.form.get("text", ""), "why": " ".join(each["message"] for each in errors.said(refused))}
        return render_template("cases/talk.html", case=case, unsent=unsent, **shown(actor, case)), 422
    return redirect(beside.back(number) + "#talk", 303)


@blueprint.post("/<number>/comments/read")
@leaves_no_note
def read(number):
    """All that stands there was read: said by the page when it came into view, or by the button."""
    actor = current_actor()
    commenting.read(actor, desk.case(actor, number))
    return ("", 204) if request.form.get("quiet") else redirect(beside.back(number) + "#talk", 303)


@blueprint.post("/<number>/comments/<int:comment_id>/back")
def take_back(number, comment_id):
    """Take one's own words back."""
    actor = current_actor()
    desk.case(actor, number)
    commenting.take_back(actor, comment_id)
    flash(_("The comment is taken back."))
    return redirect(beside.back(number) + "#talk", 303)


@blueprint.post("/<number>/calls")
def call(number):
    """Note a call."""
    actor = current_actor()
    case = desk.case(actor, number)
    form = calls.form(case)
    try:
        with db.session.begin_nested():
            calls.note(actor, case, flat.gather(form, dict(request.form.lists())))
    except Invalid as refused:
        asking = Asking.sent(form, {}, request.form).refused(refused)
        return render_template("cases/talk.html", case=case, **{**shown(actor, case), "calling": asking}), 422
    flash(_("The call is noted."))
    return redirect(beside.back(number) + "#calls", 303)
