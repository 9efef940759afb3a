"""Which system is asking: an access token names an API client; its rights are read from the database for each request."""

import hashlib
from functools import wraps

from flask import current_app, g, request
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select

from engine import clock
from engine.access import net
from engine.access.actor import Actor
from engine.access.models import ApiClient, BodyKind, User
from engine.db import db
from engine.i18n import _
from webapp.api.problems import Refused
from webapp.app import READING

LIFETIME_SECONDS = 3600
ON_BEHALF_OF = "On-Behalf-Of"  # the log-in name of one of the body's own people: the request may what both may
LONGEST_LOGIN = 64
SCOPES = {
    "referrals": "send referrals, one by one or as a batch (courts)",
    "applications": "ask for mediation without a court (institutions)",
    "cases": "read cases, their clocks and waits",
    "documents": "list and fetch documents",
    "messages": "send messages about a case",
}
SCOPES_OF = {
    BodyKind.COURT: ("referrals", "cases", "documents", "messages"),
    BodyKind.INSTITUTION: ("applications", "cases", "documents", "messages"),
}


class Unauthenticated(Refused):
    status = 401
    headers = {"WWW-Authenticate": 'Bearer realm="sutiao"'}
    message = _("An access token is needed; POST /api/v1/token gives one.")


class TokenNotValid(Refused):
    status = 401
    headers = {"WWW-Authenticate": 'Bearer realm="sutiao", error="invalid_token"'}
    message = _("The access token is not valid, has expired, or its client was disabled.")


class NobodyOfYours(Refused):
    status = 403
    message = _("The header On-Behalf-Of names nobody who has a role at your organisation: it takes the log-in name.")


class ScopeMissing(Refused):
    status = 403
    message = _("The access token does not cover this: scope %(scope)s is missing.")


def scopes_of(client: ApiClient) -> set[str]:
    """What a client may ask for: what it was given, never more than its kind of body may have."""
    return set(client.scopes.split()) & set(SCOPES_OF.get(client.body.kind, ()))


def issue(client: ApiClient, scopes: set[str]) -> str:
    """A signed token for one hour. A new secret ends the tokens given out under the old one."""
    until = int(clock.now().timestamp()) + LIFETIME_SECONDS
    return _signer().dumps({"c": client.id, "s": sorted(scopes), "u": until, "m": _mark(client)})


def authenticate() -> Actor:
    """The asking system as an actor; raises Unauthenticated or TokenNotValid."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated()
    client, g.scopes = _client_and_scopes(token.strip())
    g.client = client
    g.actor = _for_whom(Actor.of_client(client))
    if request.method in READING:
        net.draw(g.actor)
    return g.actor


def _for_whom(system: Actor) -> Actor:
    """The system, for the person it names. Raises NobodyOfYours: strangers and people without a role look alike."""
    login = request.headers.get(ON_BEHALF_OF)
    if login is None:
        return system
    user = db.session.scalar(select(User).where(User.login == login.strip()[:LONGEST_LOGIN + 1], User.is_active))
    asking = system.on_behalf_of(user) if user is not None and user.body_id == system.body_id else system
    if asking.person is None or not asking.person.roles:
        raise NobodyOfYours()
    return asking


def needs(scope: str):
    """Only for clients whose token covers this scope; the view finds its actor in `g.actor`."""

    def decorate(view):
        @wraps(view)
        def guarded(*args, **kwargs):
            authenticate()
            if scope not in g.scopes:
                raise ScopeMissing(
                    {"WWW-Authenticate": f'Bearer realm="sutiao", error="insufficient_scope", scope="{scope}"'}, scope=scope)
            return view(*args, **kwargs)

        guarded.scope = scope
        return guarded

    return decorate


def _client_and_scopes(token: str) -> tuple[ApiClient, set[str]]:
    try:
        told = _signer().loads(token)
        client = db.session.get(ApiClient, told["c"])
        until, mark, scopes = told["u"], told["m"], set(told["s"])
    except (BadData, KeyError, TypeError, UnicodeError) as error:
        raise TokenNotValid() from error
    if client is None or not client.is_active or not client.body.is_active:
        raise TokenNotValid()
    if until <= clock.now().timestamp() or mark != _mark(client):
        raise TokenNotValid()
    return client, scopes & scopes_of(client)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="api-token", signer_kwargs={"digest_method": hashlib.sha256})


def _mark(client: ApiClient) -> str:
    return hashlib.sha256(client.secret_hash.encode()).hexdigest()[:16]
