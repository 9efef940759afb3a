"""The acts of repair: each asks for a reason, says what it did, and leads back to the instance."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from engine.oversight import repairs
from webapp.identity import current_actor
from webapp.tracing.routes import blueprint


@blueprint.post("/<int:instance_id>/move")
def move(instance_id):
    """Go on at another step."""
    repairs.move(current_actor(), instance_id, given("token"), given("element"), given("reason"))
    return back(instance_id, _("The process goes on at the step you chose."))


@blueprint.post("/<int:instance_id>/skip")
def skip(instance_id):
    """Go on as if a step were done."""
    repairs.skip(current_actor(), instance_id, given("token"), given("reason"))
    return back(instance_id, _("The step was skipped."))


@blueprint.post("/<int:instance_id>/repeat")
def repeat(instance_id):
    """Begin a step again."""
    repairs.repeat(current_actor(), instance_id, given("token"), given("reason"))
    return back(instance_id, _("The step begins again."))


@blueprint.post("/<int:instance_id>/values")
def change(instance_id):
    """Set one value of the process."""
    repairs.change(current_actor(), instance_id, given("name"), given("value"), given("reason"), bool(given("force")))
    return back(instance_id, _("The value is set."))


@blueprint.post("/<int:instance_id>/suspend")
def suspend(instance_id):
    """Let nothing move for a while."""
    repairs.suspend(current_actor(), instance_id, given("reason"))
    return back(instance_id, _("The process is suspended: nothing moves until you let it go on."))


@blueprint.post("/<int:instance_id>/resume")
def resume(instance_id):
    """Let a suspended process go on."""
    repairs.resume(current_actor(), instance_id, given("reason"))
    return back(instance_id, _("The process goes on."))


@blueprint.post("/<int:instance_id>/cancel")
def cancel(instance_id):
    """Stop a process for good."""
    repairs.cancel(current_actor(), instance_id, given("reason"))
    return back(instance_id, _("The process is cancelled."))


@blueprint.post("/<int:instance_id>/reopen")
def reopen(instance_id):
    """Let an ended process go on at a step."""
    repairs.reopen(current_actor(), instance_id, given("element"), given("reason"))
    return back(instance_id, _("The process is open again."))


def given(name: str) -> str:
    """One field of the form that was sent."""
    return request.form.get(name, "")


def back(instance_id: int, message: str):
    """To the instance, with a word on what was done."""
    flash(message)
    return redirect(url_for("tracing.show", instance_id=instance_id), 303)
