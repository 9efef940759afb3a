"""What staff do about service: look at the gaps, post paper, note what came of it."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import clock
from engine.access.models import Participant, Role
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases.models import Case
from engine.db import db
from engine.documents.models import Document
from engine.errors import Invalid, NotFound
from engine.forms import flat
from engine.inbox.asking import domiciles
from engine.notices import addresses, paper, reconcile
from webapp import errors
from webapp.app import without_transaction
from webapp.asking import Asking
from webapp.identity import current_actor
from webapp.papers.opening import file_answer
from webapp.serving import printing

blueprint = Blueprint("serving", __name__)


@blueprint.get("/")
def index():
    """Paper that waits, service that failed, and the days whose messages have not all arrived."""
    return _page()


def _page(wrong: dict | None = None, status: int = 200):
    actor = current_actor()
    require(actor, Permission.SERVICE_NOTE)
    failed, accounts = paper.failed(actor), actor.has(Role.COORDINATOR) or actor.has(Role.MEDIATOR)
    tasks = paper.tasks_for(failed)
    return render_template(
        "serving/index.html", papers=[_row(one) for one in paper.waiting(actor)],
        failed=[_row(one) | {"task": tasks.get(one.id)} for one in failed], accounts=accounts,
        days=reconcile.days() if accounts else [], gaps=[_gap(one) for one in paper.gaps(actor)], wrong=wrong or {},
        typed=request.form, today=clock.today().isoformat()), status


def _row(row) -> dict:
    document = db.session.get(Document, row.document_id)
    return {"row": row, "case": db.session.get(Case, row.case_id), "person": db.session.get(Participant, row.participant_id),
            "document": document, "attempt": row.attempts[-1] if row.attempts else None, "acts": paper.acts_for(document)}


def _gap(notice) -> dict:
    return {"notice": notice, "case": db.session.get(Case, notice.case_id),
            "person": db.session.get(Participant, notice.participant_id) if notice.participant_id else None}


@blueprint.post("/<int:serving_id>/note")
def note(serving_id):
    """Posted, signed for, come back: what happened to the paper."""
    try:
        day = date.fromisoformat(request.form.get("day", "")[:10])
    except ValueError:
        day = None
    told = {name: request.form.get(name, "") for name in ("tracking", "remark")}
    try:
        row = paper.note(current_actor(), serving_id, request.form.get("act", ""), day, **told)
    except Invalid as refused:
        return _page({"serving": serving_id, **{one["field"]: one["message"] for one in errors.said(refused)}}, 422)
    flash(_("It is noted."))
    return redirect(_back(row), 303)


@blueprint.post("/gaps/<int:notice_id>/settle")
def settle_gap(notice_id):
    """How somebody was reached after all, though no receipt came."""
    try:
        paper.settle_gap(current_actor(), notice_id, request.form.get("how", ""))
    except Invalid as refused:
        return _page({"gap": notice_id, **{one["field"]: one["message"] for one in errors.said(refused)}}, 422)
    flash(_("It is noted."))
    return redirect(url_for("serving.index") + "#gaps", 303)


@blueprint.post("/<int:serving_id>/again")
def again(serving_id):
    """Serve once more, by the address that holds now."""
    row = paper.again(current_actor(), serving_id)
    flash(_("The document is being served again."))
    return redirect(_back(row), 303)


def _back(row) -> str:
    return url_for("serving.index") if request.form.get("back") != "case" else url_for(
        "cases.show", number=db.session.get(Case, row.case_id).number) + "#service"


@blueprint.get("/<int:serving_id>/record.pdf")
@without_transaction
def record(serving_id):
    """The record of a service (送达回证)."""
    return file_answer(printing.record(serving_id, _readable))


@blueprint.get("/addresses/<int:address_id>.pdf")
@without_transaction
def address_paper(address_id):
    """The confirmation of an address (送达地址确认书)."""
    def theirs(row) -> None:
        _readable(row)
        if not addresses.may_read(current_actor(), row):
            raise NotFound()
    return file_answer(printing.address(address_id, theirs))


def _readable(row) -> None:
    if row is None:
        raise NotFound()
    require(current_actor(), Permission.DOCUMENT_READ, row)


@blueprint.route("/addresses/of/<int:participant_id>", methods=["GET", "POST"])
def address(participant_id):
    """Note the address that a party gave on the telephone or at the desk; an institution gives its own."""
    actor, person = _spoken_for(participant_id)
    if request.method == "GET":
        return _address_page(person, Asking.fresh(addresses.FORM, {}, addresses.answers_of(actor, person)))
    try:
        with db.session.begin_nested():
            addresses.confirm(actor, participant_id, flat.gather(addresses.FORM, dict(request.form.lists())))
    except Invalid as refused:
        return _address_page(person, Asking.sent(addresses.FORM, {}, request.form).refused(refused), 422)
    flash(_("The address for service is confirmed."))
    return redirect(url_for("cases.show", number=db.session.get(Case, person.case_id).number) + "#service", 303)


def _spoken_for(participant_id: int):
    """The asker and whom they speak for; nobody reads what the other side gave."""
    actor, person = current_actor(), db.session.get(Participant, participant_id)
    if person is None:
        raise NotFound()
    require(actor, Permission.SERVICE_CONFIRM, person)
    if not addresses.may_speak_for(actor, person):
        raise NotFound()
    return actor, person


def _address_page(person, asking, status: int = 200):
    intro = _("Note what the party itself says; it reads the confirmation among the papers of the case.")
    return _page_of(person, asking, _("Address for service of %(name)s", name=person.name), intro, status)


def _page_of(person, asking, heading: str, intro: str, status: int):
    case = db.session.get(Case, person.case_id)
    return render_template("serving/address.html", asking=asking, case=case, heading=heading, intro=intro), status


@blueprint.route("/domiciles/of/<int:participant_id>", methods=["GET", "POST"])
def domicile(participant_id):
    """Note where a party is at home, as it told; an institution tells its own."""
    actor, person = _spoken_for(participant_id)
    if request.method == "GET":
        return _domicile_page(person, Asking.fresh(domiciles.form(person), {}, domiciles.known(person)))
    try:
        with db.session.begin_nested():
            domiciles.note(actor, participant_id, request.form.to_dict())
    except Invalid as refused:
        return _domicile_page(person, Asking.sent(domiciles.form(person), {}, request.form).refused(refused), 422)
    flash(_("The domicile is noted."))
    return redirect(url_for("cases.show", number=db.session.get(Case, person.case_id).number) + "#service", 303)


def _domicile_page(person, asking, status: int = 200):
    return _page_of(person, asking, _("Domicile of %(name)s", name=person.name), _("Note what the party itself says."), status)

