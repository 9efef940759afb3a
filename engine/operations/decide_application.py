"""Note what a court made of an application."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.courts import applications, confirmation
from engine.db import locked
from engine.i18n import _
from engine.notices import serving
from engine.operations.operation import Operation, Rejected, titled

STATUSES = ("accepted", "not_accepted", "issued", "rejected", "enforceable", "objected", "ended", "lapsed", "paid", "upheld",
            "late", "docketed", "dropped", "granted", "refused")

LETTER = "letter"  # one that is refused, or that somebody does not sign for, is served on nobody any longer
# nothing is entered for these; a ruling that was made has its number already
UNNUMBERED = ("not_accepted", "late", "dropped", "granted", "refused")


class DecideApplication(Operation):
    """Note what the court made of an application: taken up under its number, issued, rejected, enforceable, lapsed and so on.

    An objection that is upheld takes the confirmation away (CPL-Interp 372).
    """

    name = "courts.decide_application"
    title = _("Note what the court made of an application")
    errors = {"nothing_asked_for": _("Nothing of this kind was asked of a court in this case.")}

    class Inputs(Schema):
        kind = titled(fields.String, _("What is asked for"), required=True, validate=OneOf(applications.KINDS))
        status = titled(fields.String, _("What became of it"), required=True, validate=OneOf(STATUSES))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)
        number = titled(fields.String, _("Number the court's own system gave it"), load_default="", allow_none=True)

    class Outputs(Schema):
        number = titled(fields.String, _("Case number"))

    def record(self, result, call):
        case, said = locked(Case, call.case_id), call.inputs
        if applications.latest(case.id, said["kind"]) is None:
            raise Rejected("nothing_asked_for")
        decided = applications.decide(case.id, said["kind"], said["status"], said["reason"] or "")
        if said["number"]:
            applications.note_number(case.id, said["kind"], said["number"])
        if said["status"] not in UNNUMBERED:
            applications.numbered(decided, case)
        if (said["kind"], said["status"]) == ("objection", "upheld"):
            confirmation.set_aside(case.id, said["reason"] or "")
        if said["kind"] == LETTER and said["status"] != "issued":
            serving.close_letter(case.id, None)
        return {"number": decided.number}
