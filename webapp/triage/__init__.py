"""The office's pool of cases without a mediator."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.db import start_over
from engine.errors import Conflict, Invalid
from engine.inbox.asking import needs
from engine.inbox.tasks import TaskNotYours
from engine.inbox.workspace import triage
from engine.workflow.incidents import ProcessFailed
from webapp import errors, htmx, i18n
from webapp.app import only_reads
from webapp.auditing import leaves_no_note
from webapp.identity import current_actor

blueprint = Blueprint("triage", __name__)


@blueprint.get("/")
def index():
    """What came in, what to decide next, who would fit."""
    return _page()


def _page(task_id: int = 0, wrong: str = "", status: int = 200):
    """The pool; with what was wrong with the merger of one of its cases."""
    page = htmx.page_number()
    pool = triage.of(current_actor(), page, request.args.get("whole", ""))
    more = page * triage.SHOWN < pool.to_do.all
    return render_template("triage/index.html", pool=pool, need=need, refused=task_id, wrong=wrong, page=page, more=more), status


def need(key: str) -> str:
    """The help a party needs, in words."""
    zh, en = needs.WORDS.get(key, (key, key))
    return en if i18n.language() == "en" else zh


@blueprint.post("/tasks/<int:task_id>")
def assign(task_id):
    """Give the case to one of the fittest; what takes more than a click goes on on the task's own page."""
    try:
        task = triage.assign(current_actor(), task_id, request.form.get("candidate", ""))
    except ProcessFailed:
        raise
    except (Invalid, Conflict, TaskNotYours) as refused:
        start_over()
        is_more = isinstance(refused, Invalid)
        flash(_("This takes more than a choice: please fill in the task.") if is_more else i18n.say(
            refused.message, refused.details), "error")
        return redirect(url_for("inbox.show", task_id=task_id), 303)
    flash(_("“%(title)s” is done.", title=i18n.text_of(task)))
    return redirect(url_for("triage.index"), 303)


@blueprint.post("/tasks/<int:task_id>/merge")
def merge(task_id):
    """The case is the same dispute as another one: it goes on there."""
    try:
        case = triage.merge(current_actor(), task_id, request.form.get("into", ""), request.form.get("reason", ""))
    except ProcessFailed:
        raise
    except (Invalid, Conflict) as refused:
        start_over()
        said = " ".join(each["message"] for each in errors.said(refused)) if isinstance(refused, Invalid) else ""
        return _page(task_id, said or i18n.say(refused.message, refused.details), 422)
    flash(_("%(number)s goes on in %(other)s.", number=case.number, other=request.form["into"]))
    return redirect(url_for("triage.index"), 303)


@blueprint.post("/plan")
@only_reads
@leaves_no_note
def plan():
    """What would become of the chosen cases; nothing is done."""
    planned = triage.plan(current_actor(), request.form.getlist("task", type=int))
    return render_template("triage/plan.html", planned=planned)


@blueprint.post("/several")
def several():
    """Do it, and say what came of each."""
    prefix = "choice-"
    chosen = {int(name.removeprefix(prefix)): value for name, value in request.form.items()
              if name.startswith(prefix) and name.removeprefix(prefix).isdecimal() and value}
    done = triage.carry_out(current_actor(), chosen)
    number = sum(refused is None for _one, refused in done)
    if number:
        flash(ngettext("Done for %(num)s case.", "Done for %(num)s cases.", number))
    for one, refused in done:
        if refused is not None:
            flash(f"{one.case.number} {i18n.say(refused.message, refused.details)}", "error")
    return redirect(url_for("triage.index"), 303)
