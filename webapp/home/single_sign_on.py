"""Sign in with one's own house's account (OpenID Connect, authorization code with PKCE), where the settings name its provider.

Whoever the provider names must have an account here already; roles are granted here. A second factor of one's own is still asked.
"""

import hmac
import json
import logging
import secrets
import time

import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Blueprint, redirect, request, session, url_for
from flask_babel import gettext as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select

from engine import config
from engine.access.models import User
from engine.db import db, transaction
from engine.errors import NotFound
from webapp import auditing
from webapp.app import without_transaction
from webapp.home import routes
from webapp.identity import is_locked, public, remember_half, sign_in

blueprint = Blueprint("single_sign_on", __name__)

log = logging.getLogger(__name__)

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]  # signed with a private key of the provider's, never with a shared secret
SECONDS = (5, 10)
MINUTES_TO_SIGN_IN = 10
DISCOVERY_SECONDS = 3600
MOST_BYTES = 256 * 1024
_known: dict[str, tuple[float, dict, KeySet]] = {}


class ProviderFails(Exception):
    """The provider is away, or says what is no good answer."""


@blueprint.get("/login/sso")
@public
@without_transaction
def start():
    """Off to the provider."""
    settings = _settings()
    try:
        told, _keys = _provider(settings.oidc_issuer)
    except (ProviderFails, JoseError, requests.RequestException, ValueError, KeyError):
        return routes.login_page(_("Your house's sign-in cannot be reached. Try again, or sign in with a password.")), 503
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    session["sso"] = kept | {"until": int(time.time()) + MINUTES_TO_SIGN_IN * 60, "next": request.args.get("next", "")[:500]}
    asked = {"response_type": "code", "client_id": settings.oidc_client_id, "redirect_uri": _back(), "scope": "openid profile",
             "state": kept["state"], "nonce": kept["nonce"], "code_challenge": create_s256_code_challenge(kept["verifier"]),
             "code_challenge_method": "S256"}
    return redirect(requests.Request("GET", told["authorization_endpoint"], params=asked).prepare().url, 303)


@blueprint.get("/login/sso/back")
@public
@without_transaction
def back():
    """Back from the provider: one account here, or none."""
    begun = session.pop("sso", None) or {}
    state = request.args.get("state", "")
    if time.time() > begun.get("until", 0) or not hmac.compare_digest(state.encode(), begun["state"].encode()):
        return routes.login_page(_("That took too long, or was begun elsewhere. Please sign in again.")), 422
    try:
        claims = _claims(_settings(), request.args.get("code", "")[:2000], begun)
    except (ProviderFails, JoseError, requests.RequestException, ValueError, KeyError) as error:
        _known.pop(config.current().oidc_issuer, None)  # its keys may have changed
        log.warning("single sign-on refused: %s", type(error).__name__)
        return routes.login_page(_("Your house's sign-in did not work. Try again, or sign in with a password.")), 422
    return _enter(str(claims.get(_settings().oidc_claim) or ""), begun["next"])


def _enter(login: str, going_to: str):
    with transaction(door="audit"):
        user = db.session.scalar(select(User).where(User.login == login[:64], User.is_active)) if login else None
        if user is None or is_locked(user):
            auditing.note_failed_sign_in(login[:64])
            return routes.login_page(_("You are known to your house, but have no account here. Ask your administrator.")), 403
        going_to = routes.own_address(going_to)
        if user.has_second_factor:
            remember_half(user, going_to)
            return redirect(url_for("home.second_step"), 303)
        sign_in(user)
        auditing.note_change(200)
    return redirect(going_to, 303)


def _settings() -> config.Settings:
    settings = config.current()
    if not settings.oidc_issuer:
        raise NotFound()
    return settings


def _back() -> str:
    return config.current().public_url + url_for("single_sign_on.back")


def _provider(issuer: str) -> tuple[dict, KeySet]:
    """What the provider says of itself, and its keys; asked once an hour."""
    asked_at, *found = _known.get(issuer, (-DISCOVERY_SECONDS, None, None))
    if time.monotonic() - asked_at < DISCOVERY_SECONDS and found[0]:
        return found[0], found[1]
    told = _fetched("GET", issuer.rstrip("/") + "/.well-known/openid-configuration")
    if told.get("issuer") != issuer:
        raise ProviderFails("it calls itself otherwise")
    keys = KeySet.import_key_set(_fetched("GET", told["jwks_uri"]))
    _known[issuer] = time.monotonic(), told, keys
    return told, keys


def _fetched(method: str, url: str, **options) -> dict:
    answer = requests.request(method, url, timeout=SECONDS, allow_redirects=False, stream=True, **options)
    body = answer.raw.read(MOST_BYTES, decode_content=True)
    if answer.status_code != 200:
        raise ProviderFails(f"{answer.status_code}")
    return json.loads(body)


def _claims(settings: config.Settings, code: str, begun: dict) -> dict:
    """Who it is, as the provider signed it for us and for this sign-in."""
    told, keys = _provider(settings.oidc_issuer)
    answer = _fetched("POST", told["token_endpoint"], auth=(settings.oidc_client_id, settings.oidc_client_secret), data={
        "grant_type": "authorization_code", "code": code, "redirect_uri": _back(), "code_verifier": begun["verifier"]})
    claims = jwt.decode(answer["id_token"], keys, algorithms=ALGORITHMS).claims
    essential = {name: {"essential": True} for name in ("exp", "iat", "sub")}
    jwt.JWTClaimsRegistry(leeway=60, **essential, iss={"essential": True, "value": settings.oidc_issuer},
                          aud={"essential": True, "value": settings.oidc_client_id},
                          nonce={"essential": True, "value": begun["nonce"]}).validate(claims)
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != settings.oidc_client_id:
        raise ProviderFails("it was made for somebody else")
    return claims
