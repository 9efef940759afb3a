"""What data stores hold, and setting one by hand."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from engine.oversight import shelves
from webapp.identity import current_actor
from webapp.tracing.repairs import given
from webapp.tracing.routes import blueprint


@blueprint.get("/stores")
def stores_index():
    """All stores, by name."""
    return render_template("tracing/stores.html", stores=shelves.every(current_actor()), shown=shelves.shown)


@blueprint.post("/stores")
def put_store():
    """Write one."""
    shelves.put(current_actor(), given("name"), given("value"), given("reason"))
    flash(_("The data store holds the new value."))
    return redirect(url_for("tracing.stores_index"), 303)
