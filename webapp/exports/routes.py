"""The pages of files that were asked for: how far each is, and the file itself."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import config
from engine.exports import asking
from engine.exports.models import Export
from webapp.audit import asked as entries_asked
from webapp.exports.sheets import SHEETS, rows
from webapp.identity import background, current_actor, may
from webapp.portfolio import asked as cases_asked
from webapp.spreadsheets import download

blueprint = Blueprint("exports", __name__)


@blueprint.post("/portfolio.csv")
def portfolio():
    """All cases of the portfolio that are asked for; of people only masked names."""
    return _answer("portfolio", cases_asked.read(request.args))


@blueprint.post("/audit.csv")
def audit():
    """All entries of the audit that are asked for."""
    return _answer("audit", entries_asked.read(request.args))


def _answer(kind: str, asked):
    """The file at once where it is short, otherwise the page that tells how far it is."""
    made = asking.begin(current_actor(), kind, asked)
    if isinstance(made, Export):
        return redirect(url_for("exports.show", export_id=made.id), 303)
    return download(SHEETS[kind].filename, rows(SHEETS[kind], made))


@blueprint.get("/")
def index():
    """All files of whoever asks."""
    files = asking.every(current_actor())
    return render_template("exports/index.html", rows=files, sheets=SHEETS, days=config.current().export_days)


@blueprint.get("/<int:export_id>")
def show(export_id):
    """How far it is; the page asks again by itself while it is made."""
    row = asking.get(current_actor(), export_id)
    return render_template("exports/show.html", row=row, sheet=SHEETS[row.kind])


@blueprint.post("/<int:export_id>/file")
def file(export_id):
    """The file, with what its owner may see today."""
    actor = current_actor()
    lines = asking.fetch(actor, export_id)
    sheet = SHEETS[asking.get(actor, export_id).kind]
    return download(sheet.filename, rows(sheet, lines))


@blueprint.post("/<int:export_id>/drop")
def drop(export_id):
    """Away with it."""
    asking.drop(current_actor(), export_id)
    flash(_("The file is deleted."))
    return redirect(url_for("exports.index"), 303)


@blueprint.get("/news")
@background
def news():
    """What a page asks for while a file is made: is it ready?"""
    return render_template("exports/_news.html")


def told() -> list[Export]:
    """For every page of those who may have files: what is under way or ready and not taken."""
    if not (may("portfolio:read") or may("audit:read")):
        return []
    return asking.news(current_actor())


blueprint.add_app_template_global(told, "exports_told")
