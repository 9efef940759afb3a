"""Keep that the mediator found everything performed."""

from datetime import date

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.mediation import obligations
from engine.operations.operation import Operation, titled


class NoteAllPerformed(Operation):
    """Keep that the mediator looked into it and found the agreement performed in full: every obligation that was still open is
    verified, so that the register of obligations and the way the case ended say the same.
    """

    name = "performance.note_all"
    title = _("Note that everything is performed")

    class Inputs(Schema):
        on = titled(fields.Date, _("Day"), load_default=None, allow_none=True)
        remark = titled(fields.String, _("Remark"), load_default="", allow_none=True)

    class Outputs(Schema):
        noted = titled(fields.List, _("Obligations that were still open"), cls_or_instance=fields.Integer())

    def record(self, result, call):
        case, said = locked(Case, call.case_id), call.inputs
        rows = obligations.verify_all(case, date.fromisoformat(str(said["on"])) if said["on"] else None, said["remark"] or "")
        return {"noted": [row.id for row in rows]}
