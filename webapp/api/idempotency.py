"""The same key gets the same answer: an unsafe request may be sent again whenever its answer was lost."""

import hashlib
import json
import re
from collections.abc import Callable

from flask import Response, g, jsonify, request
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine import crash
from engine.db import db
from engine.i18n import _
from engine.workflow.doors import Idempotency
from webapp.api.problems import Refused

KEY = re.compile(r"[!-~]{8,200}")


class IdempotencyKeyNeeded(Refused):
    status = 400
    message = _("The header Idempotency-Key is needed: 8 to 200 visible ASCII characters, new for each new request.")


class IdempotencyKeyReused(Refused):
    status = 422
    message = _("This Idempotency-Key was used for another request.")


def once(content, create: Callable[[], dict], status: int = 201) -> Response:
    """Answer with what `create` returns; when this client's key has been answered before, with that answer.

    Two at once: the database lets the second wait for the first. A refused request leaves no trace, its key may be used again.
    """
    row = Idempotency(client=f"client:{g.actor.client_id}", key=header(), route=f"{request.method} {request.path}"[:200],
                      request_hash=fingerprint(content if g.actor.person is None else [content, g.actor.person.user_id]))
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return _again(row)
    crash.point("command.after_key")
    row.body, row.status_code = create(), status
    db.session.flush()
    return _answer(row)


def header() -> str:
    """The key; raises IdempotencyKeyNeeded."""
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if not KEY.fullmatch(key):
        raise IdempotencyKeyNeeded()
    return key


def fingerprint(content) -> str:
    """The same for the same content, however it was spaced or ordered."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _again(asked: Idempotency) -> Response:
    first = db.session.scalar(select(Idempotency).where(Idempotency.client == asked.client, Idempotency.key == asked.key))
    if (first.route, first.request_hash) != (asked.route, asked.request_hash):
        raise IdempotencyKeyReused()
    answer = _answer(first)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _answer(row: Idempotency) -> Response:
    answer = jsonify(row.body)
    answer.status_code = row.status_code
    if row.status_code == 201 and "links" in row.body:
        answer.headers["Location"] = row.body["links"]["self"]
    return answer
