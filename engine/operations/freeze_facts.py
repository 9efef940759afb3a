"""Freeze the list of undisputed facts for signing."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import db
from engine.documents import facts
from engine.i18n import _
from engine.operations import papers
from engine.operations.operation import Rejected, faults, titled
from engine.operations.printing import PrintingOperation
from engine.tracks import undisputed


class FreezeFacts(PrintingOperation):
    """Print the undisputed facts with their evidence and freeze them: everybody signs exactly these bytes, or nobody has one."""

    name = "tracks.freeze_facts"
    title = _("Freeze the undisputed facts for signing")
    errors = {"facts_incomplete": _("A fact lacks its text or its evidence")}

    class Inputs(Schema):
        items = titled(fields.List, _("Facts"), cls_or_instance=fields.Dict(), required=True)

    class Outputs(PrintingOperation.Outputs):
        record_id = titled(fields.Integer, _("Record of facts"))

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        try:
            checked = undisputed.check(call.inputs["items"])
        except undisputed.FactsUnclear as refusal:
            raise Rejected("facts_incomplete", faults(refusal.problems)) from refusal
        said = facts.of(undisputed.PAPER, case, papers.number(case, undisputed.PAPER), papers.verification(), items=checked)
        return papers.order(undisputed.PAPER, said, "mediation") | {"items": checked}

    def kept(self, case, document, call):
        return {"record_id": undisputed.freeze(case, document, call.snapshot["items"]).id}
