"""Hand in an objection without an account, ask what became of it by its receipt; the court's clerk opens or declines it."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import storage
from engine.courts import objections
from engine.db import db, start_over
from engine.documents.models import Document
from engine.errors import Invalid, NotFound
from engine.forms import flat
from engine.inbox.asking import ruling_objections
from webapp import handing_in
from webapp.api.throttle import Throttle
from webapp.app import only_reads
from webapp.asking import Asking
from webapp.identity import current_actor, public
from webapp.papers.opening import file_answer
from webapp.security import uploads

blueprint = Blueprint("objections", __name__)

handed_in = Throttle("objection", limit=20, seconds=3600)  # by address
guesses = Throttle("objection-receipt", limit=10, seconds=600)


@blueprint.get("/")
@public
def index():
    """The public page: who may object, until when, and the form."""
    return _public_page(Asking.fresh(ruling_objections.OUTSIDER, {}))


def _public_page(asking: Asking, status: int = 200):
    return render_template("objections/index.html", asking=asking, case=None), status


@blueprint.post("/")
@public
@uploads
def hand_in():
    """Keep an objection of somebody outside the case; the answer is the same whether there is such a ruling or not."""
    form = ruling_objections.OUTSIDER
    handed_in.check(request.remote_addr or "")
    try:
        files = handing_in.stored()
        row = ruling_objections.hand_in(flat.gather(form, dict(request.form.lists())), files)
    except Invalid as refused:
        start_over()
        return _public_page(Asking.sent(form, {}, request.form).refused(refused), 422)
    handed_in.count(request.remote_addr or "")
    return render_template("objections/receipt.html", row=row, is_new=True, case=None)


@blueprint.get("/receipt")
@public
def receipt():
    """What became of an objection: asked by the code of its receipt."""
    return render_template("objections/look_up.html", code="", problem="", case=None)


@blueprint.post("/receipt")
@public
@only_reads
def look_up():
    """The state of the objection with this receipt."""
    code = request.form.get("code", "").strip()[:40]
    try:
        row = _of_receipt(code)
    except NotFound:
        problem = _("There is no objection with this receipt.")
        return render_template("objections/look_up.html", code=code, problem=problem, case=None), 404
    return render_template("objections/receipt.html", row=row, is_new=False, case=None)


def _of_receipt(code: str):
    """Raises NotFound, TooManyRequests."""
    guesses.check(request.remote_addr or "")
    try:
        return objections.by_receipt(code)
    except NotFound:
        guesses.count(request.remote_addr or "")
        raise


@blueprint.post("/receipt/ruling")
@public
def ruling():
    """The ruling on an outsider's objection, for whoever holds the receipt; fetching it is noted as reading."""
    row = _of_receipt(request.form.get("code", "")[:40])
    document = db.session.get(Document, row.document_id) if row.document_id and row.decided_at else None
    if document is None:
        raise NotFound()
    ruling_objections.note_read(row)
    return file_answer(document)


@blueprint.get("/received")
def received():
    """What came to the clerk's court."""
    return render_template("objections/received.html", rows=ruling_objections.received(current_actor()))


@blueprint.get("/received/<int:objection_id>")
def show(objection_id):
    """One objection, with its evidence and the ruling that it names."""
    return _page(objection_id)


def _page(objection_id: int, asking: Asking | None = None, status: int = 200):
    row = ruling_objections.get(current_actor(), objection_id)
    return render_template("objections/show.html", row=row, about=ruling_objections.case_of(row),
                           asking=asking or Asking.fresh(ruling_objections.DECLINING, {})), status


@blueprint.post("/received/<int:objection_id>/open")
def open_up(objection_id):
    """Take it up: the court's process begins."""
    ruling_objections.open_up(current_actor(), objection_id)
    flash(_("The objection is taken up. Whether it is in time is waiting in your tasks."))
    return redirect(url_for("objections.show", objection_id=objection_id), 303)


@blueprint.post("/received/<int:objection_id>/decline")
def decline(objection_id):
    """Do not take it up, with the reason."""
    try:
        ruling_objections.decline(current_actor(), objection_id, request.form.to_dict())
    except Invalid as refused:
        return _page(objection_id, Asking.sent(ruling_objections.DECLINING, {}, request.form).refused(refused), 422)
    flash(_("The objection is not taken up; its receipt shows the reason."))
    return redirect(url_for("objections.show", objection_id=objection_id), 303)


@blueprint.get("/received/<int:objection_id>/files/<int:position>")
def file(objection_id, position):
    """One piece of evidence."""
    row = ruling_objections.get(current_actor(), objection_id)
    if position >= len(row.files):
        raise NotFound()
    found = row.files[position]
    answer = Response(storage.get(found["sha256"]), content_type=found["media_type"])
    answer.headers.set("Content-Disposition", "attachment", filename=found["name"])
    answer.headers["Content-Security-Policy"] = "sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/paper")
def paper():
    """The form for an objection that came on paper."""
    ruling_objections.received(current_actor())
    return _paper_page(Asking.fresh(ruling_objections.PAPER, {}, {"ruling_number": request.args.get("number", "")[:64]}))


def _paper_page(asking: Asking, status: int = 200):
    return render_template("objections/paper.html", asking=asking), status


@blueprint.post("/paper")
@uploads
def register():
    """Enter an objection on paper with the day it was received."""
    form = ruling_objections.PAPER
    ruling_objections.received(current_actor())
    try:
        row = ruling_objections.register(current_actor(), flat.gather(form, dict(request.form.lists())), handing_in.stored())
    except Invalid as refused:
        start_over()
        return _paper_page(Asking.sent(form, {}, request.form).refused(refused), 422)
    flash(_("The objection is registered. Whether it is in time is waiting in your tasks."))
    return redirect(url_for("objections.show", objection_id=row.id), 303)
