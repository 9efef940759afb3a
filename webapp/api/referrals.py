"""POST /referrals, /referrals/batch and /applications: disputes come in."""

import hashlib

from flask import g, request
from flask_smorest import Blueprint

from engine.cases import batch, intake, sheet
from engine.db import db, transaction
from engine.errors import Invalid, problem
from engine.i18n import _
from webapp.api import describe, idempotency, incoming, presenting, problems, uploads
from webapp.api.identity import needs
from webapp.api.schemas import ApplicationSchema, ReferralSchema
from webapp.app import without_transaction

blueprint = Blueprint("api_referrals", __name__, description="Referrals, applications, batches")
blueprint.before_request(incoming.receive)

ROWS = {"type": "array", "minItems": 1, "maxItems": batch.MAX_ROWS, "items": ReferralSchema}
FAULTS = (400, 401, 403, 409, 413, 415, 422)


@blueprint.post("/referrals")
@describe.operation("Send a referral", json=ReferralSchema, multipart="referral", answer="Taken", status=201, keyed=True,
                    problems=FAULTS)
@needs("referrals")
def create():
    """As JSON, or as a multipart request with the JSON in the part `referral` and the evidence files beside it."""
    return _create(ReferralSchema, lambda referral: intake.accept(g.actor, referral, "api"))


@blueprint.post("/applications")
@describe.operation("Ask a mediation organisation for mediation", json=ApplicationSchema, multipart="referral", answer="Taken",
                    status=201, keyed=True, problems=FAULTS)
@needs("applications")
def apply():
    """For institutions: the same as a referral, without a court.

    The institution must be one of the parties (`body`), and `consents` and `agents` are taken for it alone: the other parties
    are asked themselves.
    """
    return _create(ApplicationSchema, lambda application: intake.apply(g.actor, application, "api"))


def _create(schema, take):
    idempotency.header()
    value, parts = incoming.parts()
    referral, found = incoming.faults(schema, value)
    files, wrong = uploads.all_judged(parts)
    wrong += _unmatched(value, {upload.name for upload in files}) if parts or not found else []
    if found or wrong:
        raise Invalid(problems=found + wrong)

    def opened() -> dict:
        case = take(referral)
        _keep(files, referral, case)
        db.session.flush()
        return presenting.taken(case)

    return idempotency.once({"body": referral, "files": _prints(files)}, opened)


def _unmatched(value, names: set[str]) -> list[dict]:
    """Every file belongs to a line of the evidence list, and every file the list names has come."""
    rows = value.get("evidence") if isinstance(value, dict) else None
    rows = [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []
    named = [(index, uploads.clean_name(row["file"])) for index, row in enumerate(rows)
             if isinstance(row.get("file"), str) and row["file"]]
    wrong = [problem(f"/evidence/{index}/file", "file_missing", _("This file is not in the request."))
             for index, name in named if name not in names]
    return wrong + [problem("/files", "file_not_listed", _("A file is not named in the evidence list: %(name)s."), name=name)
                    for name in sorted(names - {name for _index, name in named})]


def _keep(files: list[uploads.Upload], referral: dict, case) -> None:
    by_name = {upload.name: upload for upload in files}
    for row in referral["evidence"]:
        if row["file"]:
            uploads.keep(by_name[uploads.clean_name(row["file"])], case, row["name"], "applicant", g.actor.name)


def _prints(files: list[uploads.Upload]) -> list:
    return sorted([upload.name, hashlib.sha256(upload.data).hexdigest()] for upload in files)


@blueprint.post("/referrals/batch")
@describe.operation("Send many referrals", json=ROWS, xlsx=True, answer="BatchReport",
                    problems=(400, 401, 403, 413, 415, 422))
@without_transaction
@needs("referrals")
def create_batch():
    """A JSON list or an .xlsx sheet. Good rows are taken, each by itself; the report tells what was wrong with the rest.

    Sending the same batch again makes no second case: rows that are here already are reported with their numbers.
    """
    actor = g.actor
    report = list(batch.take(_rows(), lambda row: intake.accept(actor, incoming.load(ReferralSchema, row), "batch"), transaction))
    return {"rows": len(report), **batch.tally(report), "report": [_reported(outcome) for outcome in report]}


def _rows() -> list[batch.Row]:
    incoming.expect(incoming.JSON, incoming.XLSX)
    if request.mimetype == incoming.XLSX:
        return sheet.rows_of_sheet(incoming.data())
    return batch.rows_of_list(incoming.json_body())


def _reported(outcome: batch.Outcome) -> dict:
    told = {"row": outcome.row, "external_ref": outcome.external_ref, "status": outcome.status}
    if outcome.number:
        told["number"] = outcome.number
    if outcome.error is not None:
        told["problems"] = problems.faults(outcome.error, outcome.columns)
    return told
