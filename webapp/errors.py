"""Every error as the door it came to shows it: problem document, fragment or page. Never a stack."""

import logging
import uuid
from urllib.parse import urlsplit

from flask import g, make_response, render_template, request
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from engine.documents.stamping import NoTimeStamp
from engine.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from engine.notices.links import LinkOver
from webapp import htmx, i18n, why

log = logging.getLogger(__name__)

KINDS = {Invalid: 422, Forbidden: 403, NotFound: 404, Conflict: 409, NoTimeStamp: 503}
TITLES = {
    400: _("The request cannot be read"),
    401: _("Please sign in"),
    403: _("You may not do this"),
    404: _("There is nothing here"),
    405: _("This does not work here"),
    409: _("Things have changed meanwhile"),
    413: _("This is too large"),
    415: _("This kind of file is not taken"),
    422: _("Please check what you entered"),
    429: _("Too many tries"),
    500: _("Something went wrong on our side"),
    503: _("One moment, please"),
}
WORDS = {
    400: _("Go back, reload the page and try again. Nothing was changed."),
    403: _("Your role does not include this. Your administrator can tell you who may do it."),
    404: _("Either this does not exist, or it is not yours to see. Check the address, or look in your inbox."),
    409: _("Somebody else changed this at the same time. Nothing of yours was lost or saved; look at it again."),
    413: _("A form may have 1 MB, a file 50 MB."),
    500: _("Nothing was changed. We have a record of it; tell us the number below if it happens again."),
    503: _("The server is busy. Nothing was changed; try again in a few seconds."),
}


def init_app(app) -> None:
    """Answer all errors."""
    app.register_error_handler(Exception, respond)


def respond(error: Exception):
    """The answer to any error."""
    if request.path.startswith("/api/"):
        from webapp.api import problems

        return problems.respond(error)
    if isinstance(error, HTTPException) and (error.code or 500) < 400:
        return error
    status, message, problems_ = told(error)
    if status >= 500:
        log.error("error %s at %s", trace_id(), request.url_rule, exc_info=error)  # the path may hold a party's token
    rules = why.refused(error) if isinstance(error, Forbidden) else []
    return present(status, message, problems_, _headers(error, status), rules)


def told(error: Exception) -> tuple[int, str, list[dict]]:
    """Status, sentence and single faults of an error, in the reader's language."""
    match error:
        case DomainError():
            status = next((status for kind, status in KINDS.items() if isinstance(error, kind)), getattr(error, "status", 500))
            plain = status == 404 and not isinstance(error, LinkOver)  # the same words for what is missing and what is not yours
            return status, str(WORDS[404]) if plain else i18n.say(error.message, error.details), said(error)
        case CSRFError():
            return 400, str(WORDS[400]), []
        case HTTPException():
            status = error.code or 500
        case StaleDataError() | IntegrityError():
            status = 409
        case OperationalError():
            status = 503
        case DataError() | OverflowError():
            status = 422
        case RecursionError() | UnicodeError():
            status = 400
        case _:
            status = 500
    return status, str(WORDS.get(status, "")), []


def said(error: DomainError) -> list[dict]:
    """The single faults of an error, each with its pointer and its sentence."""
    return [
        {"pointer": each["pointer"], "field": each["pointer"].strip("/").replace("/", "-"),
         "message": i18n.say(each["message"], each.get("values"))}
        for each in getattr(error, "problems", [])
    ]


def present(status: int, message: str, problems: list[dict], headers: dict | None = None, rules: list[str] | None = None):
    """A page, or a fragment for htmx, which goes to the page's place for what failed. `rules`: which rule refused it."""
    template = "errors/_fragment.html" if htmx.wants_fragment() else "errors/page.html"
    values = {"status": status, "title": TITLES.get(status, TITLES[400 if status < 500 else 500]), "message": message,
              "problems": problems, "rules": rules or [], "trace_id": trace_id() if status >= 500 else "", "back": _came_from()}
    try:
        body = render_template(template, **values)
    except Exception:
        log.exception("the error page failed")
        body = render_template("errors/bare.html", **values)
    response = make_response(body, status, headers or {})
    if htmx.wants_fragment():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#failed-told", "innerHTML"
        response.headers["HX-Reselect"] = ".alert"  # whatever part of an answer the page wanted
    return response


def _came_from() -> str:
    """The page of ours that led here, if it is another one."""
    came = urlsplit(request.referrer or "")
    is_ours = came.netloc == request.environ.get("HTTP_HOST") and came.path.startswith("/") and not came.path.startswith("//")
    return f"{came.path}?{came.query}".rstrip("?") if is_ours and (request.method == "POST" or came.path != request.path) else ""


def _headers(error: Exception, status: int) -> dict:
    headers = {"Retry-After": "3"} if status == 503 else {}
    headers |= getattr(error, "headers", {}) if isinstance(error, DomainError) else {}
    if isinstance(error, HTTPException):
        headers |= {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return headers


def trace_id() -> str:
    """This request's number, on the page and in the log."""
    if "trace_id" not in g:
        g.trace_id = uuid.uuid4().hex
    return g.trace_id
