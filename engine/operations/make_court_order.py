"""Write a court's order or ruling outside the confirmation procedure."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.access.models import Body, Participant
from engine.cases.models import Case
from engine.courts import applications
from engine.db import db
from engine.documents import facts, facts_of_claims
from engine.i18n import _
from engine.notices import send, serving
from engine.operations import papers
from engine.operations.operation import Operation, Rejected, titled

RULINGS = ("order_rejected", "order_ended", "order_unserved", "objection_rejected", "objection_upheld", "objection_changed")


class MakeCourtOrder(Operation):
    """Write a payment order, or the ruling that rejects or ends the procedure, or that decides on an objection; under the number
    of the court's series and its seal. A court that decides in its own system makes its papers there: nothing is written then.
    Whoever is named in `serve_to` is served with it up the ladder.
    """

    name = "courts.make_order"
    title = _("Make a court's order or ruling")
    timeout_seconds = 30
    errors = {"nothing_asked_for": _("Nothing of this kind was asked of a court in this case.")}

    class Inputs(Schema):
        paper = titled(fields.String, _("Which paper"), required=True, validate=OneOf(("payment_order", *RULINGS)))
        kind = titled(fields.String, _("What is asked for"), required=True, validate=OneOf(applications.KINDS))
        creditor = titled(fields.Integer, _("Creditor"), load_default=None, allow_none=True)
        debtor = titled(fields.Integer, _("Debtor"), load_default=None, allow_none=True)
        amount = titled(fields.Decimal, _("Amount"), load_default=None, allow_none=True)
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)
        serve_to = titled(fields.Raw, _("On whom it is served"), load_default=None, allow_none=True)

    class Outputs(Schema):
        document_id = titled(fields.Integer, _("Document"), allow_none=True)
        number = titled(fields.String, _("Case number"))

    def prepare(self, call):
        asked, case = call.inputs, db.session.get(Case, call.case_id)
        application = applications.latest(call.case_id, asked["kind"])
        if application is None:
            raise Rejected("nothing_asked_for")
        if not applications.decides_here(application):
            return {}
        court, number = db.session.get(Body, application.court_id), applications.number_for(case, asked["kind"])
        template = "payment_order" if asked["paper"] == "payment_order" else "procedure_ruling"
        people = {key: db.session.get(Participant, asked[key]) for key in ("creditor", "debtor") if asked[key]}
        told = facts.of(template, case, number, papers.verification(), court=court.name, ruling=asked["paper"],
                        **facts_of_claims.court_paper(case, people, asked["amount"], asked["reason"] or "", application),
                        signers=[facts.place("court", court.name)])
        return papers.order(template, told, "filing", {"court": court})

    def run(self, inputs, call):
        return papers.make(call.snapshot) if call.snapshot else {}

    def record(self, result, call):
        if not call.snapshot:
            return {"document_id": None, "number": applications.latest(call.case_id, call.inputs["kind"]).number}
        document = papers.keep(result, call.snapshot, call)
        if call.inputs["serve_to"]:
            case = db.session.get(Case, call.case_id)
            for person in send.recipients(case, call.inputs["serve_to"]):
                serving.begin(case, person, document)
        return {"document_id": document.id, "number": call.snapshot["facts"]["number"]}
