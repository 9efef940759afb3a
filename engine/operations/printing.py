"""What the operations that make a paper share: `prepare` orders it, printing keeps no transaction open, the shelf keeps it."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import locked
from engine.documents.models import Document
from engine.i18n import _
from engine.operations import papers
from engine.operations.operation import Call, Operation, titled


class PrintingOperation(Operation):
    """Make a paper: `prepare` says what it says (`papers.order`), `kept` what follows once it lies on the case's shelf."""

    timeout_seconds = 30

    class Outputs(Schema):
        document_id = titled(fields.Integer, _("Document"))

    def run(self, inputs, call):
        return papers.make(call.snapshot)

    def record(self, result, call):
        case = locked(Case, call.case_id)
        document = papers.keep(result, call.snapshot, call)
        return {"document_id": document.id} | self.kept(case, document, call)

    def kept(self, case: Case, document: Document, call: Call) -> dict:
        """What else is noted with the paper, in the same transaction; returns the other outputs."""
        return {}
