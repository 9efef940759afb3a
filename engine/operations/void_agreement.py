"""Void an agreement that not everybody has signed."""

from marshmallow import Schema

from engine.cases.models import Case
from engine.db import locked
from engine.i18n import _
from engine.mediation import agreement
from engine.operations.operation import Operation, optional_text


class VoidAgreement(Operation):
    """The text open for signing and all signatures on it are void: what it says is no longer so. What has taken effect stays."""

    name = "mediation.void_agreement"
    title = _("Void the agreement that is being signed")

    class Inputs(Schema):
        reason = optional_text(_("Reason"))

    class Outputs(Schema):
        pass

    def record(self, result, call):
        agreement.void_text(locked(Case, call.case_id).id, call.inputs["reason"] or "")
        return {}
