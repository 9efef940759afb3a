"""Bring running instances to another version: look ahead, rehearse one, begin a batch, follow it, take one back."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.oversight import queries, upgrades
from webapp.identity import current_actor
from webapp.tracing.repairs import given
from webapp.tracing.routes import blueprint


@blueprint.get("/upgrades")
def upgrades_index():
    """Which processes have instances on other versions, and the batches there were."""
    actor = current_actor()
    return render_template("tracing/upgrades.html", outdated=upgrades.outdated(actor), batches=upgrades.batches(actor))


@blueprint.get("/upgrades/versions/<int:version_id>")
def upgrade_to(version_id):
    """Who could go to this version, and which steps hold the others; a mapping may be tried."""
    text = request.args.get("mapping", "")
    outlook = upgrades.outlook(current_actor(), version_id, upgrades.mapping_of(text))
    return render_template("tracing/upgrade.html", outlook=outlook, mapping=text)


@blueprint.post("/upgrades/versions/<int:version_id>")
def begin_upgrade(version_id):
    """Have the workers bring all that can go."""
    mapping = upgrades.mapping_of(given("mapping"))
    ids = [int(each) for each in request.form.getlist("instance") if each.isdigit()] or None
    batch = upgrades.begin(current_actor(), version_id, given("reason"), mapping, ids)
    flash(_("The workers bring the instances over, one after another."))
    return redirect(url_for("tracing.upgrade_batch", batch_id=batch.id), 303)


@blueprint.get("/<int:instance_id>/rehearsal/<int:version_id>")
def rehearsal(instance_id, version_id):
    """What one instance would wait for afterwards, tried on a copy."""
    actor, text = current_actor(), request.args.get("mapping", "")
    instance = queries.get(actor, instance_id)
    found = upgrades.rehearse(actor, instance_id, version_id, upgrades.mapping_of(text))
    return render_template("tracing/rehearsal.html", instance=instance, rehearsal=found, mapping=text,
                           target=upgrades.target_of(actor, version_id))


@blueprint.get("/upgrades/<int:batch_id>")
def upgrade_batch(batch_id):
    """How far a batch has come, and what became of each instance."""
    batch, items, counts = upgrades.batch(current_actor(), batch_id)
    return render_template("tracing/batch.html", batch=batch, items=items, counts=counts)


@blueprint.post("/upgrades/<int:batch_id>/stop")
def stop_upgrade(batch_id):
    """Leave the rest where it is."""
    upgrades.stop(current_actor(), batch_id)
    flash(_("The rest stays where it is."))
    return redirect(url_for("tracing.upgrade_batch", batch_id=batch_id), 303)


@blueprint.post("/upgrades/items/<int:item_id>/undo")
def undo_upgrade(item_id):
    """Take one instance back."""
    item = upgrades.undo(current_actor(), item_id, given("reason"))
    flash(_("The instance is on its former version again."))
    return redirect(url_for("tracing.upgrade_batch", batch_id=item.batch_id), 303)
