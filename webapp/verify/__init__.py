"""Is this message ours, is this document ours? Open to anybody, says no more than whoever asks already knows."""

import re

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.access.models import Body, Participant
from engine.cases.models import Case
from engine.db import db
from engine.documents import shelf
from engine.documents.models import Document
from engine.errors import NotFound
from engine.mediation import paper
from engine.notices import links
from webapp.api.throttle import Throttle
from webapp.app import only_reads
from webapp.identity import public

blueprint = Blueprint("verify", __name__)

NUMBER = re.compile(r"[0-9]{8}")
LEVELS = {  # of signatures (PAdES, ETSI EN 319 142-1)
    "B-B": _l("The signatures hold. Their times are what our system noted; no authority has stamped them."),
    "B-T": _l("Every signature bears the time stamp of an independent authority."),
    "B-LTA": _l("Every signature bears a time stamp, and the whole document one more, with everything to check it by: provable "
                "for the long term."),
    "later": _l("The document bears a time stamp with everything to check it by: provable for the long term. Its signatures were "
                "made before there was an authority; that they existed is proven from the time of that stamp on."),
}
guesses = Throttle("check-code", limit=10, seconds=600)  # four digits must not be tried out against somebody's telephone number


@blueprint.get("")
@blueprint.get("/")
@public
def index():
    """Two questions: the check code of a message, or that of a document."""
    return render_template("verify/index.html", code=request.args.get("c", "")[:16], answer=None, case=None)


@blueprint.post("")
@public
@only_reads
def check():
    """Answer one of them."""
    code, tail = request.form.get("code", "").strip()[:16], request.form.get("tail", "").strip()[:4]
    answer = _message(code, tail) if tail else _document(code)
    return render_template("verify/index.html", code=code, tail=tail, answer=answer, case=None), 200 if answer["is_ours"] else 404


def _message(code: str, tail: str) -> dict:
    """The message with this check code went to a telephone ending like this. Raises TooManyRequests."""
    guesses.check(tail)
    found = [_told(link) for link in links.by_check_code(code, tail)] if NUMBER.fullmatch(code + tail) else []
    if not found:
        guesses.count(tail)
        return {
            "is_ours": False,
            "text": _("We sent no message with this check code to this number. Do not open its link; call the organisation."),
        }
    return {"is_ours": True, "text": _("Yes, this message is ours."), "messages": found}


def _told(link) -> dict:
    case = db.session.get(Case, link.case_id)
    sender = db.session.get(Body, case.organisation_id) if case.organisation_id else None
    return {
        "sender": sender,
        "sent_at": link.created_at,
        "name": db.session.get(Participant, link.participant_id).name[:1] + "**",
    }


def _document(code: str) -> dict:
    """The document with this check code, who signed it, and whether that still holds."""
    try:
        found = shelf.by_check_code(code)
    except NotFound:
        return {"is_ours": False, "text": _("We made no document with this check code.")}
    told = shelf.check(found) if found.signatures else None
    if told is not None and not told.ok:
        return {
            "is_ours": False,
            "text": _("A document with this check code is ours, but its signatures no longer hold."),
            "document": found,
            "papers": _papers(found),
        }
    return {"is_ours": True, "text": _("Yes, this document is ours."), "document": found, "told": told, "levels": LEVELS,
            "papers": _papers(found)}


def _papers(document: Document) -> dict[int, dict]:
    """The signatures on it that were made on paper: what certifies each names the scan."""
    return {key: {"scan_sha256": db.session.get(Document, row.scan_id).sha256, "checked_at": row.checked_at,
                  "by_agent": row.agent_id is not None}
            for key, row in paper.of_document(document).items()}
