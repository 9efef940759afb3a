"""The public way to apply for mediation: telephone, code, six steps, a look over everything, a receipt. Works without scripts."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.cases.models import ApplicationDraft
from engine.db import db, start_over
from engine.errors import DomainError, Invalid, NotFound
from engine.forms import flat
from engine.inbox.asking import apply_forms, applying
from engine.inbox.asking.apply_forms import STEPS
from webapp import errors, handing_in, i18n
from webapp.api.throttle import Throttle
from webapp.asking import Asking
from webapp.identity import public
from webapp.security import uploads

blueprint = Blueprint("applying", __name__)
begun = Throttle("apply-begin", limit=20, seconds=3600)  # by address of the network; by telephone the register counts
tries = Throttle("apply-code", limit=30, seconds=3600)


def titles() -> dict[str, str]:
    """The steps in the reader's language."""
    return {"who": _("Who you are"), "against": _("Whom it is about"), "dispute": _("What happened, and what you ask for"),
            "evidence": _("Evidence"),
            "address": _("Address for service"), "consent": _("Consent")}


@blueprint.get("")
@blueprint.get("/")
@public
def start():
    """What applying means, and the telephone number to begin with."""
    return _start()


def _start(wrong: str = "", status: int = 200):
    return render_template("applying/start.html", wrong=wrong, phone=request.form.get("phone", ""), titles=titles(),
                           case=None), status


@blueprint.post("")
@public
def begin():
    """A draft begins; a code goes to the telephone."""
    begun.check(request.remote_addr or "")
    begun.count(request.remote_addr or "")
    try:
        with db.session.begin_nested():
            _draft, token = applying.begin(request.form.get("phone", "")[:20], i18n.language())
    except DomainError as refused:
        found = errors.said(refused)
        return _start(found[0]["message"] if found else i18n.say(refused.message, refused.details), 422)
    return redirect(url_for("applying.show", token=token), 303)


@blueprint.get("/<token>")
@public
def show(token):
    """Where the application stands: the code, the steps, or the receipt."""
    return _show(token)


def _show(token, wrong: str = "", status: int = 200):
    draft = applying.find(token)
    if draft.case_id is not None:
        case, address = applying.submit(token)
        return render_template("applying/receipt.html", draft=draft, received=case, address=address, case=None)
    if draft.proven_at is None:
        return render_template("applying/code.html", draft=draft, token=token, wrong=wrong, case=None), status
    rows = [_summary(draft, step) for step in STEPS if step in draft.told]
    return render_template("applying/review.html", draft=draft, token=token, titles=titles(), done=set(draft.told), rows=rows,
                           missing=applying.missing(draft), known=applying.same_open_case(draft), wrong=wrong, case=None), status


def _summary(draft: ApplicationDraft, step: str) -> dict:
    asking = Asking.fresh(apply_forms.form(step, draft.told), {}, draft.told[step])
    return {"step": step, "facts": asking.summary()}


@blueprint.post("/<token>/code")
@public
def code(token):
    """Enter the code, or ask for another one."""
    tries.check(request.remote_addr or "")
    tries.count(request.remote_addr or "")
    draft = applying.find(token)
    if "again" in request.form:
        try:
            with db.session.begin_nested():
                applying.send_code(draft, i18n.language())
        except DomainError as refused:
            return _show(token, i18n.say(refused.message, refused.details), 422)
        flash(_("A new code is on its way."))
    elif not applying.enter_code(token, request.form.get("code", "")):
        return _show(token, _("The code is wrong or no longer valid. Ask for a new one if need be."), 422)
    draft = applying.find(token)
    following = next((step for step in STEPS if step not in draft.told), None) if draft.proven_at else None
    here = url_for("applying.show", token=token)
    return redirect(url_for("applying.step", token=token, step=following) if following else here, 303)


@blueprint.get("/<token>/steps/<step>")
@public
def step(token, step):
    """One step's questions, with what was answered before."""
    draft = _proven(token, step)
    return _step(draft, token, step, Asking.fresh(apply_forms.form(step, draft.told), {}, _known(draft, step)))


def _proven(token, step: str) -> ApplicationDraft:
    draft = applying.find(token)
    if step not in STEPS or draft.proven_at is None or draft.case_id is not None:
        raise NotFound()
    return draft


def _known(draft: ApplicationDraft, step: str) -> dict:
    known = draft.unfinished.get(step) or draft.told.get(step) or {}
    if step == "address" and not known:
        return {"phone": draft.phone, "address": draft.told.get("who", {}).get("home", "")}
    return known


def _step(draft, token, step, asking, status: int = 200):
    optional = [each.key for each in asking.form.questions if not each.required]
    more = any(asking.answers.get(key) or key in asking.problems for key in optional)
    return render_template("applying/step.html", more_open=more, draft=draft, token=token, step=step, asking=asking,
                           titles=titles(), number=STEPS.index(step) + 1, steps=STEPS, case=None), status


@blueprint.post("/<token>/steps/<step>")
@public
@uploads
def answer(token, step):
    """Keep a step: to go on later, or because it is done; files come with the evidence."""
    draft = _proven(token, step)
    form = apply_forms.form(step, draft.told)
    answers = flat.gather(form, dict(request.form.lists()))
    if "drop" in request.form:
        applying.drop_file(token, request.form["drop"][:64])
        return redirect(url_for("applying.step", token=token, step=step), 303)
    try:
        for file in handing_in.received() if step == "evidence" else []:
            applying.add_file(token, file.name, file.media_type, file.data)
        if "later" in request.form or "add" in request.form:
            applying.save(token, step, answers)
        else:
            applying.keep(token, step, answers)
    except Invalid as refused:
        start_over()
        draft = _proven(token, step)
        return _step(draft, token, step, Asking.sent(apply_forms.form(step, draft.told), {}, request.form).refused(refused), 422)
    if "later" in request.form:
        flash(_("It is kept. Open this page again with the same address to go on."))
    return redirect(_after(token, step), 303)


def _after(token, step: str) -> str:
    if "add" in request.form:
        return url_for("applying.step", token=token, step=step)
    following = None if "later" in request.form else next(iter(STEPS[STEPS.index(step) + 1:]), None)
    return url_for("applying.step", token=token, step=following) if following else url_for("applying.show", token=token)


@blueprint.post("/<token>/submit")
@public
def submit(token):
    """Hand it in: the receipt shows the number and the address of one's own page."""
    try:
        with db.session.begin_nested():
            applying.submit(token, request.form.get("another") == "yes")
    except DomainError as refused:
        found = errors.said(refused) if isinstance(refused, Invalid) else []
        return _show(token, found[0]["message"] if found else i18n.say(refused.message, refused.details), 422)
    return redirect(url_for("applying.show", token=token), 303)
