"""List what goes to the court with the result."""

from engine.cases import outcomes
from engine.cases.models import Case
from engine.db import db
from engine.documents import facts, handover
from engine.i18n import _
from engine.operations import papers
from engine.operations.printing import PrintingOperation


class HandOver(PrintingOperation):
    """Print the hand-over list under the organisation's seal, and keep the same items with the outcome on record."""

    name = "cases.hand_over"
    title = _("List the papers that go to the court")

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        listed = handover.items(case)
        told = facts.of(handover.LIST, case, papers.number(case, handover.LIST), papers.verification(),
                        items=handover.on_paper(listed))
        return papers.order(handover.LIST, told, "filing", {"organisation": case.organisation}) | {"listed": listed}

    def kept(self, case, document, call):
        outcomes.hand_over(case, call.snapshot["listed"])
        return {}
