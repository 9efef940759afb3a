"""Draw the mediator of a case by lot."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import db, locked
from engine.i18n import _
from engine.mediation import draws
from engine.mediation.models import OrganisationProfile
from engine.operations.operation import Operation, titled
from engine.workflow.models import Instance, OperationCall


class DrawMediator(Operation):
    """Where the organisation assigns by lot: draw among the candidates of the best rank, weighted by room and fair rotation.

    The draw is kept with everything it takes to do it again. Nobody is drawn where the organisation assigns by hand, or where
    nobody may be assigned.
    """

    name = "mediation.draw"
    title = _("Draw a mediator by lot")

    class Inputs(Schema):
        decision = titled(fields.String, _("Id of the decision table that rated them"), required=True)
        candidates = titled(fields.List, _("Mediators as they were proposed"), cls_or_instance=fields.Dict(), required=True)
        rated = titled(fields.List, _("What the table said of each"), cls_or_instance=fields.Dict(), required=True)
        declined = titled(fields.List, _("User ids that are left out"), cls_or_instance=fields.Integer(), load_default=list)

    class Outputs(Schema):
        drawn = titled(fields.List, _("Whom the lot fell on: none, or one"), cls_or_instance=fields.Dict())

    def record(self, result, call):
        case, asked = locked(Case, call.case_id), call.inputs
        profile = db.session.get(OrganisationProfile, case.organisation_id) if case.organisation_id else None
        if profile is None or not profile.assigns_by_lot:
            return {"drawn": []}
        row = draws.draw(case, db.session.get(Instance, call.instance_id), db.session.get(OperationCall, call.id).process_key,
                         asked["decision"], asked["candidates"], asked["rated"], asked["declined"])
        return {"drawn": [each for each in row.rated if each["id"] == row.winner_id] if row else []}
