"""Hand out a document; that somebody opened it is on record when it is being served on them."""

from collections.abc import Callable

from flask import Response, request

from engine import storage
from engine.access.actor import Actor
from engine.db import transaction
from engine.documents.models import Document
from engine.notices import serving


def answer(theirs: Callable[[], tuple[Actor, Document, list[int]]]) -> Response:
    """The file. `theirs` says who asks, for which document, and for which participants they read it; it raises otherwise."""
    with transaction(write=False):
        actor, found, people = theirs()
        given = file_answer(found)
        news = [] if _is_fetched_ahead() else [person for person in people if serving.is_news(found.id, person)]
    if news:
        with transaction():
            for person in news:
                serving.opened(found.id, person, actor.name)
    return given


def _is_fetched_ahead() -> bool:
    """Did a program ask before anybody wanted to read?"""
    return request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))


def file_answer(found: Document) -> Response:
    """A document's bytes under its title: PDF to read in the browser, anything else to keep."""
    is_pdf = found.media_type == "application/pdf"
    answer = Response(storage.get(found.sha256), content_type=found.media_type)
    name = " ".join((found.filename or f"{found.title}.pdf").split())
    answer.headers.set("Content-Disposition", "inline" if is_pdf else "attachment", filename=name)
    # The readers of Safari and Chrome are pages of their own: a sandbox, or the policy of our pages, leaves them blank.
    answer.headers["Content-Security-Policy"] = "frame-ancestors 'none'" if is_pdf else "sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
