"""Freeze an agreement."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.i18n import _
from engine.operations.operation import Operation, titled

SCOPES = ("full", "partial")


class FreezeAgreement(Operation):
    """Check the terms, print the agreement and freeze it: everybody signs exactly these bytes, or a new version is drafted."""

    name = "mediation.freeze_agreement"
    title = _("Freeze the agreement for signing")
    timeout_seconds = 30
    errors = {"agreement_incomplete": _("A term is unclear: debtor, creditor, sum, day or act is missing")}

    class Inputs(Schema):
        terms = titled(fields.List, _("Terms"), cls_or_instance=fields.Dict(), required=True)
        facts = titled(fields.String, _("Facts and points in dispute"), load_default="", allow_none=True)
        default_clause = titled(fields.String, _("What follows late performance"), load_default="", allow_none=True)
        final_clause = titled(fields.String, _("Settlement clause"), load_default="", allow_none=True)
        scope = titled(fields.String, _("All of the dispute, or a part"), load_default="full", validate=OneOf(SCOPES))
        remainder = titled(fields.String, _("What stays in dispute"), load_default="", allow_none=True)

    class Outputs(Schema):
        agreement_id = titled(fields.Integer, _("Agreement"))
        document_id = titled(fields.Integer, _("Document"))
        sha256 = titled(fields.String, _("Hash that signers see"))
