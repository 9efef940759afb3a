"""Who is asking: the session's user → Actor, read from the database for each request. Deny by default."""

import hashlib
import hmac
import secrets
import time
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app, g, redirect, request, session, url_for
from sqlalchemy import select

from engine import clock, config
from engine.access import account
from engine.access.account import Account
from engine.access.actor import NOBODY, Actor
from engine.access.models import User
from engine.access.permissions import Permission
from engine.access.policy import may as policy_may
from engine.db import db
from engine.oversight import accounts, keyboard

# these ask for a token, a code or nothing themselves
OTHER_DOORS = ("/api/", "/p/", "/room/", "/verify", "/hooks/", "/apply", "/static/")
FREE_TRIES = 5
LONGEST_LOCK = timedelta(minutes=15)
LONGEST_SESSION_SECONDS, HALF_SECONDS = 12 * 3600, 300

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def public(view):
    """Mark a view that anybody may open without signing in."""
    view.is_public = True
    return view


def background(view):
    """Mark a view that pages ask for by themselves: it keeps no session alive."""
    view.is_background = True
    return view


def init_app(app) -> None:
    """Ask everybody who they are, except at the public doors."""
    app.before_request(_ask)
    app.add_template_global(may)
    app.add_template_global(current_actor)
    app.add_template_global(current_user)
    app.add_template_global(own_keys)


def current_actor() -> Actor:
    """Who is asking; NOBODY when nobody signed in. Party pages and the API set `g.actor` themselves."""
    if "actor" not in g:
        user = current_user()
        g.actor = Actor.of_user(user) if user else NOBODY
    return g.actor


def current_user() -> Account | None:
    """The signed-in user."""
    if "user" not in g:
        g.user = _user_of_session()
    return g.user


def own_keys() -> dict[str, str]:
    """For templates: where the signed-in person has each single key; empty: switched off."""
    user = current_user()
    return keyboard.of(user) if user is not None else {}


def may(permission: str, subject=None) -> bool:
    """For templates: may the asker do this?"""
    return policy_may(current_actor(), Permission(permission), subject)


def _user_of_session() -> Account | None:
    if "user_id" not in session:
        return None
    user = account.read(session["user_id"])
    valid = user is not None and user.is_active and hmac.compare_digest(session.get("stamp", ""), _stamp(user)) and _is_fresh()
    return user if valid else None


def _is_fresh() -> bool:
    """A session ends twelve hours after the sign-in, and earlier when nothing was asked for long."""
    now, idle = time.time(), config.current().session_idle_minutes * 60
    if now - session.get("since", 0) > LONGEST_SESSION_SECONDS or now - session.get("seen", 0) > idle:
        return False
    if now - session["seen"] > min(60, idle / 4) and not _is_background():
        session["seen"] = int(now)
    return True


def _is_background() -> bool:
    """Does a page ask by itself: a view that nothing else asks for, or the address of any page with `polls` in it?"""
    return request.method == "GET" and "polls" in request.args or getattr(
        current_app.view_functions.get(request.endpoint or ""), "is_background", False)


def _stamp(user: User | Account) -> str:
    """Changes with the password, the second factor and the passkeys: other sessions end then."""
    told = f"{user.id}:{user.password_hash}:{user.second_factor_since or ''}{user.passkeys_since or ''}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _ask():
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "is_public", False) or request.path.startswith(OTHER_DOORS):
        return None
    if current_user() is not None:
        current_actor()
        must_set_up = accounts.needs_second_factor(current_user()) and not request.path.startswith("/account") and not _is_demo()
        return redirect(url_for("account.index"), 303) if must_set_up else None
    if request.headers.get("HX-Request") == "true":
        return "", 401, {"HX-Redirect": url_for("home.login")}
    here = request.full_path.rstrip("?") if request.method == "GET" else url_for("home.index")
    return redirect(url_for("home.login", next=here), 303)


def hash_password(password: str) -> str:
    """The argon2id hash to keep."""
    return hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    return hasher.hash("nobody has this password")


def check_login(login: str, password: str) -> User | None:
    """The user, or None: unknown, wrong and locked look and last the same. Counts failures; the caller commits."""
    user = db.session.scalar(select(User).where(User.login == login).with_for_update())
    fits = _verify(user.password_hash if user and user.password_hash else _nobodys_hash(), password)
    if user is None or not user.is_active:
        return None
    if is_locked(user):
        return None
    if not (fits and user.password_hash):
        note_failure(user)
        return None
    if not user.has_second_factor:
        user.failed_logins, user.locked_until = 0, None
    return user


def _verify(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def note_failure(user: User) -> None:
    """One more wrong password or code; after five the account waits, longer each time."""
    user.failed_logins += 1
    if user.failed_logins >= FREE_TRIES:
        minutes = 2 ** min(user.failed_logins - FREE_TRIES, 4)
        user.locked_until = clock.now() + min(timedelta(minutes=minutes), LONGEST_LOCK)


def _is_demo() -> bool:
    return current_user().is_demo and config.current().demo


def sign_in(user: User) -> None:
    """Start a fresh session for the user."""
    session.clear()
    session.permanent = True
    session["user_id"], session["stamp"] = user.id, _stamp(user)
    session["since"] = session["seen"] = int(time.time())
    session["csrf_token"] = secrets.token_hex(20)  # from the first: an answer still under way to another tab keeps it then
    g.pop("csrf_token", None)
    g.user, g.actor = user, Actor.of_user(user)


def remember_half(user: User, going_to: str) -> None:
    """The password fitted; the second step has five minutes."""
    session.clear()
    session["half"] = {"user": user.id, "stamp": _stamp(user), "until": int(time.time()) + HALF_SECONDS, "next": going_to}


def half_signed_in() -> tuple[User, str] | None:
    """Whose password fitted a moment ago, locked for change, and where they were going."""
    half = session.get("half") or {}
    if time.time() > half.get("until", 0):
        return None
    user = db.session.scalar(select(User).where(User.id == half["user"]).with_for_update())
    fits = user is not None and user.is_active and hmac.compare_digest(half["stamp"], _stamp(user))
    return (user, half["next"]) if fits and not is_locked(user) else None


def is_locked(user: User) -> bool:
    """Were there too many tries?"""
    return user.locked_until is not None and user.locked_until > clock.now()


def sign_out() -> None:
    """End the session."""
    session.clear()
    g.user, g.actor = None, NOBODY
