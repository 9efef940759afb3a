"""Give a case to a mediation organisation."""

from marshmallow import Schema, fields
from sqlalchemy import select

from engine.access.models import Body, BodyKind
from engine.cases.models import Case
from engine.db import db, locked
from engine.i18n import _
from engine.operations.operation import Operation, Rejected, titled


class AssignOrganisation(Operation):
    """Give the case to the mediation organisation of this code; its coordinator is asked next."""

    name = "cases.assign_organisation"
    title = _("Assign a mediation organisation")
    errors = {"no_organisation": _("No active mediation organisation has this code")}

    class Inputs(Schema):
        organisation = titled(fields.String, _("Code of the organisation"), required=True)

    class Outputs(Schema):
        organisation = titled(fields.String, _("Code of the organisation"))

    def record(self, result, call):
        code = call.inputs["organisation"]
        body = db.session.scalar(select(Body).where(Body.code == code, Body.kind == BodyKind.ORGANISATION, Body.is_active))
        if body is None:
            raise Rejected("no_organisation", code)
        locked(Case, call.case_id).organisation_id = body.id
        return {"organisation": body.code}
