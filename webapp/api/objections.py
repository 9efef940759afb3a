"""POST /objections: a court's own system registers an objection to its confirming ruling that came to it on paper."""

import hashlib

from flask import g
from flask_smorest import Blueprint

from engine import storage
from engine.courts.models import RulingObjection
from engine.errors import Forbidden, Invalid
from engine.inbox.asking import ruling_objections
from webapp.api import describe, idempotency, incoming, presenting
from webapp.api.identity import needs
from webapp.api.schemas import ObjectionSchema
from webapp.api.uploads import Upload, all_judged

blueprint = Blueprint("api_objections", __name__, description="Objections to confirming rulings")
blueprint.before_request(incoming.receive)


@blueprint.post("/objections")
@describe.operation("Register an objection to a confirming ruling", json=ObjectionSchema, multipart="objection",
                    answer="ObjectionTaken", status=201, keyed=True, problems=(400, 401, 403, 404, 409, 413, 415, 422))
@needs("messages")
def create():
    """What came to the court on paper (CPL-Interp 372): as JSON, or as a multipart request with the JSON in the part `objection`
    and the scans beside it. Its time is counted at once, and the court says by `ruling_objection_decided` what became of it.
    """
    if not g.actor.is_court_system:
        raise Forbidden()
    idempotency.header()
    value, parts = incoming.parts("objection")
    told, found = incoming.faults(ObjectionSchema, value)
    files, wrong = all_judged(parts)
    if found or wrong:
        raise Invalid(problems=found + wrong)
    answers = {key: each for key, each in told.items() if each not in (None, "")}

    def registered() -> dict:
        kept = [{"sha256": storage.put(one.data), "name": one.name, "media_type": one.media_type, "size": len(one.data)}
                for one in files]
        return _told(ruling_objections.register(g.actor, answers, kept))

    return idempotency.once({"body": told, "files": _prints(files)}, registered)


def _told(row: RulingObjection) -> dict:
    case, counted = ruling_objections.case_of(row), row.explanation or {}
    return {"objection": row.id, "receipt_code": row.receipt_code, "case": case.number, "status": row.status,
            "received_at": presenting.when(row.received_at), "term": row.term or None, "due_at": presenting.when(row.due_at),
            "in_time": row.counted_in_time,
            "explanation": presenting.words(counted.get("zh", ""), counted.get("en", "")),
            "links": {"self": f"{presenting.ROOT}/cases/{case.number}",
                      "messages": f"{presenting.ROOT}/cases/{case.number}/messages"}}


def _prints(files: list[Upload]) -> list:
    return sorted([upload.name, hashlib.sha256(upload.data).hexdigest()] for upload in files)
