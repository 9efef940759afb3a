"""Who asked to read minutes, for the president; and for whoever asked, the question, its answer, and the minutes while open."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from engine.cases.models import Case
from engine.db import db
from engine.errors import Invalid
from engine.inbox.workspace import desk
from engine.oversight import wall
from webapp import errors
from webapp.auditing import opens
from webapp.identity import current_actor

blueprint = Blueprint("wall", __name__)


@blueprint.get("/")
def index():
    """What the people of one's court asked for."""
    rows = wall.requests(current_actor())
    numbers = dict(db.session.execute(select(Case.id, Case.number).where(Case.id.in_([row.case_id for row in rows]))).all())
    return render_template("wall/index.html", rows=rows, numbers=numbers)


@blueprint.post("/<int:opening_id>")
def answer(opening_id):
    """Allow it for a day, or not."""
    row = wall.answer(current_actor(), opening_id, request.form.get("answer") == "allow")
    flash(_("The minutes are open to %(who)s for a day; the parties can see that.", who=row.asked_by.name) if row.is_allowed
          else _("The minutes stay closed."))
    return redirect(url_for("wall.index"), 303)


@blueprint.get("/cases/<number>")
def show(number):
    """Ask, or see what became of it."""
    return _page(number)


def _page(number: str, wrong: str = "", status: int = 200):
    actor = current_actor()
    case = desk.case(actor, number)
    return render_template("wall/show.html", case=case, last=wall.latest(actor, case), wrong=wrong, shortest=wall.SHORTEST,
                           longest=wall.LONGEST), status


@blueprint.get("/cases/<number>/minutes")
@opens
def read(number):
    """The minutes, while they are open to whoever asked."""
    actor = current_actor()
    case = desk.case(actor, number)
    return render_template("wall/minutes.html", case=case, minutes=wall.minutes(actor, case), last=wall.latest(actor, case))


@blueprint.post("/cases/<number>")
def ask(number):
    """Ask the president."""
    try:
        wall.ask(current_actor(), desk.case(current_actor(), number), request.form.get("reason", ""))
    except Invalid as refused:
        return _page(number, errors.said(refused)[0]["message"], 422)
    flash(_("Your court's president has been asked."))
    return redirect(url_for("wall.show", number=number), 303)


@blueprint.post("/cases/<number>/close")
def close(number):
    """Done: closed before the day is over."""
    wall.close(current_actor(), desk.case(current_actor(), number))
    flash(_("The minutes are closed again."))
    return redirect(url_for("cases.show", number=number), 303)
