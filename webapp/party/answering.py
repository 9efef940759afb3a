"""What is asked of a party: its page, the one-time code for signing, and the answer."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.access.models import Participant
from engine.db import start_over
from engine.documents.ahead import SignedMeanwhile
from engine.errors import Conflict, Invalid, NotFound
from engine.forms import flat
from engine.inbox import approvals, drafts, effects, tasks
from engine.inbox.asking import joining
from engine.inbox.workspace import shown, waiting
from engine.mediation.models import Agreement
from engine.notices import codes
from engine.workflow.incidents import ProcessFailed
from webapp import handing_in, i18n, signing, unfinished
from webapp.app import made_ahead, told_instead
from webapp.asking import Asking
from webapp.party.entering import Visitor, visitor
from webapp.party.routes import blueprint
from webapp.security import uploads


@blueprint.get("/<token>/tasks/<int:task_id>")
def task(token, task_id):
    """One thing that is asked of the party."""
    who = visitor(token)
    found = tasks.get(who.actor, task_id)
    form, kept = tasks.form_of(found), unfinished.kept(who.actor, found)
    known = found.answers or (kept.row.answers if kept.is_shown else None)
    return _task_page(who, found, Asking.fresh(form, found.data, known) if form else None, kept=kept)


def _task_page(who: Visitor, found, asking, status=200, kept=None, late=None, refused=""):
    to_sign = effects.to_sign(found) if found.is_open else None
    wait = waiting.of_task(found) if found.is_open else None
    return render_template(
        "party/task.html", who=who, case=who.case, task=found, asking=asking, to_sign=to_sign,
        papers=shown.papers(who.actor, found), approvals=approvals.of_case(who.actor, who.case) if found.is_open else [],
        terms=_terms(who, to_sign[0]) if to_sign and isinstance(to_sign[0], Agreement) else [],
        takes_files=handing_in.wanted(found), joining=joining.of(found) if found.is_open else None,
        wait=wait, clocks=[wait.deadline] if wait and wait.deadline else [], was_asked=request.args.get("code") == "sent",
        kept=kept or unfinished.kept(who.actor, found), late=late or unfinished.left_behind(who.actor, found), refused=refused,
    ), status


def _terms(who: Visitor, agreement: Agreement) -> list[dict]:
    """The duties with the names of who owes whom."""
    names = {str(person.id): person.name for person in who.case.participants}
    return [{**one, "debtor": names.get(str(one.get("debtor")), one.get("debtor") or ""),
             "creditor": names.get(str(one.get("creditor")), one.get("creditor") or "")} for one in agreement.terms]


@blueprint.post("/<token>/tasks/<int:task_id>/code")
def code(token, task_id):
    """Send the one-time code for signing exactly what is frozen now."""
    who = visitor(token)
    found = tasks.get(who.actor, task_id)
    to_sign = effects.to_sign(found) if found.is_open else None
    if to_sign is None:
        raise NotFound()
    notice = codes.ask(who.link, "sign", bound_to=to_sign[0].frozen_sha256, language=i18n.language())
    if notice.status == "failed":
        flash(_("The code could not be sent. Please call us."), "error")
    else:
        flash(_("A code has been sent to %(phone)s. It is good for five minutes.", phone=_masked(who.person)))
    return redirect(url_for("party.task", token=token, task_id=task_id, code="sent") + "#sign", 303)


def _masked(person: Participant) -> str:
    return person.phone[:3] + "****" + person.phone[-4:]


def _signature(token, task_id):
    """The signature that the answers want, made before anything is written, if the code is right."""
    def asked():
        who = visitor(token)
        found = tasks.get(who.actor, task_id)
        form, to_sign = tasks.form_of(found), effects.to_sign(found)
        if form is None or to_sign is None or not codes.fits(
                who.link.id, "sign", request.form.get("code", "").strip()[:6], bound_to=to_sign[0].frozen_sha256):
            return None
        return who.actor, found, flat.gather(form, dict(request.form.lists()))
    return signing.made(asked)


@blueprint.post("/<token>/tasks/<int:task_id>")
@made_ahead(_signature)
@uploads
def complete(token, task_id):
    """Hand in the answers; a signature takes the one-time code as well."""
    who = visitor(token)
    found = tasks.get(who.actor, task_id)
    form = tasks.form_of(found)
    if "save" in request.form:
        return _save(who, found, form)
    try:
        answers = flat.gather(form, dict(request.form.lists())) | handing_in.as_answers(form) if form else {}
    except Invalid as error:
        return _task_page(who, found, Asking.sent(form, found.data, request.form).refused(error), 422)
    seen = {"hash_shown": request.form.get("hash_shown", ""), "address": request.remote_addr or "", "made": g.made}
    if answers.get("answer") == "sign" and (wrong := _code_problem(who, found)):
        asking = Asking.sent(form, found.data, request.form)
        asking.problems = {"code": wrong}
        return _task_page(who, found, asking, 422)
    try:
        files = handing_in.sent(found)
        done = approvals.hand_in(who.actor, task_id, answers, seen)
        if done.is_open:
            flash(_("This is above your limit: your answer is kept and waits for approval."))
            return redirect(url_for("party.task", token=token, task_id=task_id, draft=1), 303)
        handing_in.keep(found, files, who.person.name)
        handing_in.keep_answered(done, form, who.person.name)
    except Invalid as error:
        if not error.problems or form is None:
            raise
        start_over()
        return _task_page(who, found, Asking.sent(form, found.data, request.form).refused(error), 422)
    except SignedMeanwhile:
        raise  # for the door: the same once more
    except ProcessFailed as failure:
        return _stopped(who, task_id, form, failure)
    except Conflict as error:
        return _late(who, task_id, error)
    flash(_("Thank you. Your answer is recorded."))
    return redirect(url_for("party.overview", token=token), 303)


def _stopped(who: Visitor, task_id: int, form, failure: ProcessFailed):
    """The process cannot go on: nothing was done, and what was typed stands there still."""
    start_over()
    told_instead(failure)
    found = tasks.get(who.actor, task_id)
    return _task_page(who, found, Asking.sent(form, found.data, request.form) if form else None, 409,
                      refused=i18n.say(failure.message, failure.details))


def _save(who: Visitor, found, form):
    """Keep a draft, for pages without scripts."""
    try:
        tasks.save(who.actor, found.id, unfinished.typed(found), after=request.form.get("draft", type=int))
    except drafts.AnotherDraft:
        return _task_page(who, found, Asking.sent(form, found.data, request.form), 409,
                          kept=unfinished.beside_kept(who.actor, found))
    except Conflict as refused:
        return _late(who, found.id, refused)
    flash(_("The draft is kept."))
    return redirect(url_for("party.task", token=who.token, task_id=found.id, draft=1), 303)


def _late(who: Visitor, task_id: int, error: Conflict):
    """The task ended meanwhile: who answered it and when, and what was typed beside what is there."""
    found = tasks.get(who.actor, task_id)
    form, late = tasks.form_of(found), unfinished.late(who.actor, found, error)
    if late is None:
        start_over()
        return _task_page(who, found, Asking.sent(form, found.data, request.form) if form else None, 409,
                          refused=i18n.say(error.message, error.details))
    if late.is_same and found.status == "done":
        flash(_("You handed this in already, %(when)s; nothing was done twice.", when=i18n.lately(found.closed_at)))
        return redirect(url_for("party.task", token=who.token, task_id=task_id), 303)
    return _task_page(who, found, Asking.fresh(form, found.data, found.answers) if form else None, 409, late=late)


def _code_problem(who: Visitor, found) -> str:
    """What is wrong with the one-time code, or nothing; a wrong try is counted, so this answers and does not raise."""
    to_sign = effects.to_sign(found) if found.is_open else None
    if to_sign is None:
        return ""
    tried = codes.enter(who.link.id, "sign", request.form.get("code", "").strip()[:6], bound_to=to_sign[0].frozen_sha256)
    return {"right": "", "wrong": _("The code is wrong.")}.get(tried, _("The code is no longer valid. Please ask for a new one."))
