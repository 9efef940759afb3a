"""List what goes to the court with the result."""

from marshmallow import Schema, fields

from engine.cases import outcomes
from engine.cases.models import Case
from engine.db import db, locked
from engine.documents import facts, handover
from engine.i18n import _
from engine.operations import papers
from engine.operations.operation import Operation, titled


class HandOver(Operation):
    """Print the hand-over list under the organisation's seal, and keep the same items with the outcome on record."""

    name = "cases.hand_over"
    title = _("List the papers that go to the court")
    timeout_seconds = 30

    class Outputs(Schema):
        document_id = titled(fields.Integer, _("Document"))

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        listed = handover.items(case)
        told = facts.of(handover.LIST, case, papers.number(case, handover.LIST), papers.verification(),
                        items=handover.on_paper(listed))
        return papers.order(handover.LIST, told, "filing", {"organisation": case.organisation}) | {"listed": listed}

    def run(self, inputs, call):
        return papers.make(call.snapshot)

    def record(self, result, call):
        outcomes.hand_over(locked(Case, call.case_id), call.snapshot["listed"])
        return {"document_id": papers.keep(result, call.snapshot, call).id}
