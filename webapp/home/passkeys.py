"""Sign in with a passkey: alone, or as the second step after the password. The question stands in the session it was made for."""

import time

from flask import Blueprint, redirect, request, session

from engine.oversight import passkeys
from webapp import auditing, i18n
from webapp.home import routes
from webapp.identity import half_signed_in, note_failure, public, sign_in

blueprint = Blueprint("passkeys", __name__)
LONGEST_ANSWER = 20_000


@blueprint.post("/login/passkey/begin")
@public
@auditing.leaves_no_note
def begin():
    """What the browser shall sign, as JSON for its own interface."""
    half = half_signed_in()
    asked, question = passkeys.ask(half[0] if half else None)
    remember("enter", question)
    return asked


@blueprint.post("/login/passkey")
@public
def enter():
    """Sign in by what a passkey signed. A failure answers 422 and does not raise: its count has to be kept."""
    half, question = half_signed_in(), recall("enter")
    only, going_to = half or (None, request.form.get("next", ""))
    try:
        user = passkeys.check(question, answer(), only)
    except passkeys.PasskeyRefused as error:
        wrong = i18n.say(error.message)
        if only is None:
            return routes.login_page(wrong), 422
        note_failure(only)
        auditing.note_failed_sign_in(only.login)
        return routes.second_page(only, wrong), 422
    user.failed_logins, user.locked_until = 0, None
    sign_in(user)
    return redirect(routes.own_address(going_to), 303)


def remember(purpose: str, question: str) -> None:
    """A question of this session, for one purpose, for some minutes."""
    session["passkey"] = {"for": purpose, "question": question, "until": int(time.time()) + passkeys.SECONDS}


def recall(purpose: str) -> str:
    """The question asked last; it is asked once. Empty: none, or it took too long."""
    asked = session.pop("passkey", None) or {}
    return asked["question"] if asked.get("for") == purpose and time.time() <= asked["until"] else ""


def answer() -> str:
    """What the browser's device answered."""
    return request.form.get("answer", "")[:LONGEST_ANSWER]
