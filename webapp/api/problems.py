"""Every error of the API as a problem document (RFC 9457), with all faults at once, in the reader's language."""

import logging
import uuid
from collections.abc import Iterator

from flask import Response, g, has_request_context, json, request
from flask_babel import gettext
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from engine import config
from engine.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from engine.i18n import _
from webapp.api.faults import Fault
from webapp.api.strict_json import NotJson
from webapp.i18n import say, speaking

log = logging.getLogger(__name__)

MAX_ERRORS = 500
LANGUAGES = ("zh", "en")
KINDS = {NotJson: 400, Invalid: 422, Forbidden: 403, NotFound: 404, Conflict: 409}
HTTP = {  # status → (code, title)
    400: ("bad-request", _("The request cannot be read.")),
    404: ("not-found", _("There is nothing here.")),
    405: ("method-not-allowed", _("This address does not know this method.")),
    408: ("too-slow", _("The request took too long to arrive.")),
    409: ("conflict", _("Somebody else was faster.")),
    411: ("length-required", _("The length of the body must be given.")),
    413: ("too-large", _("The body is too large.")),
    414: ("address-too-long", _("The address is too long.")),
    415: ("wrong-content-type", _("This kind of content is not taken here.")),
    422: ("not-acceptable-value", _("The database cannot keep one of the values.")),
    431: ("headers-too-large", _("The headers are too large.")),
    500: ("internal-error", _("Something went wrong on our side; nothing was changed.")),
    503: ("busy", _("The server is busy; try again in a moment.")),
}


class Refused(DomainError):
    """Refused at the door, before the engine was asked: a status and headers beside the message."""

    status = 400
    headers: dict[str, str] = {}
    oauth_error = ""  # how OAuth2 calls it (RFC 6749, 5.2), beside our own code

    def __init__(self, headers: dict[str, str] | None = None, **details):
        super().__init__(**details)
        self.headers = {**type(self).headers, **(headers or {})}


class WrongContentType(Refused):
    status = 415
    message = _("This kind of content is not taken here; send %(wanted)s.")


class TooLarge(Refused):
    status = 413
    message = _("The body is too large: at most %(limit)s bytes.")


def language() -> str:
    """The reader's language by Accept-Language; Chinese unless English is preferred, and on the command line."""
    if not has_request_context():
        return "zh"
    return request.accept_languages.best_match(LANGUAGES, "zh") or "zh"


def trace_id() -> str:
    """This request's number, in the answer and in the log."""
    if "trace_id" not in g:
        g.trace_id = uuid.uuid4().hex
    return g.trace_id


def respond(error: Exception) -> Response:
    """The problem document for any error. Unknown errors are logged and told as 500 without their text."""
    match error:
        case Refused():
            extra = {"error": error.oauth_error} if error.oauth_error else {}
            return _document(error.status, error.code, _said(error), headers=error.headers, extra=extra)
        case DomainError():
            status = next((status for kind, status in KINDS.items() if isinstance(error, kind)), 500)
            return _document(status, error.code, _said(error), errors=_errors(error), extra=_named(error))
        case HTTPException():
            return _http(error)
        case IntegrityError() | StaleDataError():
            log.info("conflict at commit", extra={"trace": trace_id()})
            return _plain(409)
        case OperationalError():
            log.warning("database busy", exc_info=error, extra={"trace": trace_id()})
            return _plain(503, {"Retry-After": "2"})
        case DataError():
            return _plain(422)
        case RecursionError() | UnicodeError():
            return _plain(400)
    log.error("unexpected error", exc_info=error, extra={"trace": trace_id(), "path": request.path})
    return _plain(500)


def invalid(error: ValidationError) -> Invalid:
    """A schema's refusals as the engine tells them: one problem for each fault, with its JSON pointer."""
    problems = [
        {"pointer": pointer, "code": fault.code, "message": fault.message, "values": fault.values}
        for pointer, fault in _flat(error.messages)
    ]
    return Invalid(problems=problems)


def _flat(messages, pointer: str = "") -> Iterator[tuple[str, Fault]]:
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from _flat(inner, pointer if name == "_schema" else f"{pointer}/{escaped(name)}")
    elif isinstance(messages, Fault):
        yield pointer, messages
    elif isinstance(messages, list):
        for inner in messages:
            yield from _flat(inner, pointer)
    else:
        yield pointer, Fault("invalid", _("This cannot be accepted."), {})


def escaped(name) -> str:
    """One step of a JSON pointer."""
    return str(name)[:64].replace("~", "~0").replace("/", "~1")


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400 and error.response is not None:
        return error.get_response()
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After", "WWW-Authenticate")}
    return _plain(status, headers)


def _plain(status: int, headers: dict | None = None) -> Response:
    code, title = HTTP.get(status, HTTP[400 if status < 500 else 500])
    with speaking(language()):
        return _document(status, code, gettext(title), headers=headers)


def _said(error: DomainError) -> str:
    with speaking(language()):
        return say(error.message, error.details)


def faults(error: DomainError, columns: dict[str, str] | None = None) -> list[dict]:
    """The single faults of an error; of one without any, itself. `columns` names a sheet's column behind a pointer."""
    found = _errors(error) or [{"pointer": "", "code": error.code, "message": _said(error)}]
    return [each | ({"column": columns[each["pointer"]]} if each["pointer"] in (columns or {}) else {}) for each in found]


def _errors(error: DomainError) -> list[dict]:
    problems = getattr(error, "problems", [])[:MAX_ERRORS]
    with speaking(language()):
        return [
            {"pointer": each["pointer"], "code": each["code"], "message": say(each["message"], each.get("values"))}
            for each in problems
        ]


def _named(error: DomainError) -> dict:
    """A conflict may name the case it met, so that a sender finds what it already has."""
    number = error.details.get("number")
    return {"number": number} if isinstance(error, Conflict) and isinstance(number, str) else {}


def _document(status: int, code: str, title: str, errors: list | None = None, headers: dict | None = None,
              extra: dict | None = None) -> Response:
    log.log(logging.INFO if status < 500 else logging.WARNING, "refused",
            extra={"trace": trace_id(), "status": status, "code": code, "method": request.method, "endpoint": request.endpoint})
    kind = f"{config.current().public_url}/api/v1/problems/{code}"
    body = {"type": kind, "title": title, "status": status, "code": code, "instance": f"/req/{trace_id()}"} | (extra or {})
    if errors:
        body["errors"] = errors
    answer = Response(json.dumps(body, ensure_ascii=False), status, content_type="application/problem+json; charset=utf-8")
    answer.headers.update(headers or {})
    answer.headers["Content-Language"] = language()
    answer.headers["Cache-Control"] = "no-store"
    return answer
