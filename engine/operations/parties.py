"""Let parties leave or join a case."""

from marshmallow import Schema, fields

from engine.cases import parties
from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.mediation import agreement
from engine.operations.operation import Operation, Rejected, titled


class ReleaseParties(Operation):
    """Note that some of several parties left alone; the mediation goes on with the others. They owe and sign nothing.

    A text that is being signed names them: it is void, and drafted again.
    """

    name = "cases.release_parties"
    title = _("Let parties leave the case")
    errors = {"last_of_its_side": _("Nobody of that side would be left")}

    class Inputs(Schema):
        participants = titled(fields.List, _("Participants"), cls_or_instance=fields.Integer(), required=True)
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)

    def record(self, result, call):
        case = locked(Case, call.case_id)
        try:
            parties.release(case, call.inputs["participants"], call.inputs["reason"] or "")
        except parties.SideWouldBeEmpty as refusal:
            raise Rejected("last_of_its_side", str(refusal)) from refusal
        agreement.void_text(case.id, "有当事人退出，文本作废，重新起草")
        return {}


class AddThirdParty(Operation):
    """Write down who is named as a third party, so that they can be invited; they are no party before they say yes."""

    name = "cases.add_third_party"
    title = _("Enter a third party")

    class Inputs(Schema):
        person = titled(fields.Dict, _("Name, kind, identity, telephone, address"), required=True)

    class Outputs(Schema):
        third_party = titled(fields.Dict, _("The third party: id, side, name, and what it is asked to join"))

    def record(self, result, call):
        case = locked(Case, call.case_id)
        person = parties.invite_third(case, call.inputs["person"])
        return {"third_party": {"id": person.id, "side": person.side, "name": person.name, "matter": parties.matter(case)}}


class AdmitThirdParty(Operation):
    """The third party agreed: from now on it is a party of the case."""

    name = "cases.admit_third_party"
    title = _("Take a third party in")

    class Inputs(Schema):
        participant = titled(fields.Integer, _("Participant"), required=True)

    def record(self, result, call):
        parties.admit(locked(Case, call.case_id), call.inputs["participant"])
        return {}
