"""The SMS gateway over HTTP: POST {to, text, sign} under an idempotency key; it answers with its own id."""

import json

import requests

from engine import config
from engine.courts import guard

LONGEST_ID = 100


class GatewayAway(Exception):
    """The gateway did not take the message this time."""

    def __init__(self, why: str, seconds: float | None = None):
        self.seconds = seconds
        super().__init__(why)


class GatewayRefused(Exception):
    """The gateway will never take this message: a number that does not exist, a text it does not carry."""


def is_set() -> bool:
    """Is there a gateway at all?"""
    return bool(config.current().sms_url)


def send(key: str, to: str, text: str, sign: str) -> str:
    """Hand a message to the gateway and get its id. The same key again sends nothing new. Raises GatewayAway, GatewayRefused."""
    settings = config.current()
    body = json.dumps({"to": to, "text": text, "sign": sign, "reference": key}, ensure_ascii=False, sort_keys=True).encode()
    headers = {"content-type": "application/json; charset=utf-8", "idempotency-key": key, "user-agent": "sutiao"}
    if settings.sms_key:
        headers["authorization"] = f"Bearer {settings.sms_key}"
    try:
        response, answer = guard.post(settings.sms_url, body, headers, "any")
    except (requests.RequestException, guard.AnswerTooLong, OSError, ValueError) as error:
        raise GatewayAway(f"{type(error).__name__}: {error}") from error
    if response.status_code in (400, 404, 413, 422):
        raise GatewayRefused(f"the gateway answered {response.status_code}")
    if not 200 <= response.status_code < 300:
        raise GatewayAway(f"the gateway answered {response.status_code}")
    return _id(answer) or key


def _id(answer: bytes) -> str:
    """The gateway's id; an answer we cannot read still means it took the message."""
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    found = told.get("id") if isinstance(told, dict) else None
    return found if isinstance(found, str) and found.isprintable() and len(found) <= LONGEST_ID else ""
