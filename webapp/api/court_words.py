"""What a court's or an applicant's system says about a case: the fields of each message, by its name.

A court that has its own system says with these what its clerks and judges would answer in our inbox: the same questions, the
same values (`bpmn/*/forms`). The number is the court's own; the day is when it happened there.
"""

from marshmallow import ValidationError, validates_schema

from engine.access.models import Side
from engine.courts import grounds
from engine.i18n import _
from webapp.api.faults import stated
from webapp.api.fields import Choice, Day, Flag, Moment, StrictSchema, Text, Whole

NOT_ACCEPTED = tuple(code for code, ground in grounds.every().items() if ground.article in ("355", "term"))
ORDER_GROUNDS = ("no_jurisdiction", "not_money", "not_due", "counter_duty", "not_servable", "preserved")


class AcceptedSchema(StrictSchema):
    """The court takes the application for confirmation up."""

    number = Text(64, required=True)
    accepted_on = Day(allow_none=True, load_default=None)


class SupplementSchema(StrictSchema):
    """The court asks both parties for statements or proof, before or after acceptance (CPL-Interp 354, 356)."""

    text = Text(4000, lines=True, required=True)
    until = Day(required=True)


class HearingSchema(StrictSchema):
    """The court will hear both parties together (CPL-Interp 356); `place`: the room, or the link of the video hearing."""

    held_at = Moment(required=True)
    mode = Choice("video", "on_site", required=True)
    place = Text(300, required=True)


class NotAcceptedSchema(StrictSchema):
    """The court does not take the application up; `ground`: which item of CPL-Interp 355, or `late` (CPL 205). After
    `no_jurisdiction` the parties may apply to another competent court."""

    ground = Choice(*NOT_ACCEPTED, allow_none=True, load_default=None)
    reason = Text(2000, lines=True, required=True)


class RuledSchema(StrictSchema):
    """The court has decided on the application; `ground`: why it is rejected (CPL-Interp 355, 358); `ruled_on`: the day of its
    ruling, where that is not today."""

    decision = Choice("confirmed", "rejected", "withdrawn", "deemed_withdrawn", required=True)
    ground = Choice(*grounds.every(), allow_none=True, load_default=None)
    number = Text(64, required=True)
    reason = Text(2000, lines=True, empty=True, load_default="")
    ruled_on = Day(allow_none=True, load_default=None)


class RulingReceivedSchema(StrictSchema):
    """The court serves its confirming ruling itself: when a party, by its name, received it. Its fifteen days to object run from
    there (CPL-Interp 372). `side`: where parties on both sides have this name."""

    name = Text(100, required=True)
    side = Choice(Side.APPLICANT, Side.RESPONDENT, Side.THIRD, allow_none=True, load_default=None)
    received_on = Day(required=True)


class DocketDecidedSchema(StrictSchema):
    """The court that entrusted a docketed case says how it ended, or that it goes on."""

    ending = Choice("withdrawal", "performed", "mediation_letter", "trial", required=True)
    number = Text(64, required=True)
    reason = Text(2000, lines=True, empty=True, load_default="")
    decided_on = Day(allow_none=True, load_default=None)
    in_force_on = Day(allow_none=True, load_default=None)


class LetterDecidedSchema(StrictSchema):
    """What the court made of both parties' request for a mediation letter before docketing: made and signed for by all, so that
    it is in force from `in_force_on`, or refused. As the judge's task `review_letter` and the parties' `sign_for_letter`."""

    letter = Choice("made", "refused", required=True)
    number = Text(64, empty=True, load_default="")
    reason = Text(2000, lines=True, empty=True, load_default="")
    decided_on = Day(allow_none=True, load_default=None)
    in_force_on = Day(allow_none=True, load_default=None)

    @validates_schema
    def _complete(self, data, **_kwargs):
        needed_when(data, {"letter": "made"}, "number", "in_force_on")
        needed_when(data, {"letter": "refused"}, "reason")


class WithdrawalSchema(StrictSchema):
    """The applicant no longer wants mediation; `settled`: because the parties have settled it themselves."""

    reason = Text(2000, lines=True, required=True)
    settled = Flag(load_default=False)


class ReturnedSchema(StrictSchema):
    """The court takes its referral back (Online-Mediation Rules, Art. 9)."""

    reason = Text(2000, lines=True, required=True)


class OrganisationDesignatedSchema(StrictSchema):
    """The court designates the mediation organisation (Online-Mediation Rules, Art. 10): its code, of the court's register."""

    designated = Text(32, required=True)


class SuspensionDecidedSchema(StrictSchema):
    """The court answers the report of a suspected simulated mediation (Invited-Mediation Rules, Art. 18)."""

    suspension = Choice("resume", "terminate", required=True)
    reason = Text(2000, lines=True, required=True)


def needed_when(data: dict, told: dict[str, object], *names: str) -> None:
    """Raise for the names that must be there when the answer is this one."""
    if all(data.get(key) == value for key, value in told.items()):
        missing = {name: stated("required", _("This is missing.")).messages for name in names if not data.get(name)}
        if missing:
            raise ValidationError(missing)


class OrderAdmissionSchema(StrictSchema):
    """Does the court take the application for a payment order up (CPL 226: five days)? As the clerk's `accept_payment_order`."""

    decision = Choice("accepted", "not_accepted", required=True)
    number = Text(64, empty=True, load_default="")
    order_ground = Choice(*ORDER_GROUNDS, allow_none=True, load_default=None)
    court_reason = Text(4000, lines=True, empty=True, load_default="")
    decided_on = Day(allow_none=True, load_default=None)

    @validates_schema
    def _complete(self, data, **_kwargs):
        needed_when(data, {"decision": "accepted"}, "number")
        needed_when(data, {"decision": "not_accepted"}, "order_ground", "court_reason")


class OrderDecisionSchema(StrictSchema):
    """The payment order is issued, or the application rejected (CPL 227: fifteen days). As the judge's task
    `examine_payment_order`."""

    decision = Choice("issue", "rejected", required=True)
    order_ground = Choice(*ORDER_GROUNDS, allow_none=True, load_default=None)
    court_reason = Text(4000, lines=True, empty=True, load_default="")
    decided_on = Day(allow_none=True, load_default=None)

    @validates_schema
    def _complete(self, data, **_kwargs):
        needed_when(data, {"decision": "rejected"}, "order_ground", "court_reason")


class OrderServiceSchema(StrictSchema):
    """The payment order has reached the debtor, whose fifteen days begin; or it cannot be served (CPL-Interp 430)."""

    served = Choice("yes", "no", required=True)
    served_on = Day(allow_none=True, load_default=None)

    @validates_schema
    def _complete(self, data, **_kwargs):
        needed_when(data, {"served": "yes"}, "served_on")


class OrderObjectionSchema(StrictSchema):
    """The debtor objected in writing at the court itself (CPL 227)."""

    objection_reason = Text(4000, lines=True, required=True)
    objected_on = Day(required=True)


class OrderObjectionDecisionSchema(StrictSchema):
    """Does the written objection end the procedure (CPL 228; CPL-Interp 436-438)? As the judge's `examine_objection`.

    From `ending_served_on`, when the creditor received the ruling that ends it, the creditor's seven days count; without it
    from the day this is told.
    """

    objection = Choice("valid", "invalid", required=True)
    court_reason = Text(4000, lines=True, required=True)
    decided_on = Day(allow_none=True, load_default=None)
    ending_served_on = Day(allow_none=True, load_default=None)


class EnforcementAdmissionSchema(StrictSchema):
    """Does the court take the application for enforcement up (CPL-Interp 461, 480)? As the clerk's `register_enforcement`."""

    decision = Choice("accepted", "not_accepted", required=True)
    number = Text(64, empty=True, load_default="")
    court_reason = Text(4000, lines=True, empty=True, load_default="")
    decided_on = Day(allow_none=True, load_default=None)

    @validates_schema
    def _complete(self, data, **_kwargs):
        needed_when(data, {"decision": "accepted"}, "number")
        needed_when(data, {"decision": "not_accepted"}, "court_reason")


class DocketingDecidedSchema(StrictSchema):
    """What the court made of a suit that delegated mediation did not settle (CPL 126; CPL-Interp 208): docketed, ruled not to be
    accepted, something to be supplemented until a day, or dropped by the applicant."""

    decision = Choice("docketed", "not_accepted", "supplement", "dropped", required=True)
    number = Text(64, empty=True, load_default="")
    reason = Text(4000, lines=True, empty=True, load_default="")
    until = Day(allow_none=True, load_default=None)
    decided_on = Day(allow_none=True, load_default=None)

    @validates_schema
    def _complete(self, data, **_kwargs):
        needed_when(data, {"decision": "docketed"}, "number")
        needed_when(data, {"decision": "not_accepted"}, "reason")
        needed_when(data, {"decision": "supplement"}, "reason", "until")


class ComplaintDecidedSchema(StrictSchema):
    """What the inviting court made of a complaint about its mediator (Invited-Mediation 28); `paper`: as in
    `case.complaint_made`. As the clerk's task `decide_complaint`."""

    paper = Whole(1, 2**31 - 1, required=True)
    measure = Choice("none", "warning", "report", "removal", required=True)
    findings = Text(4000, lines=True, required=True)
    decision = Text(2000, lines=True, required=True)
    decided_on = Day(allow_none=True, load_default=None)


class ObjectionDecidedSchema(StrictSchema):
    """What the court made of an objection to its confirming ruling (CPL-Interp 372); `objection`: as in `objection.raised`, or as
    answered when the court registered it. As the judge's task `decide_objection`."""

    objection = Whole(1, 2**31 - 1, required=True)
    result = Choice("late", "objection_upheld", "objection_changed", "objection_rejected", required=True)
    number = Text(64, empty=True, load_default="")
    reason = Text(4000, lines=True, required=True)
    decided_on = Day(allow_none=True, load_default=None)

    @validates_schema
    def _complete(self, data, **_kwargs):
        if data.get("result") != "late":
            needed_when(data, {}, "number")


PAYLOADS = {
    "confirmation_accepted": AcceptedSchema,
    "confirmation_not_accepted": NotAcceptedSchema,
    "confirmation_ruled": RuledSchema,
    "ruling_received": RulingReceivedSchema,
    "confirmation_supplement": SupplementSchema,
    "confirmation_hearing": HearingSchema,
    "payment_order_admission": OrderAdmissionSchema,
    "payment_order_decision": OrderDecisionSchema,
    "payment_order_service": OrderServiceSchema,
    "payment_order_objection": OrderObjectionSchema,
    "payment_order_objection_decision": OrderObjectionDecisionSchema,
    "enforcement_admission": EnforcementAdmissionSchema,
    "docket_decided": DocketDecidedSchema,
    "docketing_decided": DocketingDecidedSchema,
    "letter_decided": LetterDecidedSchema,
    "complaint_decided": ComplaintDecidedSchema,
    "ruling_objection_decided": ObjectionDecidedSchema,
    "withdrawal": WithdrawalSchema,
    "referral_returned": ReturnedSchema,
    "organisation_designated": OrganisationDesignatedSchema,
    "suspension_decided": SuspensionDecidedSchema,
}
