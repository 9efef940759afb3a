"""The lists of tasks, and one task with its form."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.access import roster
from engine.cases.models import Case
from engine.db import db, start_over
from engine.documents.ahead import SignedMeanwhile
from engine.errors import Conflict, Invalid
from engine.forms import flat
from engine.inbox import approvals, drafting, drafts, effects, ended, tasks
from engine.inbox.asking import attending
from engine.inbox.lists import live, marks, queries
from engine.inbox.sharing import caps, lending, loans, priorities
from engine.inbox.sharing import why as reasons
from engine.inbox.workspace import court_desk, desk, reveal, shown, waiting
from engine.workflow.incidents import ProcessFailed
from webapp import handing_in, htmx, i18n, signing, unfinished
from webapp import why as why_words
from webapp.app import made_ahead, told_instead
from webapp.asking import Asking
from webapp.auditing import leaves_no_note, opens
from webapp.cases import beside, claims, looking, reading, talking, timeline
from webapp.identity import current_actor
from webapp.inbox import undoing
from webapp.security import uploads

blueprint = Blueprint("inbox", __name__)

@blueprint.get("/tasks/<int:task_id>")
@opens
def show(task_id):
    """A task: its form on the left, its case on the right."""
    task = tasks.get(current_actor(), task_id)
    kept = unfinished.kept(current_actor(), task)
    form = tasks.form_of(task)
    known = task.answers or (kept.row.answers if kept.is_shown else None)
    if form and not known and effects.property_of(task, "drafts"):
        known = drafting.before(task, form)
    if form and not known and effects.property_of(task, "ends") == "session":
        known = attending.before(task)
    asking = Asking.fresh(form, task.data, known) if form else None
    return _page(task, asking, kept=kept)


def _page(task, asking, status=200, kept=None, late=None, refused="", full=None):
    """The page of a task. `late`: it ended or went to somebody else meanwhile; `refused`: why it cannot be done now; `full`: who
    has no place for it."""
    actor = current_actor()
    case = db.session.get(Case, task.case_id) if task.case_id else None
    colleagues, borrowers = desk.colleagues(actor, task), lending.borrowers(actor, task)
    values = {
        "task": task, "asking": asking, "case": case, "holder": tasks.holder(task), "is_mine": task.assignee_id == actor.user_id,
        "away": roster.away(user.id for user in colleagues + borrowers),
        "standing": live.standing(actor, task, "", roster.replaced_by(actor.user_id)).state,
        "waits": waiting.of_case(case) if case else [], "deadlines": desk.deadlines(case) if case else [],
        "documents": desk.documents(actor, case) if case else [], "beside": beside.panels(actor, case) if case else [],
        "colleagues": colleagues, "borrowers": borrowers, "loan": _loan(task),
        "on_paper": effects.on_paper(task) if task.is_open else None,
        "to_sign": effects.to_sign(task) if task.is_open and not effects.on_paper(task) else None,
        "desk": court_desk.beside(actor, task, case), "takes_files": handing_in.wanted(task),
        "checklist": _checklist(task, asking), "discussed": reading.of(actor, case) if case else None,
        "papers": shown.papers(actor, task), "asked_approval": approvals.of_task(actor, task),
        "approvals": approvals.of_case(actor, case) if case and task.is_open else [], "reasons": reveal.reasons(actor, case),
        "priority": priorities.among([task]).get(task.id),
        "marks": marks.of_task(actor, task.id), **talking.shown(actor, case), **claims.shown(actor, case),
        **looking.shown(actor, case),
        "kept": kept or unfinished.kept(actor, task), "refused": refused, "full": full,
        "ended": timeline.told(ended.by(task), task.instance),
        "why": reasons.of_task(actor, task), "why_told": why_words.told,
        "undo": undoing.of_task(task.id), "handed_on": request.form.get("reason", "") if full else "",
        "late": late or unfinished.left_behind(actor, task),
    }
    return render_template("inbox/task.html", **values), status


def _loan(task):
    return loans.of_task(task.id) if task.is_open and task.assignee_id else None


@blueprint.get("/tasks/<int:task_id>/why")
def why(task_id):
    """Why it is whose it is, and due when it is: a part of its row, or a page."""
    actor = current_actor()
    task = tasks.get(actor, task_id)
    return htmx.render("inbox/why.html", "inbox/_why.html", task=task, why=reasons.of_task(actor, task), why_told=why_words.told)


@blueprint.post("/tasks/<int:task_id>/claim")
def claim(task_id):
    task = undoing.do(current_actor(), "claim", task_id)
    flash(_("You have “%(title)s” now.", title=i18n.text_of(task)))
    return redirect(url_for("inbox.show", task_id=task.id, _anchor="answer"), 303)


@blueprint.post("/tasks/<int:task_id>/release")
def release(task_id):
    task = undoing.do(current_actor(), "release", task_id, reason=request.form.get("reason", ""))
    flash(_("You gave “%(title)s” back to %(who)s.", title=i18n.text_of(task), who=tasks.holder(task)) if task.assignee_id
          else _("You gave “%(title)s” back to your team.", title=i18n.text_of(task)))
    return redirect(url_for("inbox.index"), 303)


@blueprint.post("/tasks/<int:task_id>/assign")
def assign(task_id):
    user = request.form.get("user", 0, int)
    try:
        task = undoing.do(current_actor(), "assign", task_id, user=user, over=request.form.get("over", ""),
                          reason=request.form.get("reason", ""))
    except caps.CapReached as full:
        return _full(task_id, user, full)
    flash(_("%(who)s has “%(title)s” now.", who=tasks.holder(task), title=i18n.text_of(task)))
    return redirect(url_for("inbox.index", view="team"), 303)


def _full(task_id, user, full):
    """The colleague has as many as agreed: the page again, where a reason can be given."""
    start_over()
    task = tasks.get(current_actor(), task_id)
    form = tasks.form_of(task)
    asking = Asking.fresh(form, task.data) if form else None
    return _page(task, asking, 409, refused=i18n.say(full.message, full.details), full=user)


@blueprint.post("/tasks/<int:task_id>/form")
@leaves_no_note
def refresh(task_id):
    """The questions that apply to the answers so far; nothing is kept."""
    task = tasks.get(current_actor(), task_id)
    asking = Asking.sent(tasks.form_of(task), task.data, request.form)
    return render_template("inbox/_questions.html", task=task, asking=asking, checklist=_checklist(task, asking))


def _checklist(task, asking) -> list[dict]:
    """What a court would look for, over what has been written so far; for tasks that draft an agreement."""
    drafts = task.is_open and asking is not None and effects.property_of(task, "drafts") == "agreement"
    return drafting.checklist(task, asking.answers) if drafts else []


def _signature(task_id):
    """The signature that the answers want, made before anything is written."""
    def asked():
        actor = current_actor()
        found = tasks.get(actor, task_id)
        return actor, found, _answers(tasks.form_of(found)) if tasks.form_of(found) else {}
    return None if {"add_row", "save", "show"} & request.form.keys() else signing.made(asked)


@blueprint.post("/tasks/<int:task_id>/complete")
@made_ahead(_signature)
@uploads
def complete(task_id):
    """Hand in the answers, keep a draft, or ask for one more row: three buttons of one form."""
    actor = current_actor()
    if not {"add_row", "save", "show"} & request.form.keys():
        return _complete(actor, task_id)
    task = tasks.get(actor, task_id)
    form = tasks.form_of(task)
    if form and "add_row" in request.form:
        return _page(task, Asking.sent(form, task.data, request.form))
    answers = unfinished.typed(task)
    try:
        tasks.save(actor, task_id, answers, after=request.form.get("draft", type=int))
    except drafts.AnotherDraft:
        return _page(task, Asking.sent(form, task.data, request.form), 409, kept=unfinished.beside_kept(actor, task))
    except (Conflict, tasks.TaskNotYours) as refused:
        return _late(actor, task_id, refused)
    if "show" in request.form:
        made = drafting.show(actor, task, answers)
        flash(_("Both sides can read the draft now: version %(number)s.", number=made.number))
    else:
        flash(_("The draft is kept."))
    return redirect(url_for("inbox.show", task_id=task_id, draft=1), 303)


def _answers(form):
    return flat.gather(form, dict(request.form.lists())) | handing_in.as_answers(form)


def _complete(actor, task_id):
    try:
        seen = {"hash_shown": request.form.get("hash_shown", ""), "address": request.remote_addr or "", "made": g.made}
        task = approvals.hand_in(actor, task_id, _answers, seen)
        if task.is_open:
            flash(_("This is above your limit: your answer is kept and waits for approval."))
            return redirect(url_for("inbox.show", task_id=task_id, draft=1), 303)
        handing_in.keep(task, handing_in.enough(task, request.form), actor.name)
        handing_in.keep_answered(task, tasks.form_of(task), actor.name)
    except Invalid as error:
        return _refused(actor, task_id, error)
    except SignedMeanwhile:
        raise  # for the door: the same once more
    except ProcessFailed as failure:
        return _stopped(actor, task_id, failure)
    except (Conflict, tasks.TaskNotYours) as error:
        return _late(actor, task_id, error)
    flash(_("“%(title)s” is done.", title=i18n.text_of(task)))
    following = queries.following(actor, task.case_id)
    return redirect(url_for("inbox.show", task_id=following) if following else url_for("inbox.index"), 303)


def _stopped(actor, task_id, failure):
    """The process cannot go on: nothing was done, and what was typed stands there still."""
    start_over()
    told_instead(failure)
    task = tasks.get(actor, task_id)
    form = tasks.form_of(task)
    asking = Asking.sent(form, task.data, request.form) if form else None
    return _page(task, asking, 409, refused=i18n.say(failure.message, failure.details))


def _refused(actor, task_id, error):
    """The form again with what was wrong in it; nothing was done."""
    start_over()
    task = tasks.get(actor, task_id)
    form = tasks.form_of(task)
    if not error.problems or form is None:
        raise error
    return _page(task, Asking.sent(form, task.data, request.form).refused(error), 422)


def _late(actor, task_id, error):
    """Who was faster, and what was typed beside what is there now; nothing typed is lost, nothing is done twice."""
    task = tasks.get(actor, task_id)
    late = unfinished.late(actor, task, error)
    if late is None:
        start_over()
        form = tasks.form_of(task)
        return _page(task, Asking.sent(form, task.data, request.form) if form else None, 409,
                     refused=i18n.say(error.message, error.details))
    if late.is_ended and late.is_same and task.status == "done" and task.completed_by == actor.name:
        flash(_("You handed this in already, %(when)s; nothing was done twice.", when=i18n.lately(task.closed_at)))
        return redirect(url_for("inbox.show", task_id=task_id), 303)
    asking = Asking.fresh(tasks.form_of(task), task.data, task.answers) if tasks.form_of(task) else None
    return _page(task, asking, 409, late=late)
