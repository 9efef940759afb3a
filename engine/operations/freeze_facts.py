"""Freeze the list of undisputed facts for signing."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import db, locked
from engine.documents import facts
from engine.i18n import _
from engine.operations import papers
from engine.operations.operation import Operation, Rejected, faults, titled
from engine.tracks import undisputed


class FreezeFacts(Operation):
    """Print the undisputed facts with their evidence and freeze them: everybody signs exactly these bytes, or nobody has one."""

    name = "tracks.freeze_facts"
    title = _("Freeze the undisputed facts for signing")
    timeout_seconds = 30
    errors = {"facts_incomplete": _("A fact lacks its text or its evidence")}

    class Inputs(Schema):
        items = titled(fields.List, _("Facts"), cls_or_instance=fields.Dict(), required=True)

    class Outputs(Schema):
        record_id = titled(fields.Integer, _("Record of facts"))
        document_id = titled(fields.Integer, _("Document"))

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        try:
            checked = undisputed.check(call.inputs["items"])
        except undisputed.FactsUnclear as refusal:
            raise Rejected("facts_incomplete", faults(refusal.problems)) from refusal
        said = facts.of(undisputed.PAPER, case, papers.number(case, undisputed.PAPER), papers.verification(), items=checked)
        return papers.order(undisputed.PAPER, said, "mediation") | {"items": checked}

    def run(self, inputs, call):
        return papers.make(call.snapshot)

    def record(self, result, call):
        case = locked(Case, call.case_id)
        document = papers.keep(result, call.snapshot, call)
        made = undisputed.freeze(case, document, call.snapshot["items"])
        return {"record_id": made.id, "document_id": document.id}
