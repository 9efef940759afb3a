"""Note how the court ended a docketed case."""

from datetime import date, datetime, time

from marshmallow import Schema, fields
from marshmallow.validate import OneOf
from sqlalchemy import select

from engine.cases.models import Case
from engine.clock import SHANGHAI
from engine.courts import applications, docketed
from engine.db import db, locked
from engine.documents.models import Document
from engine.i18n import _
from engine.notices import serving
from engine.operations.operation import Operation, Rejected, optional_text, titled

PAPERS = {"mediation_letter": "mediation_letter", "withdrawal": "docket_ruling", "deemed_withdrawn": "docket_ruling",
          "performed": "closing_record", "trial": "trial_notice"}


class EndDocketed(Operation):
    """Note the court's ending of a docketed case, with its fee; a mediation letter binds once all have signed for it."""

    name = "courts.end_docketed"
    title = _("Note how the court ended the docketed case")
    errors = {"not_docketed": _("The court has not docketed this case")}

    class Inputs(Schema):
        ending = titled(fields.String, _("Ending"), required=True, validate=OneOf(list(docketed.ENDINGS)))
        number = optional_text(_("Case number"))
        reason = optional_text(_("Reason"))
        decided_on = optional_text(_("Day of the decision"))
        in_force_on = optional_text(_("In force from"))

    class Outputs(Schema):
        ending = titled(fields.String, _("Ending"))

    def record(self, result, call):
        case, told = locked(Case, call.case_id), call.inputs
        signed_for = docketed.last_signed_for(case.id) if told["ending"] == "mediation_letter" else None
        try:
            row = docketed.end(
                case, told["ending"], docketed.who_judged(case), told["reason"] or "", told["number"] or _letter_number(case),
                _paper(case, told["ending"]), _moment(told["decided_on"]), _moment(told["in_force_on"]) or signed_for)
        except docketed.NotDocketed as refusal:
            raise Rejected("not_docketed") from refusal
        if row.in_force_at is not None or row.kind != "mediation_letter":
            serving.close_letter(case.id, row.in_force_at if row.kind == "mediation_letter" else None)
        return {"ending": row.kind}


def _letter_number(case: Case) -> str:
    """The number of a letter before docketing; that of a docketed case is the case's own."""
    asked = applications.latest(case.id, "letter") if case.regime == "A" else None
    return asked.number if asked else ""


def _paper(case: Case, ending: str) -> int | None:
    """The latest paper that says so."""
    asked = select(Document.id).where(Document.case_id == case.id, Document.kind == PAPERS.get(ending, ""))
    return db.session.scalar(asked.order_by(Document.id.desc()).limit(1))


def _moment(day: str | None) -> datetime | None:
    return datetime.combine(date.fromisoformat(day), time(), SHANGHAI) if day else None
