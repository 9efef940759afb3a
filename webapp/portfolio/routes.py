"""The pages of an institution's portfolio."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.access.models import Body
from engine.access.permissions import Permission
from engine.access.policy import may, require
from engine.cases import outcomes
from engine.db import db, start_over
from engine.errors import Invalid
from engine.forms import flat
from engine.inbox.asking import batch_replying
from engine.inbox.sharing import handling
from engine.inbox.workspace import desk, news, portfolio
from webapp import errors, htmx, i18n, presenting, replying, sayings
from webapp.app import only_reads
from webapp.asking import Asking
from webapp.identity import current_actor
from webapp.inbox import undoing
from webapp.portfolio import asked

blueprint = Blueprint("portfolio", __name__)


@blueprint.get("/")
def index():
    """The cases, counted and listed."""
    actor, wanted, page = current_actor(), asked.read(request.args), htmx.page_number()
    require(actor, Permission.PORTFOLIO_READ)
    rows = portfolio.entries(actor, wanted, offset=(page - 1) * portfolio.PAGE)
    return render_template(
        "portfolio/index.html", rows=rows[:portfolio.PAGE], more=len(rows) > portfolio.PAGE, page=page, wanted=wanted,
        arguments=asked.arguments(wanted), groups=portfolio.groups(actor, wanted), team=desk.team(actor),
        undo=undoing.offered(), group_title=_group_title(wanted.by),
        overview=portfolio.overview(actor, wanted), handlers=portfolio.handlers(actor),
        free=handling.count(actor) if may(actor, Permission.CASE_TAKE) else 0,
        outcomes=outcomes, reason=sayings.declined, news=news.among(actor, [row.case.id for row in rows]),
        may_reply=may(actor, Permission.CLAIM_REPLY))


def _group_title(by: str):
    """What a group of the list is called: it has the value that its cases share."""
    if by == "organisation":
        return lambda key: i18n.text_of(db.session.get(Body, key), "name") if key else _("not yet chosen")
    return (lambda key: i18n.say(presenting.STAGES.get(key, key))) if by == "stage" else (lambda key: key or "–")


@blueprint.post("/assign")
def assign():
    """What the house has to do in the chosen cases goes to one colleague."""
    actor = current_actor()
    outcome = portfolio.assign(actor, request.form.getlist("number"), request.form.get("user", 0, int))
    undoing.offer("assign", outcome.done)
    if outcome.done:
        flash(_("Done for %(n)s tasks.", n=len(outcome.done)))
    for task, error in outcome.refused:
        flash(f"{i18n.text_of(task) if task else ''} {why(error)}".strip(), "error")
    return redirect(url_for("portfolio.index"), 303)


@blueprint.post("/reply/look")
@only_reads
def look():
    """One reply to several cases before it is said: written, then looked at case by case."""
    planned = batch_replying.plan(current_actor(), request.form.getlist("number"))
    step = request.form.get("step", "")
    asking = Asking.sent(batch_replying.FORM, {}, request.form) if step else Asking.fresh(batch_replying.FORM, {})
    if step != "look":
        return _reply_page(planned, asking)
    try:
        return _reply_page(planned, asking, told=_told())
    except Invalid as refused:
        return _reply_page(planned, asking.refused(refused), 422)


@blueprint.post("/reply")
def reply():
    """Say it in the chosen cases; then what came of each."""
    actor = current_actor()
    try:
        return _said(actor, _told())
    except Invalid as refused:
        start_over()
        asking = Asking.sent(batch_replying.FORM, {}, request.form).refused(refused)
        return _reply_page(batch_replying.plan(actor, request.form.getlist("number")), asking, 422)


def _told() -> dict:
    return batch_replying.FORM.check(flat.gather(batch_replying.FORM, dict(request.form.lists())))


def _reply_page(planned, asking: Asking, status: int = 200, told: dict | None = None):
    return render_template("portfolio/reply.html", planned=planned, asking=asking, told=told, stance=replying.stance,
                           typed=request.form), status


def _said(actor, told: dict):
    chosen = request.form.getlist("chosen")
    own_words = {number: request.form.get(f"words-{number}", "")[:3001] for number in chosen}
    done = batch_replying.reply(actor, chosen, told, own_words)
    return render_template("portfolio/replied.html", done=done, why=why)


def why(refused) -> str:
    """What a case refused with, in one sentence."""
    said = [each["message"] for each in errors.said(refused)] if isinstance(refused, Invalid) and refused.problems else []
    return " ".join(said) or i18n.say(refused.message, refused.details)
