"""The English reading copy of a paper: printed from what the paper was told; the Chinese text governs. Nobody signs it, so the
numbers and homes of others than the reader's own side are left out of it."""

from collections.abc import Callable

from flask import Response

from engine.db import db, transaction
from engine.documents import particulars, render, shelf, templates
from engine.documents.models import Document
from engine.errors import NotFound


def answer(document_id: int, allow: Callable) -> Response:
    """The copy as a file; `allow` tells who asks, and raises when the paper is not theirs. Raises NotFound when there is none."""
    with transaction(write=False):
        found = db.session.get(Document, document_id)
        if found is None:
            raise NotFound()
        own = particulars.own_names(allow(found), found.case_id)
        told, kind = shelf.told(found), found.kind
    if told is None or not templates.is_in_english(kind):
        raise NotFound()
    response = Response(render.pdf(kind, particulars.for_reader(kind, told, own), "en").data, content_type="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"{kind}-reading-copy.pdf")
    response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response

