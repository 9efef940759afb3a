"""Write down that both sides applied for confirmation at the court, in words."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.courts import confirmation
from engine.courts.competence import NoCompetentCourt
from engine.db import locked
from engine.documents import facts
from engine.documents.wording import at_minute
from engine.i18n import _
from engine.operations import papers
from engine.operations.operation import Rejected, optional_text, titled
from engine.operations.printing import PrintingOperation


class RecordOralApplication(PrintingOperation):
    """Write the record of an oral application for confirmation, which stands for the written one (CPL-Interp 353): what both said
    before the court, with room for their signatures. The application counts from when the last of them said it.
    """

    name = "courts.record_oral_application"
    title = _("Make the record of an oral application")
    errors = {
        "too_late": _("More than 30 days have passed since the agreement took effect"),
        "not_effective": _("The agreement is not in effect"),
        "no_competent_court": _("No court on the platform is competent"),
    }

    class Inputs(Schema):
        text = titled(fields.String, _("What the parties said"), required=True)
        court = optional_text(_("Court code, of one that the parties went to themselves"))
        until = titled(fields.String, _("Last day to which the court extended the term"), load_default="", allow_none=True)
        recorded_by = titled(fields.String, _("Who recorded it"), load_default="", allow_none=True)

    def prepare(self, call):
        case = locked(Case, call.case_id)
        court = call.inputs["court"] or (case.court.code if case.court else "")
        try:
            application = confirmation.apply(case, court, call.inputs["until"] or "")
        except (confirmation.NotApplicable, NoCompetentCourt) as refusal:
            raise Rejected(refusal.code.replace("-", "_"), str(refusal)) from refusal
        told = facts.of("oral_application", case, "", papers.verification(), text=call.inputs["text"], signers=[],
                        recorded_by=call.inputs["recorded_by"] or "", at=at_minute(application.applied_at))
        return papers.order("oral_application", told, "filing")
