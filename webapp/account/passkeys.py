"""One's own passkeys: make one, name it, remove it."""

import time

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _

from engine.access.models import User
from engine.errors import Invalid
from engine.oversight import passkeys
from webapp.account import routes
from webapp.home.passkeys import answer, recall, remember

FRESH_SECONDS = 600  # whose house signs them in has no password here: they have just come in, then
blueprint = routes.blueprint


@blueprint.post("/passkeys")
def begin_passkey():
    """Let the browser ask for finger, face or PIN; the present password, so that an open session alone adds none."""
    try:
        user, name = _confirmed(), passkeys.checked_name(request.form.get("name", ""))
        asked, question = passkeys.begin(user)
    except Invalid as error:
        return routes.page(error, status=422)
    remember(f"keep {user.id}", question)
    return routes.page(making={"options": asked, "name": name})


@blueprint.post("/passkeys/keep")
def keep_passkey():
    """The browser made it; the first second factor brings recovery codes, which are shown once."""
    user = routes.own()
    try:
        codes = passkeys.keep(user, request.form.get("name", ""), recall(f"keep {user.id}"), answer())
    except Invalid as error:
        return routes.page(error, status=422)
    routes.stay(user)
    flash(_("The passkey is kept. You were signed out everywhere else."))
    return routes.page(codes=codes) if codes else redirect(url_for("account.index", _anchor="passkeys"), 303)


@blueprint.post("/passkeys/<int:passkey_id>/name")
def rename_passkey(passkey_id: int):
    """Call one otherwise."""
    try:
        passkeys.rename(routes.own(), passkey_id, request.form.get("name", ""))
    except Invalid as error:
        return routes.page(error, status=422)
    flash(_("The passkey is named anew."))
    return redirect(url_for("account.index", _anchor="passkeys"), 303)


@blueprint.post("/passkeys/<int:passkey_id>/remove")
def remove_passkey(passkey_id: int):
    """One that was lost, or is used no more."""
    user = routes.own()
    passkeys.remove(user, passkey_id)
    routes.stay(user)
    flash(_("The passkey opens nothing any more. You were signed out everywhere else."))
    return redirect(url_for("account.index", _anchor="passkeys"), 303)


def _confirmed() -> User:
    """The user, with the present password or, where there is none, just signed in. Raises Invalid."""
    user = routes.own()
    if not user.password_hash:
        if time.time() - session.get("since", 0) > FRESH_SECONDS:
            raise Invalid(_("Please sign in again first; then add the passkey within ten minutes."))
        return user
    confirmed = routes.confirmed()
    if confirmed is None:
        raise Invalid(_("The present password is wrong."))
    return confirmed
