"""Write what a court tells the parties on the way to its ruling."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from engine.cases.models import Case
from engine.courts import confirmation
from engine.db import db
from engine.documents import facts, facts_by_template
from engine.i18n import _
from engine.operations import papers
from engine.operations.operation import Rejected, optional_text, titled
from engine.operations.printing import PrintingOperation

KINDS = {"accepted": "受理通知书", "supplement": "补充材料通知书", "inquiry": "询问通知书", "inquiry_record": "询问笔录"}
KINDS_EN = {"accepted": "Notice of acceptance", "supplement": "Notice to supplement", "inquiry": "Summons to the inquiry",
            "inquiry_record": "Record of the inquiry"}
FOR_THE_COURT = ("inquiry_record",)  # the court's own file


class MakeCourtNotice(PrintingOperation):
    """Write a court's notice in the confirmation procedure under its seal; or the record of the inquiry, for its own file.

    What a court says from its own system is passed on without a seal: its own paper counts.
    """

    name = "courts.make_notice"
    title = _("Make a court's notice")
    errors = {"nothing_applied_for": _("There is no application for confirmation")}

    class Inputs(Schema):
        kind = titled(fields.String, _("Which notice"), required=True, validate=OneOf(list(KINDS)))
        text = optional_text(_("What is asked for, or was said"))
        until = optional_text(_("Until which day"))
        held_at = optional_text(_("When the inquiry is"))
        mode = optional_text(_("How: video, on_site"))
        place = optional_text(_("Where"))

    def prepare(self, call):
        application = confirmation.of_case(call.case_id)
        if application is None:
            raise Rejected("nothing_applied_for")
        case, asked = db.session.get(Case, call.case_id), call.inputs
        court = facts_by_template.court_asked(case)
        more = {key: asked[key] for key in ("text", "until", "held_at", "mode", "place") if asked[key]}
        here = confirmation.decides_here(application)
        told = facts.of("court_notice", case, application.number, papers.verification(), court=court.name, kind=asked["kind"],
                        title=KINDS[asked["kind"]], judge=confirmation.who_decided(case.id), phone=court.phone or "12368",
                        signers=[facts.place("court", court.name)] if here else [], **({} if here else {"relayed": True}), **more)
        audience = "court" if asked["kind"] in FOR_THE_COURT else "filing"
        return papers.order("court_notice", told, audience, {"court": court} if here else {})

    def kept(self, case, document, call):
        kind = call.inputs["kind"]
        passed_on = call.snapshot["facts"].get("relayed")
        document.title = KINDS[kind] + ("（转告）" if passed_on else "")
        document.title_en = KINDS_EN[kind] + (" (passed on)" if passed_on else "")
        document.filename = f"{document.title}.pdf"
        return {}
