"""The desk where an application is written down, step by step, read back, and handed in."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.access.models import Body
from engine.cases.models import ApplicationDraft, Case
from engine.db import db, start_over
from engine.errors import DomainError, Invalid, NotFound
from engine.forms import flat
from engine.inbox.asking import recorded_forms, recording
from engine.inbox.asking.recorded_forms import STEPS
from webapp import errors, handing_in, i18n
from webapp.asking import Asking
from webapp.identity import current_actor
from webapp.security import uploads

blueprint = Blueprint("recording", __name__)


def titles() -> dict[str, str]:
    """The steps in the reader's language."""
    return {"who": _("Who applies"), "against": _("Whom it is about"), "customer": _("Where to apply, and the other side"),
            "dispute": _("What happened, and what is asked for"), "evidence": _("Evidence"),
            "address": _("Address for service"), "read_back": _("Consent, and reading back"), "declared": _("Declaration")}


@blueprint.get("/")
def index():
    """What I began, and what I may begin."""
    actor = current_actor()
    return render_template("recording/index.html", kinds=recording.kinds(actor), name_of=_name,
                           drafts=[(draft, db.session.get(Body, draft.body_id)) for draft in recording.mine(actor)])


def _name(draft: ApplicationDraft) -> str:
    """Whom a draft is about, as far as that is known."""
    return (draft.told.get("who") or draft.told.get("customer") or {}).get("name") or ""


@blueprint.post("/")
def begin():
    """A new draft."""
    draft = recording.begin(current_actor(), request.form.get("kind", ""))
    return redirect(url_for("recording.step", draft_id=draft.id, step=STEPS[draft.kind][0]), 303)


@blueprint.get("/<int:draft_id>")
def show(draft_id):
    """All that is written down, to read back; or the receipt."""
    return _show(draft_id)


def _show(draft_id: int, wrong: str = "", status: int = 200):
    draft = recording.find(current_actor(), draft_id)
    if draft.case_id is not None:
        return render_template("recording/receipt.html", draft=draft, received=db.session.get(Case, draft.case_id))
    rows = [{"step": step, "facts": Asking.fresh(recorded_forms.form(step, draft.told), {}, draft.told[step]).summary()}
            for step in STEPS[draft.kind] if step in draft.told]
    return render_template("recording/review.html", draft=draft, titles=titles(), rows=rows, missing=recording.missing(draft),
                           steps=STEPS[draft.kind], body=db.session.get(Body, draft.body_id),
                           known=recording.same_open_case(draft), wrong=wrong), status


@blueprint.get("/<int:draft_id>/steps/<step>")
def step(draft_id, step):
    """One step's questions, with what was answered before."""
    draft = _at(draft_id, step)
    return _step(draft, step, Asking.fresh(recorded_forms.form(step, draft.told), {}, _known(draft, step)))


def _at(draft_id: int, step: str) -> ApplicationDraft:
    draft = recording.find(current_actor(), draft_id)
    if step not in STEPS[draft.kind] or draft.case_id is not None:
        raise NotFound()
    return draft


def _known(draft: ApplicationDraft, step: str) -> dict:
    known = draft.told.get(step, {})
    if step == "address" and not known:
        who, body = draft.told.get("who"), db.session.get(Body, draft.body_id)
        return {"phone": who["phone"], "address": who["home"]} if who else {"phone": body.phone, "address": body.address}
    return known


def _step(draft: ApplicationDraft, step: str, asking: Asking, status: int = 200):
    optional = [each.key for each in asking.form.questions if not each.required]
    more = any(asking.answers.get(key) or key in asking.problems for key in optional)
    return render_template("recording/step.html", draft=draft, step=step, steps=STEPS[draft.kind], asking=asking, more_open=more,
                           titles=titles(), number=STEPS[draft.kind].index(step) + 1), status


@blueprint.post("/<int:draft_id>/steps/<step>")
@uploads
def answer(draft_id, step):
    """Keep a step; files come with the evidence."""
    actor, draft = current_actor(), _at(draft_id, step)
    answers = flat.gather(recorded_forms.form(step, draft.told), dict(request.form.lists()))
    if "drop" in request.form:
        recording.drop_file(actor, draft_id, request.form["drop"][:64])
        return redirect(url_for("recording.step", draft_id=draft_id, step=step), 303)
    try:
        for file in handing_in.received() if step == "evidence" else []:
            recording.add_file(actor, draft_id, file.name, file.media_type, file.data)
        recording.keep(actor, draft_id, step, answers)
    except Invalid as refused:
        start_over()
        draft = _at(draft_id, step)
        return _step(draft, step, Asking.sent(recorded_forms.form(step, draft.told), {}, request.form).refused(refused), 422)
    return redirect(_after(draft, step), 303)


def _after(draft: ApplicationDraft, step: str) -> str:
    if "add" in request.form:
        return url_for("recording.step", draft_id=draft.id, step=step)
    following = next((each for each in STEPS[draft.kind] if each not in draft.told and each != step), None)
    return url_for("recording.step", draft_id=draft.id, step=following) if following else url_for("recording.show",
                                                                                                 draft_id=draft.id)


@blueprint.post("/<int:draft_id>/submit")
def submit(draft_id):
    """Hand it in."""
    try:
        with db.session.begin_nested():
            recording.submit(current_actor(), draft_id, request.form.get("another") == "yes")
    except DomainError as refused:
        found = errors.said(refused) if isinstance(refused, Invalid) else []
        return _show(draft_id, found[0]["message"] if found else i18n.say(refused.message, refused.details), 422)
    return redirect(url_for("recording.show", draft_id=draft_id), 303)


@blueprint.post("/<int:draft_id>/drop")
def drop(draft_id):
    """Throw it away."""
    recording.drop(current_actor(), draft_id)
    flash(_("The draft is thrown away."))
    return redirect(url_for("recording.index"), 303)
