"""What is done with all tasks of a list: how far it is, what did not go, and the way back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from engine.cases.models import Case
from engine.db import db
from engine.inbox import batches
from webapp.inbox import words
from webapp.inbox.lists import worker

blueprint = Blueprint("task_batches", __name__)


@blueprint.get("/batches/<int:batch_id>")
def show(batch_id):
    """How far it is; the page asks again by itself while it goes on."""
    actor = worker()
    batch = batches.get(actor, batch_id)
    counts, refused = batches.counts(batch), batches.refused(actor, batch)
    cases = {task.case_id: db.session.get(Case, task.case_id) for task, _why in refused if task and task.case_id}
    return render_template(
        "inbox/batch.html", batch=batch, counts=counts, total=sum(counts.values()), refused=refused, cases=cases,
        title=words.verbs()[batch.verb], may_undo=batches.may_undo(batch))


@blueprint.post("/batches/<int:batch_id>/stop")
def stop(batch_id):
    """Leave the rest."""
    batches.stop(worker(), batch_id)
    flash(_("Stopped: what was not done yet stays as it is."))
    return redirect(url_for("task_batches.show", batch_id=batch_id), 303)


@blueprint.post("/batches/<int:batch_id>/undo")
def undo(batch_id):
    """Take it back, task by task."""
    batch = batches.undo(worker(), batch_id)
    return redirect(url_for("task_batches.show", batch_id=batch.id), 303)
