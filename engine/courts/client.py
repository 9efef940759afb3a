"""Talk to a court's system: one signed message (Standard Webhooks), and what its answer means."""

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests
from standardwebhooks import Webhook

from engine.courts import guard

PASSING = {408, 409, 425, 429}  # not now: ask again later
LONGEST_RECEIPT = 200


class CourtAway(Exception):
    """The court's system did not take the message this time; `seconds` when it said how long to wait."""

    def __init__(self, why: str, seconds: float | None = None):
        self.seconds = seconds
        super().__init__(why)


class CourtRefused(Exception):
    """The court's system will not take this message however often it is sent."""


def send(url: str, secret: str, message_id: str, body: str, networks: str) -> str:
    """Deliver a message and get the court's receipt. Raises CourtAway, CourtRefused.

    The message id is the same for every attempt: a receiver who took it once answers 2xx again and does nothing.
    """
    try:
        response, answer = guard.post(url, body.encode(), signed(secret, message_id, body), networks)
    except guard.AddressRefused as error:
        raise CourtRefused(str(error)) from error
    except guard.AnswerTooLong as error:
        raise CourtAway(f"the court's system answered too much: {error}") from error
    except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.SSLError) as error:
        raise CourtRefused(f"{type(error).__name__}: {error}") from error
    except (requests.RequestException, OSError, ValueError) as error:
        raise CourtAway(f"{type(error).__name__}: {error}") from error
    _judge(response)
    return receipt(answer) or message_id


def signed(secret: str, message_id: str, body: str, at: datetime | None = None) -> dict:
    """The headers of a signed message."""
    at = at or datetime.now(UTC)  # the receiver compares it with its own clock
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "sutiao",
        "idempotency-key": message_id,
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body),
    }


def _judge(response: requests.Response) -> None:
    status = response.status_code
    if 200 <= status < 300:
        return
    if status >= 500 or status in PASSING:
        raise CourtAway(f"the court's system answered {status}", _asked_pause(response))
    raise CourtRefused(f"the court's system answered {status}")


def _asked_pause(response: requests.Response) -> float | None:
    """What Retry-After asks for, in seconds, at most a day."""
    asked = response.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return min(float(asked[:6]), 86_400)
    try:
        moment = parsedate_to_datetime(asked)
    except (ValueError, TypeError):
        return None
    return min(max((moment.astimezone(UTC) - datetime.now(UTC)).total_seconds(), 0), 86_400)


def receipt(answer: bytes) -> str:
    """The receipt in an answer, if it is one we can read: anything else is as good as none."""
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    found = told.get("receipt") if isinstance(told, dict) else None
    return found[:LONGEST_RECEIPT] if isinstance(found, str) and found.isprintable() else ""
