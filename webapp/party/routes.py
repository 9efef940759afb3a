"""The party's pages: where the case stands, what is asked of them, what they may read, and signing."""

from decimal import Decimal

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import require, visible
from engine.cases import outcomes
from engine.courts import applications
from engine.db import db
from engine.documents.models import Document
from engine.errors import Invalid, NotFound
from engine.forms import flat
from engine.inbox.asking import acts, domiciles
from engine.inbox.lists import queries
from engine.inbox.workspace import desk, waiting
from engine.mediation import minutes, questions, sessions
from engine.mediation.models import MediationSession
from engine.money.capitals import in_words
from engine.notices import addresses, proof, serving
from engine.oversight import wall
from webapp import errors, handing_in
from webapp.app import without_transaction
from webapp.asking import Asking
from webapp.auditing import opens
from webapp.cases import reading
from webapp.cases.routes import askings
from webapp.papers import opening, reading_copy
from webapp.party import afterwards, agents, claims
from webapp.party.entering import Visitor, visitor
from webapp.security import uploads
from webapp.serving import printing

blueprint = Blueprint("party", __name__)


@blueprint.app_template_filter("capitals")
def capitals(amount) -> str:
    """An amount as contracts write it: 壹万贰仟元整."""
    return in_words(Decimal(amount)) if amount else ""


@blueprint.get("/<token>")
def overview(token):
    """Where the case stands, and what this party can do now."""
    return _overview(visitor(token))


def _overview(who: Visitor, problems: dict[str, str] | None = None, sent: str = "", refused: Invalid | None = None):
    case, waits, offered = who.case, waiting.of_case(who.case), acts.offered(who.actor, who.case)
    return render_template(
        "party/overview.html", who=who, case=case, tasks=queries.mine(who.actor), waits=waits,
        clocks=desk.clocks_of(case, waits, who.person), documents=_documents(who), served=_served(who),
        discussed=reading.of(who.actor, case), confirmed=addresses.of(who.person.id),
        sessions=_sessions(who), minutes=minutes.to_confirm(who.actor), **afterwards.shown(who), **agents.shown(who),
        **claims.may(who), openings=wall.of_case(case.id),
        may_withdraw="withdrawal" in offered, askings=askings(offered, sent, refused),
        taking_files=acts.TAKING_FILES,
        outcome=outcomes.title(case.outcome) if case.outcome else "", docketing=applications.latest(case.id, "docketing"),
        typed=request.form, problems=problems or {},
    ), 422 if problems or refused else 200


def _documents(who: Visitor) -> list[Document]:
    query = select(Document).where(Document.case_id == who.case.id, visible(who.actor, Document))
    return list(db.session.scalars(query.order_by(Document.created_at.desc(), Document.id.desc())))


def _served(who: Visitor) -> list[dict]:
    """What is served on this party and not yet confirmed."""
    rows = [one for one in serving.of_person(who.person.id) if one.read_at is None]
    return [{"row": one, "document": db.session.get(Document, one.document_id)} for one in rows]


def _sessions(who: Visitor) -> list[MediationSession]:
    return [session for session in sessions.of_case(who.case.id) if session.status in ("planned", "open")]


@blueprint.post("/<token>/opened")
def opened(token):
    """The party says that they have read the message: kept as proof of reading."""
    who = visitor(token)
    proof.opened(who.link.id)
    return redirect(url_for("party.overview", token=token), 303)


@blueprint.get("/<token>/documents/<int:document_id>")
@without_transaction
@opens
def document(token, document_id):
    """A document's file, if it is meant for this party; that they opened it is on record when it is being served on them."""
    def theirs() -> tuple[Actor, Document, list[int]]:
        who = visitor(token)
        found = db.session.get(Document, document_id)
        if found is None or found.case_id != who.case.id:
            raise NotFound()
        require(who.actor, Permission.DOCUMENT_READ, found)
        return who.actor, found, [who.person.represents_id or who.person.id]
    return opening.answer(theirs)


@blueprint.get("/<token>/draft")
def draft(token):
    """The version of the agreement that is discussed: clauses, what changed, questions."""
    return _draft_page(visitor(token))


def _draft_page(who: Visitor, refused: str = "", status: int = 200):
    found = reading.of(who.actor, who.case)
    if found is None:
        raise NotFound()
    return render_template("party/draft.html", who=who, case=who.case, discussed=found, refused=refused), status


@blueprint.post("/<token>/draft")
def ask(token):
    """Ask the mediator about a clause."""
    who = visitor(token)
    try:
        with db.session.begin_nested():
            questions.ask(who.actor, request.form.get("agreement", 0, int), request.form.get("clause", ""),
                          request.form.get("text", ""))
    except Invalid as wrong:
        return _draft_page(who, errors.said(wrong)[0]["message"], 422)
    flash(_("The mediator has your question."))
    return redirect(url_for("party.draft", token=token) + f"#clause-{request.form.get('clause', '')}", 303)


@blueprint.post("/<token>/served/<int:serving_id>")
def received(token, serving_id):
    """The party confirms that it has a document that is served on it (签收)."""
    who = visitor(token)
    row = next((one for one in serving.of_person(who.person.id) if one.id == serving_id), None)
    if row is None:
        raise NotFound()
    serving.read(row, who.actor.name)
    flash(_("Thank you. Your receipt is recorded."))
    return redirect(url_for("party.overview", token=token), 303)


@blueprint.route("/<token>/address", methods=["GET", "POST"])
def address(token):
    """Where to serve on this party, and how: the confirmation of the service address (送达地址确认书)."""
    who = visitor(token)
    if request.method == "GET":
        return _address_page(who, Asking.fresh(addresses.FORM, {}, addresses.answers_of(who.actor, who.person)))
    try:
        with db.session.begin_nested():
            addresses.confirm(who.actor, who.person.id, flat.gather(addresses.FORM, dict(request.form.lists())))
    except Invalid as refused:
        return _address_page(who, Asking.sent(addresses.FORM, {}, request.form).refused(refused), 422)
    flash(_("Your address for service is confirmed."))
    return redirect(url_for("party.overview", token=token), 303)


@blueprint.route("/<token>/domicile", methods=["GET", "POST"])
def domicile(token):
    """Where this party is at home: which courts may confirm an agreement depends on it."""
    who = visitor(token)
    if who.person.role != "party":
        raise NotFound()
    if request.method == "GET":
        return _address_page(who, Asking.fresh(domiciles.form(who.person), {}, domiciles.known(who.person)), intro="")
    try:
        with db.session.begin_nested():
            domiciles.note(who.actor, who.person.id, request.form.to_dict())
    except Invalid as refused:
        return _address_page(who, Asking.sent(domiciles.form(who.person), {}, request.form).refused(refused), 422, "")
    flash(_("Your domicile is noted."))
    return redirect(url_for("party.overview", token=token) + "#address", 303)


def _address_page(who: Visitor, asking: Asking, status: int = 200, intro: str | None = None):
    told = _("Agreements, notices and rulings reach you where you say here.") if intro is None else intro
    return render_template("party/address.html", who=who, case=who.case, asking=asking, intro=told), status


@blueprint.get("/<token>/address/<int:address_id>.pdf")
@without_transaction
def address_paper(token, address_id):
    """The confirmation as a paper."""
    def theirs(row) -> None:
        if row is None or row.participant_id != visitor(token).person.id:
            raise NotFound()
    return opening.file_answer(printing.address(address_id, theirs))


@blueprint.get("/<token>/documents/<int:document_id>/english.pdf")
@without_transaction
@opens
def reading_copy_of(token, document_id):
    """The English reading copy of a paper, if the paper is meant for this party."""
    def readable(found) -> Actor:
        who = visitor(token)
        if found.case_id != who.case.id:
            raise NotFound()
        require(who.actor, Permission.DOCUMENT_READ, found)
        return who.actor
    return reading_copy.answer(document_id, readable)


@blueprint.get("/<token>/minutes/<int:session_id>")
def read_minutes(token, session_id):
    """The minutes of a session, to confirm or object to."""
    who = visitor(token)
    return _minutes_page(who, _to_confirm(who, session_id))


def _to_confirm(who: Visitor, session_id: int) -> MediationSession:
    found = next((each for each in sessions.of_case(who.case.id) if each.id == session_id), None)
    if found is None or found.minutes_frozen_at is None:
        raise NotFound()
    return found


def _minutes_page(who: Visitor, session: MediationSession, problem: str = "", status: int = 200):
    seat = sessions.seat_of(who.actor, session)
    return render_template("party/minutes.html", who=who, case=who.case, session=session, seat=seat, problem=problem), status


@blueprint.post("/<token>/minutes/<int:session_id>")
def answer_minutes(token, session_id):
    """Confirm the minutes, or say which words are wrong."""
    who = visitor(token)
    session = _to_confirm(who, session_id)
    confirmed, remark = request.form.get("answer") == "confirmed", request.form.get("remark", "")[:2000]
    if request.form.get("answer") not in ("confirmed", "objected") or not confirmed and not remark.strip():
        return _minutes_page(who, session, _("Please confirm, or say which words are wrong."), 422)
    minutes.answer(who.actor, session_id, confirmed, remark)
    flash(_("Thank you. Your answer is recorded."))
    return redirect(url_for("party.overview", token=token), 303)


@blueprint.post("/<token>/withdraw")
def withdraw(token):
    """Take the consent back: mediation is voluntary at every moment."""
    who = visitor(token)
    problems = {} if request.form.get("sure") == "yes" else {"sure": _("Please tick the box: this ends the mediation.")}
    if not request.form.get("reason", "").strip():
        problems["reason"] = _("Please give a reason.")
    if problems:
        return _overview(who, problems)
    told = {"reason": request.form.get("reason", "")[:500], "settled": request.form.get("settled", "") == "true"}
    acts.tell(who.actor, who.case, "withdrawal", told)
    flash(_("The mediation is being ended as you asked."))
    return redirect(url_for("party.overview", token=token), 303)


@blueprint.post("/<token>/acts/<act>")
@uploads
def act(token, act):
    """Ask for a recusal, for another mediator …: what the process is listening for."""
    who = visitor(token)
    try:
        acts.tell(who.actor, who.case, act, request.form.to_dict(), handing_in.stored())
    except Invalid as refused:
        return _overview(who, sent=act, refused=refused)
    flash(_("Thank you. We have it, and you will hear from us."))
    return redirect(url_for("party.overview", token=token), 303)
