"""Start page, signing in and out, health."""

import ipaddress

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from engine import config
from engine.access.models import User
from engine.db import db
from engine.errors import NotFound
from engine.oversight import accounts, passkeys
from engine.oversight import health as oversight_health
from webapp import areas, auditing, i18n
from webapp.identity import check_login, current_user, half_signed_in, note_failure, public, remember_half, sign_in, sign_out

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def index():
    """One's own start page, or the way to sign in."""
    if current_user() is None:
        return login_page()
    start = areas.start(db.session.get(User, current_user().id))
    return redirect(start["url"] if start else url_for("home.empty"), 303)


@blueprint.get("/welcome")
def empty():
    """For somebody signed in who has no area of the staff's."""
    return render_template("home/empty.html")


@blueprint.get("/login")
@public
def login():
    return login_page()


@blueprint.post("/login")
@public
def enter():
    """Sign in. A failure answers 422 and does not raise: its count has to be kept."""
    user = check_login(request.form.get("login", "").strip()[:64], request.form.get("password", "")[:200])
    if user is None:
        auditing.note_failed_sign_in(request.form.get("login", "").strip()[:64])
        wrong = _("Log-in and password do not fit, or there were too many tries. Wait a minute and try again.")
        return login_page(wrong), 422
    going_to = own_address(request.form.get("next", ""))
    if user.has_second_factor:
        remember_half(user, going_to)
        return redirect(url_for("home.second_step"), 303)
    sign_in(user)
    return redirect(going_to, 303)


@blueprint.get("/login/code")
@public
def second_step():
    """Where the six digits are asked for."""
    found = half_signed_in()
    return second_page(found[0]) if found else redirect(url_for("home.login"), 303)


def second_page(user: User, wrong: str = ""):
    """The second step, with what this person has for it."""
    return render_template("home/code.html", wrong=wrong, next="", has_code=user.second_factor_since is not None,
                           has_passkey=user.passkeys_since is not None and passkeys.are_possible())


@blueprint.post("/login/code")
@public
def enter_code():
    """The second step. A failure answers 422 and does not raise: its count has to be kept."""
    found = half_signed_in()
    if found is None:
        return login_page(_("That took too long, or there were too many tries. Please sign in again.")), 422
    user, going_to = found
    try:
        accounts.check(user, request.form.get("code", "")[:40])
    except accounts.WrongCode as error:
        note_failure(user)
        auditing.note_failed_sign_in(user.login)
        return second_page(user, i18n.say(error.message)), 422
    user.failed_logins, user.locked_until = 0, None
    sign_in(user)
    return redirect(going_to, 303)


@blueprint.post("/login/demo")
@public
def enter_demo():
    """One click into the demo world."""
    user = db.session.scalar(select(User).where(User.login == request.form.get("login", ""), User.is_demo, User.is_active))
    if user is None or not is_demo():
        raise NotFound()
    sign_in(user)
    return redirect(url_for("home.index"), 303)


@blueprint.post("/logout")
@public
def logout():
    auditing.note_change(200)
    sign_out()
    flash(_("You are signed out."))
    return redirect(url_for("home.index"), 303)


@blueprint.get("/health")
@public
def health():
    """For machines that watch us: 200 when requests can be served, 503 otherwise."""
    found = oversight_health.report()
    return {"status": "ok" if found["database"] else "down", **found}, 200 if found["database"] else 503


def is_demo() -> bool:
    """Demo log-ins work only in a demo world, on loopback, for somebody on this machine."""
    settings = current_app.extensions["sutiao"]
    return settings.demo and _is_loopback(settings.host) and _is_loopback(request.remote_addr or "")


def _is_loopback(address: str) -> bool:
    try:
        return address == "localhost" or ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def login_page(wrong: str = ""):
    """Where one signs in, with what went wrong."""
    people = []
    if is_demo():
        people = list(db.session.scalars(select(User).where(User.is_demo, User.is_active).order_by(User.id)))
    return render_template("home/login.html", wrong=wrong, people=[person for person in people if person.grants],
                           login=request.form.get("login", ""), next=request.values.get("next", ""),
                           has_passkeys=passkeys.are_possible(),
                           sso_name=config.current().oidc_name if config.current().oidc_issuer else "")


def own_address(address: str) -> str:
    """Where to go on after signing in: only addresses of our own."""
    safe = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if safe else url_for("home.index")
