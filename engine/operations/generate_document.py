"""Fill a document template and put it on the case's shelf."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.i18n import _
from engine.operations.operation import Operation, titled

AUDIENCES = ("filing", "mediation", "side:applicant", "side:respondent", "mediator", "organisation", "court")


class GenerateDocument(Operation):
    """Fill a document template with the case's facts, print it as PDF/A and put it on the case's shelf."""

    name = "documents.generate"
    title = _("Make a document")
    timeout_seconds = 30

    class Inputs(Schema):
        template = titled(fields.String, _("Template"), required=True)
        audience = titled(fields.String, _("Who may see it"), load_default="filing", validate=OneOf(AUDIENCES))
        reason = titled(fields.String, _("Reason"), load_default="", allow_none=True)

    class Outputs(Schema):
        document_id = titled(fields.Integer, _("Document"))
