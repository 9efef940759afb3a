"""One's own account: roles, password, second factor."""

import io

import segno
from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import config
from engine.access.models import User
from engine.db import db, locked
from engine.errors import Invalid, NotFound
from engine.oversight import accounts, keyboard, passkeys, term_mails, unsent_mails
from webapp import areas, errors, i18n
from webapp.identity import check_login, current_user, hash_password, sign_in

blueprint = Blueprint("account", __name__)


@blueprint.get("/")
def index():
    """Who one is here, and how one signs in."""
    return page()


def page(refused: Invalid | None = None, codes: list[str] | None = None, making: dict | None = None, status: int = 200,
         typed: dict | None = None, mail: dict | None = None):
    """The page again: with what was refused, codes shown once, or a passkey being made."""
    user = own()
    problems, must = errors.said(refused) if refused else [], accounts.needs_second_factor(user)
    answer = render_template(
        "account/index.html", user=user, pending=accounts.pending(user), codes=codes or [], must=must, making=making,
        mail=mail or {"mail": user.mail, "term_mail": user.term_mail}, mails_by_default=config.current().term_mail,
        last_mail=unsent_mails.last(user),
        keys=_rows(user, typed or {}, problems), passkeys=passkeys.of(user.id),
        has_passkeys=passkeys.are_possible(), most_name=passkeys.LONGEST_NAME,
        problems=problems, wrong=errors.told(refused)[1] if refused and not problems else "", least=accounts.LEAST_PASSWORD)
    return answer, status, {"Cache-Control": "no-store"}


def _rows(user: User, typed: dict, problems: list[dict]) -> list[dict]:
    """Each key with what it does, where it is, and what is wrong with what was typed."""
    wrong = {each["pointer"]: each["message"] for each in problems} if typed else {}
    return [{"key": key, "field": keyboard.field(key), "means": i18n.say(keyboard.KEYS[key]),
             "own": typed.get(key, own)[:20].removeprefix(keyboard.CHORD),
             "wrong": wrong.get(keyboard.field(key), "")}
            for key, own in keyboard.of(user).items()]


def own() -> User:
    """Whose account it is, held for a change."""
    key = current_user().id
    return locked(User, key) if request.method == "POST" else db.session.get(User, key)


@blueprint.post("/keys")
def switch_keys():
    """Let single letters act on pages, or not."""
    user = own()
    user.has_keys = request.form.get("on") == "1"
    flash(_("Single keys act now.") if user.has_keys else _("Single keys do nothing now."))
    return redirect(url_for("account.index", _anchor="keyboard"), 303)


@blueprint.post("/keyboard")
def move_keys():
    """Put single keys elsewhere, or all back where they are for everybody."""
    user = own()
    told = {key: key for key in keyboard.KEYS} if "reset" in request.form else {
        key: text for key in keyboard.KEYS if (text := request.form.get(keyboard.field(key))) is not None}
    try:
        keyboard.change(user, told)
    except Invalid as refused:
        return page(refused, status=422, typed=told)
    flash(_("The keys are where you put them."))
    return redirect(url_for("account.index", _anchor="keyboard"), 303)


@blueprint.post("/start")
def choose_start():
    """The page to begin with; nothing chosen: the one of the role."""
    user, chosen = own(), request.form.get("page", "")
    user.start_page = chosen if chosen in {area["endpoint"] for area in areas.mine()} else ""
    flash(_("You begin with “%(page)s” from now on.", page=areas.start(user)["label"]) if user.start_page
          else _("You begin with the page of your role from now on."))
    return redirect(url_for("account.index", _anchor="start"), 303)


@blueprint.post("/mail")
def choose_mail():
    """Where one is written to, and whether one mail in the morning tells of terms near their end."""
    user, told = own(), {name: request.form.get(name, "") for name in ("mail", "term_mail")}
    try:
        term_mails.choose(user, told)
    except Invalid as refused:
        return page(refused, status=422, mail=told)
    flash(_("Your choice is kept."))
    return redirect(url_for("account.index", _anchor="mail"), 303)


@blueprint.post("/password")
def change_password():
    """A new password; other sessions end."""
    user = confirmed()
    if user is None:
        return page(Invalid(_("The present password is wrong.")), status=422)
    try:
        accounts.check_new_password(request.form.get("password", "")[:200], request.form.get("again", "")[:200], user.login)
    except Invalid as error:
        return page(error, status=422)
    user.password_hash = hash_password(request.form["password"])
    stay(user)
    flash(_("The password is changed. You were signed out everywhere else."))
    return redirect(url_for("account.index"), 303)


def confirmed() -> User | None:
    """The user, if the present password came along; wrong ones count as at the door."""
    return check_login(current_user().login, request.form.get("present", "")[:200])


def stay(user: User) -> None:
    """This session goes on under the changed account."""
    sign_in(user)
    g.user = user


@blueprint.post("/second-factor")
def begin():
    """Show a secret to be taken into an authenticator."""
    user = own()
    if user.second_factor_since is not None:
        return page(Invalid(_("End the present second factor first.")), status=422)
    accounts.begin(user)
    return redirect(url_for("account.index"), 303)


@blueprint.get("/second-factor.svg")
def picture():
    """The secret as a QR code."""
    user = own()
    if accounts.pending(user) is None:
        raise NotFound()
    drawn = io.BytesIO()
    segno.make(accounts.address(user, "诉调 Sutiao"), error="m").save(drawn, kind="svg", scale=5, border=2, xmldecl=False)
    return Response(drawn.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@blueprint.post("/second-factor/confirm")
def confirm():
    """The first code puts it in force; recovery codes are shown once."""
    user = own()
    try:
        codes = accounts.confirm(user, request.form.get("code", "")[:40])
    except accounts.WrongCode as error:
        return page(error, status=422)
    stay(user)
    return page(codes=codes)


@blueprint.post("/second-factor/end")
def end():
    """Sign in with the password alone again."""
    user = confirmed()
    if user is None:
        return page(Invalid(_("The present password is wrong.")), status=422)
    accounts.end(user, user.name)
    stay(user)
    flash(_("You sign in with the password alone now."))
    return redirect(url_for("account.index"), 303)
