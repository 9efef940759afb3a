"""Tell a court's own system what a party asks of it, or did about it."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.courts import applications, confirmation, messages
from engine.db import db
from engine.i18n import _
from engine.operations.court_callback import CourtCallback
from engine.operations.operation import Rejected, titled

KINDS = ("payment_order", "enforcement", "confirmation", "letter")
EVENTS = ("requested", "paid", "objected", "suit", "no_suit", "supplemented", "withdrawal_requested", "given_up")


class TellApplication(CourtCallback):
    """Tell the court's system of an application and what became of it among the parties: paid, objected, no suit wanted; of a
    confirmation: supplemented, withdrawal asked for; of a mediation letter: no longer wanted. A court whose people work here, or
    that has no system, is told nothing.
    """

    name = "courts.tell_application"
    title = _("Tell the court's system about an application")
    errors = {**CourtCallback.errors, "nothing_asked_for": _("Nothing of this kind was asked of a court in this case.")}

    class Inputs(Schema):
        kind = titled(fields.String, _("What is asked for"), required=True, validate=OneOf(KINDS))
        event = titled(fields.String, _("What happened"), required=True, validate=OneOf(EVENTS))
        text = titled(fields.String, _("What the party says"), load_default="", allow_none=True)
        amount = titled(fields.Decimal, _("Amount"), load_default=None, allow_none=True)

    def prepare(self, call):
        case, said = db.session.get(Case, call.case_id), call.inputs
        if said["kind"] == "confirmation":
            message = messages.confirmation_event(case, said["event"], said["text"] or "")
            return self.addressed(confirmation.court_of(case.id), message)
        asked = applications.latest(case.id, said["kind"])
        if asked is None:
            raise Rejected("nothing_asked_for")
        message = messages.application(case, asked, said["event"], said["text"] or "", said["amount"])
        return self.addressed(asked.court_id, message)
