"""What every answer carries and every request must bring: headers, CSRF token, host name, size."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

from engine import texts
from engine.config import Settings

MEBIBYTE = 1024 * 1024
UPLOAD_LIMIT = 50 * MEBIBYTE
MACHINES = ("/api/", "/hooks/")  # no session cookie, so no CSRF

CONTENT_SECURITY = "; ".join([
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",  # diagrams place their parts by style attributes; <style> stays forbidden
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
])
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
}

csrf = CSRFProtect()


def uploads(view):
    """Mark a view that takes files: up to 50 MiB instead of 1."""
    view.takes_uploads = True
    return view


class RowNumber(IntegerConverter):
    """A number in an address: longer ones are no row's, on either database."""

    regex = r"\d{1,9}"


class PlainText(UnicodeConverter):
    """A text in an address; control characters are in nobody's name."""

    def to_python(self, value: str) -> str:
        if not value.isprintable():
            raise ValidationError()
        return super().to_python(value)


def init_app(app, settings: Settings) -> None:
    """Set keys, cookies and limits, and put the headers on."""
    app.url_map.converters.update(int=RowNumber, string=PlainText, default=PlainText)
    app.config.update(
        SECRET_KEY=settings.secret_key or kept_key(settings.data),
        MAX_CONTENT_LENGTH=MEBIBYTE,
        MAX_FORM_MEMORY_SIZE=MEBIBYTE,
        MAX_FORM_PARTS=2000,
        TRUSTED_HOSTS=trusted_hosts(settings),
        SESSION_COOKIE_NAME="sutiao",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=12 * 3600,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    csrf.init_app(app)
    app.before_request(_check)
    app.before_request(_refuse_unreadable)
    app.after_request(_add_headers)


def kept_key(folder: Path) -> str:
    """The key for sessions and tokens, made once and kept in the data folder."""
    file = folder / "secret.key"
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as target:
            target.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return file.read_text()


def trusted_hosts(settings: Settings) -> list[str]:
    """The host names the web answers to."""
    named = [name.strip() for name in settings.trusted_hosts.split(",") if name.strip()]
    return named or [host for host in (urlsplit(settings.public_url).hostname, "localhost", "127.0.0.1", "[::1]") if host]


def _refuse_unreadable():
    """What people and their browsers send: questions, forms, names of files, JSON. The machines' bodies have their own reader."""
    texts.refuse(request.args.to_dict(flat=False))
    if request.method not in ("GET", "HEAD", "OPTIONS") and not request.path.startswith(MACHINES):
        texts.refuse(request.form.to_dict(flat=False))
        texts.refuse({name: [each.filename or "" for each in request.files.getlist(name)] for name in request.files})
        if request.is_json:
            texts.refuse(request.get_json(silent=True))


def _check():
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_uploads", False):
        request.max_content_length = UPLOAD_LIMIT
    if current_app.config.get("WTF_CSRF_ENABLED", True) and not request.path.startswith(MACHINES):
        csrf.protect()


def _add_headers(response):
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
