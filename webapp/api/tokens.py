"""POST /token: client id and secret for an access token (OAuth2 client credentials)."""

import base64
import binascii
from functools import cache

from argon2.exceptions import InvalidHashError, VerificationError
from flask import request
from flask_smorest import Blueprint
from sqlalchemy import select

from engine.access.models import ApiClient
from engine.db import db
from engine.i18n import _
from webapp.api import describe, identity, incoming
from webapp.api.problems import Refused
from webapp.api.schemas import TokenRequestSchema
from webapp.api.throttle import Throttle
from webapp.app import only_reads
from webapp.identity import hasher

blueprint = Blueprint("api_token", __name__, description="Access tokens")
blueprint.before_request(incoming.receive)

failures = Throttle("token", limit=20, seconds=60)


class ClientRefused(Refused):
    status = 401
    headers = {"WWW-Authenticate": 'Basic realm="sutiao"'}
    oauth_error = "invalid_client"
    message = _("The client id or the secret is wrong.")


class ScopeRefused(Refused):
    status = 400
    oauth_error = "invalid_scope"
    message = _("This client may not have the scope it asks for.")


@blueprint.post("/token")
@describe.operation(
    "Get an access token", form=TokenRequestSchema, answer="Token", status=200, problems=(400, 401, 413, 415, 422, 429),
    public=True)
@only_reads
def token():
    asked = incoming.form(TokenRequestSchema)
    client_id, secret = _credentials(asked)
    failures.check(_guesser(client_id))
    client = _authenticated(client_id, secret)
    scopes = identity.scopes_of(client)
    wanted = set(asked["scope"].split()) or scopes
    if not wanted <= scopes:
        raise ScopeRefused()
    given = {"access_token": identity.issue(client, wanted), "token_type": "Bearer",
             "expires_in": identity.LIFETIME_SECONDS, "scope": " ".join(sorted(wanted))}
    return given, 200, {"Cache-Control": "no-store"}


def _credentials(asked: dict) -> tuple[str, str]:
    """From the form or from the Authorization header, never from both."""
    header = request.headers.get("Authorization", "")
    if header[:6].lower() != "basic ":
        return asked.get("client_id", ""), asked.get("client_secret", "")
    try:
        client_id, _colon, secret = base64.b64decode(header[6:].strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError) as error:
        raise ClientRefused() from error
    if "client_secret" in asked or asked.get("client_id", client_id) != client_id or not client_id.isprintable():
        raise ClientRefused()
    return client_id, secret


def _authenticated(client_id: str, secret: str) -> ApiClient:
    """The client, after as much work for an unknown id as for a known one."""
    client = db.session.scalar(select(ApiClient).where(ApiClient.client_id == client_id[:64]))
    right = _matches(client.secret_hash if client else _nobodys_hash(), secret)
    if not right or client is None or not client.is_active or not client.body.is_active:
        failures.count(_guesser(client_id))
        raise ClientRefused()
    return client


def _guesser(client_id: str) -> str:
    """Who is slowed down: this client from there. Somebody who knows a court's id cannot lock the court out."""
    return f"{client_id} {request.remote_addr}"


def _matches(secret_hash: str, secret: str) -> bool:
    try:
        return hasher.verify(secret_hash, secret[:1000])
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return hasher.hash("nobody has this secret")
