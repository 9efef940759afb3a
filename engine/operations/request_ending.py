"""Ask the court to end a docketed case as the parties settled it."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.courts import messages
from engine.db import db
from engine.i18n import _
from engine.operations.court_callback import CourtCallback
from engine.operations.operation import titled

ASKED = ("withdrawal", "performed", "mediation_letter")


class RequestEnding(CourtCallback):
    """Hand the agreement to the court that entrusted the case: for a mediation letter, leave to withdraw, or closing."""

    name = "courts.request_ending"
    title = _("Ask the court to end the docketed case")

    class Inputs(Schema):
        ending = titled(fields.String, _("What is asked for"), required=True, validate=OneOf(ASKED))

    def prepare(self, call):
        case = db.session.get(Case, call.case_id)
        return self.addressed(case.court_id, messages.ending_requested(case, call.inputs["ending"]))
