"""Search cases, show one, hand out its documents."""

from collections import defaultdict

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import require, visible
from engine.cases import outcomes
from engine.courts import applications, late_interest
from engine.db import db
from engine.documents import shelf
from engine.documents.models import Document
from engine.errors import Invalid, NotFound
from engine.inbox import approvals
from engine.inbox.asking import acts, needs, objections, papering, recoveries, wishes
from engine.inbox.lists import finding, queries
from engine.inbox.workspace import desk, narrowed, news, reveal, waiting
from engine.mediation import questions
from engine.notices import addresses, serving
from engine.oversight import overlay
from engine.reading import day
from engine.tracks import advances
from webapp import errors, handing_in, htmx
from webapp.app import without_transaction
from webapp.asking import Asking
from webapp.auditing import opens
from webapp.cases import agency, beside, claims, looking, reading, talking, timeline
from webapp.identity import current_actor
from webapp.inbox import narrowing, words
from webapp.papers import opening, reading_copy
from webapp.presenting import STAGES
from webapp.security import uploads

blueprint = Blueprint("cases", __name__)
DRAWN_APART = ("extension", "withdrawal", "confirmation_withdrawal", "redraft")


@blueprint.get("/")
def index():
    """The cases of one's desk, by search and stage."""
    actor = current_actor()
    text, stage, state = htmx.search_text(), request.args.get("stage", ""), request.args.get("state", "")
    stage = stage if stage in STAGES else ""
    page, where = htmx.page_number(), _narrowed()
    meant = where.look_up(text)
    rows = desk.search(actor, text, stage, state, desk.PAGE + 1, (page - 1) * desk.PAGE, where, meant)
    shown = rows[:desk.PAGE]
    if htmx.goes_there() and len(rows) == page == 1:
        return redirect(url_for("cases.show", number=rows[0].number), 303)
    return htmx.render("cases/index.html", "cases/_rows.html", cases=shown, clocks=desk.next_deadlines(shown), q=text,
                       news=news.among(actor, [each.id for each in shown]),
                       stage=stage, state=state, page=page, more=len(rows) > desk.PAGE, most=desk.MOST_FOUND, outcomes=outcomes,
                       where=where, is_cut=finding.is_cut(meant), most_looked_up=finding.LOOKED_UP,
                       unread=[(words.conditions()[name], text) for name, text in where.unread.items()],
                       is_partly=where.is_partly(), looked_at=narrowed.LOOKED_AT,
                       **({} if htmx.wants_fragment() else _offered(actor, where)))


def _offered(actor, where: narrowed.Narrowed) -> dict:
    """What the cases can be narrowed by: only a whole page asks."""
    return {"courts": narrowed.courts(actor, where.court_id), "conditions": words.conditions(), "choices": narrowing.choices(()),
            "offers": narrowing.offers(actor)}


def _narrowed() -> narrowed.Narrowed:
    """What the address says; days and a court that cannot be read are left out."""
    since, until = (day(request.args.get(name)) for name in ("since", "until"))
    more = {name: ",".join(request.args.getlist(name)) for name in narrowed.FIELDS}
    return narrowed.read(current_actor(), more, since, until, request.args.get("court", None, int))


@blueprint.get("/<number>")
@opens
def show(number):
    """The case page."""
    return _page(desk.case(current_actor(), number))


def _page(case, sent: str = "", refused: Invalid | None = None, objection: Asking | None = None,
          recovery: Asking | None = None, needing: Asking | None = None, offering: Asking | None = None):
    """The page of a case; with what was sent by one of its forms, and what was wrong with that."""
    actor = current_actor()
    file = desk.file(actor, case)
    offered = acts.offered(actor, case)
    problems = {each["field"]: each["message"] for each in errors.said(refused)} if refused else {}
    held = addresses.of_case(case.id)
    return render_template(
        "cases/show.html", case=case, file=file, waits=waiting.of_case(case), tasks=queries.of_case(actor, case.id),
        outcomes=outcomes, names={person.id: person.name for person in case.participants},
        timeline=timeline.lines(file), acts=offered, withheld=acts.withheld(actor, case), askings=askings(offered, sent, refused),
        taking_files=acts.TAKING_FILES,
        wishes=wishes.offered(actor, case), wish_address=lambda name: url_for("cases.wish", number=case.number, name=name),
        mediates=case.mediator_id == actor.user_id,
        audiences=acts.audiences(actor, case), services=_services(actor, case),
        discussed=reading.of(actor, case), represented=agency.of_case(actor, case),
        dismiss_address=lambda agent: url_for("agents.dismiss", agent_id=agent.id),
        addresses=held, speaks_for=lambda person: addresses.may_speak_for(actor, person),
        papers_of_addresses={row.id for row in held.values() if addresses.may_read(actor, row)},
        typed=defaultdict(dict, {sent: request.form}), wrong=defaultdict(dict, {sent: problems}),
        objection=objection or _objection(actor, case),
        advances=recoveries.listed(actor, case), bases=advances.bases(), recovery=recovery or Asking.fresh(recoveries.FORM, {}),
        paper_signers=papering.awaited(actor, case), docketing=applications.latest(case.id, "docketing"),
        late=late_interest.of_case(case) if file.obligations else None,
        lacks_basis=bool(file.obligations) and late_interest.lacks_basis(case),
        approvals=approvals.of_case(actor, case), standing=approvals.shown_to_mediator(actor, case),
        offering=(offering or Asking.fresh(approvals.OFFER, {})) if approvals.may_ask(actor, case) else None,
        may_recover=lambda row: recoveries.may_record(actor, row), reasons=reveal.reasons(actor, case),
        needing=(needing or Asking.fresh(needs.form(case), {})) if needs.may_note(actor, case) else None, needs_of=needs.shown,
        **beside.drawn(case, file), **beside.related(actor, case), **claims.shown(actor, case),
        **talking.shown(actor, case), **looking.shown(actor, case),
    ), 422 if refused else 200


def _objection(actor, case) -> Asking | None:
    """The form for an objection on paper, while somebody may object."""
    people = objections.awaited(actor, case)
    return Asking.fresh(objections.form(people), {}) if people else None


def _services(actor, case) -> list[dict]:
    """What is served on whom; for those who may read the case's papers."""
    documents = {one.id: one for one in db.session.scalars(select(Document).where(
        Document.case_id == case.id, visible(actor, Document)))}
    return [{"row": one, "document": documents[one.document_id]} for one in serving.of_case(case.id)
            if one.document_id in documents]


def askings(offered: dict, sent: str = "", refused: Invalid | None = None) -> dict[str, Asking]:
    """The forms of what one could do, but for those that a page draws by itself."""
    found = {}
    for name, form in offered.items():
        if name in DRAWN_APART:
            continue
        found[name] = Asking.fresh(form, {})
        if name == sent and refused is not None:
            found[name] = Asking.sent(form, {}, request.form).refused(refused)
    return found


@blueprint.get("/<number>/diagrams/<int:instance_id>/<process_key>.bpmn")
def diagram(number, instance_id, process_key):
    """One diagram of the case's process, as drawn."""
    case = desk.case(current_actor(), number)
    instance = next((each for each in desk.file(current_actor(), case).instances if each.id == instance_id), None)
    sheet = next((each for each in overlay.sheets(instance) if each.key == process_key), None) if instance else None
    if sheet is None:
        raise NotFound()
    return Response(sheet.xml, content_type="application/xml; charset=utf-8")


@blueprint.get("/<number>/documents/<int:document_id>")
@without_transaction
@opens
def document(number, document_id):
    """A document's file, for those its audience names; a party's staff have read then what is being served on it."""
    def readable() -> tuple[Actor, Document, list[int]]:
        actor = current_actor()
        case, found = desk.case(actor, number), db.session.get(Document, document_id)
        if found is None or found.case_id != case.id:
            raise NotFound()
        require(actor, Permission.DOCUMENT_READ, found)
        return actor, found, desk.speaks_for(actor, case)
    return opening.answer(readable)


@blueprint.post("/<number>/documents/<int:document_id>/examine")
def examine(number, document_id):
    """Look at the signatures of a document anew."""
    case, found = desk.case(current_actor(), number), db.session.get(Document, document_id)
    if found is None or found.case_id != case.id:
        raise NotFound()
    told = shelf.examine(current_actor(), found)
    if told is not None and told.ok:
        flash(_("Every signature holds over exactly what was frozen."))
    else:
        flash(_("The signatures no longer hold: the document was changed after signing. The administrators know."), "error")
    return redirect(url_for("cases.show", number=number) + "#documents", 303)


@blueprint.get("/<number>/documents/<int:document_id>/english.pdf")
@without_transaction
@opens
def reading_copy_of(number, document_id):
    """The English reading copy of a paper."""
    def readable(found) -> Actor:
        if found.case_id != desk.case(current_actor(), number).id:
            raise NotFound()
        require(current_actor(), Permission.DOCUMENT_READ, found)
        return current_actor()
    return reading_copy.answer(document_id, readable)


@blueprint.post("/<number>/notes")
def note(number):
    """Write something down about the case."""
    actor = current_actor()
    case = desk.case(actor, number)
    try:
        acts.write_note(actor, case, request.form.get("text", ""), request.form.get("audience", ""))
    except Invalid as refused:
        return _page(case, "note", refused)
    flash(_("The note is kept."))
    return redirect(beside.back(number) + "#notes", 303)


@blueprint.post("/<number>/objections")
def object_on_paper(number):
    """Register a written objection that came on paper."""
    actor = current_actor()
    case = desk.case(actor, number)
    people = objections.awaited(actor, case)
    try:
        objections.register(actor, case, request.form.to_dict())
    except Invalid as refused:
        return _page(case, "objection", refused, Asking.sent(objections.form(people), {}, request.form).refused(refused))
    flash(_("The objection is registered."))
    return redirect(url_for("cases.show", number=number), 303)


@blueprint.post("/<number>/clauses/ask")
def ask(number):
    """An institution asks about a clause of the agreement."""
    actor, case = current_actor(), desk.case(current_actor(), number)
    questions.ask(actor, request.form.get("agreement", 0, int), request.form.get("clause", ""), request.form.get("text", ""))
    flash(_("The mediator has your question."))
    return redirect(url_for("cases.show", number=case.number) + "#draft", 303)


@blueprint.post("/<number>/clauses/<int:question_id>/answer")
def answer(number, question_id):
    """The mediator answers a question about a clause."""
    actor, case = current_actor(), desk.case(current_actor(), number)
    questions.answer(actor, question_id, request.form.get("answer", ""), request.form.get("to_all") == "yes")
    flash(_("Your answer is sent."))
    return redirect(url_for("cases.show", number=case.number) + "#draft", 303)


@blueprint.post("/<number>/advances/<int:advance_id>/recoveries")
def recover(number, advance_id):
    """Record what the payer of an advance got back."""
    actor = current_actor()
    case = desk.case(actor, number)
    try:
        recoveries.record(actor, advance_id, request.form.to_dict())
    except Invalid as refused:
        return _page(case, "recovery", refused, recovery=Asking.sent(recoveries.FORM, {}, request.form).refused(refused))
    flash(_("The recovery is recorded."))
    return redirect(url_for("cases.show", number=number) + "#advances", 303)


@blueprint.post("/<number>/needs")
def note_needs(number):
    """Note what help a party needs."""
    actor = current_actor()
    case = desk.case(actor, number)
    try:
        needs.note(actor, case, request.form.to_dict())
    except Invalid as refused:
        return _page(case, "needs", refused, needing=Asking.sent(needs.form(case), {}, request.form).refused(refused))
    flash(_("The need for help is noted."))
    return redirect(url_for("cases.show", number=number) + "#parties", 303)


@blueprint.post("/<number>/paper")
def on_paper(number):
    """Note that a party signs on paper, who cannot say so on line."""
    actor = current_actor()
    papering.choose(actor, desk.case(actor, number), request.form.get("participant", 0, int))
    flash(_("It is noted: this party signs on paper."))
    return redirect(url_for("cases.show", number=number), 303)


@blueprint.post("/<number>/authority")
def ask_authority(number):
    """The institution's agent asks its approvers beforehand: up to which sum may be offered."""
    actor = current_actor()
    case = desk.case(actor, number)
    try:
        approvals.ask_for_offer(actor, case, request.form.to_dict())
    except Invalid as refused:
        return _page(case, "authority", refused, offering=Asking.sent(approvals.OFFER, {}, request.form).refused(refused))
    flash(_("Your institution's approver has been asked."))
    return redirect(url_for("cases.show", number=number) + "#authority", 303)


@blueprint.post("/<number>/acts/<act>")
@uploads
def act(number, act):
    """Withdraw, challenge the mediator, report a suspicion …: what the process is listening for."""
    actor = current_actor()
    case = desk.case(actor, number)
    try:
        acts.tell(actor, case, act, request.form.to_dict(), handing_in.stored())
    except Invalid as refused:
        return _page(case, act, refused)
    flash(_("The process has been told."))
    return redirect(url_for("cases.show", number=number), 303)


@blueprint.post("/<number>/wishes/<name>")
@uploads
def wish(number, name):
    """An institution asks for something after the agreement, as a party does by its link."""
    actor = current_actor()
    case = desk.case(actor, number)
    said = {"reason": request.form.get("reason", "")[:1000], "gone_on": request.form.get("gone_on", "")[:10]}
    wishes.tell(actor, case, name, said, handing_in.stored())
    flash(_("We have passed it on."))
    return redirect(url_for("cases.show", number=number), 303)
