"""Keep a list of tasks under a name, or forget it."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from engine.access.permissions import Permission
from engine.access.policy import require
from engine.errors import Invalid
from engine.inbox.lists import views
from webapp import errors
from webapp.identity import current_actor
from webapp.inbox import lists

blueprint = Blueprint("task_views", __name__)


@blueprint.post("/views")
def save():
    """Keep what the list is asked for now."""
    actor = current_actor()
    require(actor, Permission.USER_TASK_COMPLETE)
    try:
        view = views.save(actor, request.form.get("name", ""), lists.wanted_by(actor, request.form), "shared" in request.form)
    except Invalid as refused:
        raise Invalid(" ".join(each["message"] for each in errors.said(refused)) or refused.message) from refused
    flash(_("The list “%(name)s” is kept.", name=view.name))
    return redirect(url_for("inbox.index", saved=view.id), 303)


@blueprint.post("/views/<int:view_id>/delete")
def delete(view_id):
    """Forget a list."""
    actor = current_actor()
    require(actor, Permission.USER_TASK_COMPLETE)
    view = views.delete(actor, view_id)
    flash(_("The list “%(name)s” is gone; its tasks are where they were.", name=view.name))
    return redirect(url_for("inbox.index"), 303)
