"""What the API takes in: referrals, applications, messages. Used by the API, the batch and the command line alike.

Loading a schema cleans and keeps JSON: the result has every name of the schema, with amounts and days as text. What the law
says about the values (check digits, causes, sums, regimes) is judged by `engine.cases.intake`.
"""

from marshmallow import ValidationError, post_load, validates_schema

from engine.cases.languages import LANGUAGES
from engine.i18n import _
from engine.tracks.assistance import NEEDS
from webapp.api import fields
from webapp.api.court_words import PAYLOADS
from webapp.api.faults import stated
from webapp.api.fields import Choice, Day, Details, Flag, Money, Part, Rows, StrictSchema, Text, Whole, Written

CLAIM_TYPES = ("pay", "refund", "reduce", "cancel", "confirm", "perform", "apologise", "other")
SIDES = ("applicant", "respondent", "third")
ID_TYPES = (
    "resident_id", "credit_code", "passport", "hk_macao_permit", "taiwan_permit",
    "hk_macao_taiwan_residence", "foreign_permanent_id", "military_id", "organisation_code", "old_licence", "other",
)
PROCEDURES = ("ordinary", "simplified")
SECTORS = ("banking", "insurance")
CLAIMANTS = ("consumer", "business")  # of natural persons; a firm or an institution is told by the parties
CODE = r"[A-Za-z0-9\u3400-\u9fff_.-]+"
REFERENCE = r"[!-~\u3400-\u9fff（）〔〕]+"


def reference(limit: int, **options) -> Written:
    """A sender's own reference: visible signs without spaces."""
    return Written(REFERENCE, _("letters, digits and signs without spaces"), limit, **options)


def body_code(**options) -> Written:
    """The short code of a court, organisation or institution."""
    return Written(CODE, _("a code of letters, digits, _ . -"), 32, **options)


def id_number() -> Written:
    return Written(r"[0-9A-Za-z()/-]+", _("the number in letters and digits"), 64, empty=True, load_default="")


def phone() -> Written:
    return Written(fields.PHONE, _("a telephone number in digits"), 32, empty=True, load_default="")


class CauseSchema(StrictSchema):
    """A cause of action by its code in one of the Supreme Court's lists."""

    code = Written(r"[0-9A-Za-z.]+", _("the code of a cause"), 16, required=True)
    name = Text(100, required=True)
    list = Written(r"20[0-9]{2}", _("a year"), 4, required=True)


class ClaimSchema(StrictSchema):
    """One thing the applicant asks for."""

    type = Choice(*CLAIM_TYPES, required=True)
    text = Text(2000, lines=True, required=True)
    amount = Money(allow_none=True, load_default=None)


class ConsentsSchema(StrictSchema):
    """What a party agreed to: at the court's counter, or an institution for itself; null: not asked."""

    mediation = Flag(allow_none=True, load_default=None)
    e_service = Flag(allow_none=True, load_default=None)


class AgentSchema(StrictSchema):
    """Somebody who acts for a party."""

    name = Text(200, required=True)
    id_type = Choice(*ID_TYPES, load_default="resident_id")
    id_number = id_number()
    phone = phone()
    authority = Choice("general", "special", required=True)


class PartySchema(StrictSchema):
    """An applicant, respondent or third party."""

    side = Choice(*SIDES, required=True)
    kind = Choice("natural", "legal", required=True)
    name = Text(200, required=True)
    id_type = Choice(*ID_TYPES, required=True)
    id_number = id_number()
    phone = phone()
    email = Written(fields.EMAIL, _("an e-mail address"), 200, empty=True, load_default="")
    address = Text(300, empty=True, load_default="")
    domicile = Written(r"[1-9][0-9]{5}", _("an administrative code of six digits"), 6, empty=True, load_default="")
    representative = Text(100, empty=True, load_default="")
    representative_post = Text(50, empty=True, load_default="")
    ethnicity = Text(20, empty=True, load_default="")
    occupation = Text(100, empty=True, load_default="")
    body = body_code(allow_none=True, load_default=None)
    needs = Rows(Choice(*NEEDS), high=len(NEEDS), load_default=list)
    language = Choice(*LANGUAGES, load_default="zh")
    consents = Part(ConsentsSchema, load_default=dict)
    agents = Rows(Part(AgentSchema), high=5, load_default=list)


class EvidenceSchema(StrictSchema):
    """One line of the evidence list; `file` names a file of the same multipart request."""

    no = Whole(1, 999, required=True)
    name = Text(200, required=True)
    form = Choice("original", "copy", "electronic", load_default="copy")
    proves = Text(1000, lines=True, empty=True, load_default="")
    pages = Whole(0, 100000, load_default=0)
    file = Text(200, allow_none=True, load_default=None)


class DocketSchema(StrictSchema):
    """Regime B: the court docketed the case before it entrusts it; the court number is its 民初 number."""

    docketed_on = Day(required=True)
    procedure = Choice(*PROCEDURES, required=True)
    judge = Text(100, empty=True, load_default="")
    during_trial = Flag(load_default=False)


class ReferralSchema(StrictSchema):
    """A dispute that a court asks us to mediate."""

    external_ref = reference(100, required=True)
    court_number = Text(64, allow_none=True, load_default=None)
    filed_on = Day(required=True)
    docket = Part(DocketSchema, allow_none=True, load_default=None)
    organisation = body_code(allow_none=True, load_default=None)
    cause = Part(CauseSchema, required=True)
    category = Written(r"[a-z][a-z_]*", _("a word of small letters and _"), 32, required=True)
    claimant = Choice(*CLAIMANTS, allow_none=True, load_default=None)
    sector = Choice(*SECTORS, required=True)
    region = Written(r"[1-9][0-9]{5}", _("an administrative code of six digits"), 6, required=True)
    title = Text(300, empty=True, load_default="")
    statement = Text(20000, lines=True, required=True)
    amount = Money(required=True)
    claims = Rows(Part(ClaimSchema), low=1, high=50, required=True)
    parties = Rows(Part(PartySchema), low=2, high=200, required=True)
    evidence = Rows(Part(EvidenceSchema), high=200, load_default=list)
    details = Details(load_default=dict)
    materials = Rows(Text(200), high=100, load_default=list)

    @validates_schema(skip_on_field_errors=False)
    def _numbered_once(self, data, **_kwargs):
        """Evidence is referred to by its number, so no number may occur twice."""
        seen, wrong = set(), {}
        rows = data.get("evidence")
        for position, row in enumerate(rows if isinstance(rows, list) else []):
            number = row.get("no") if isinstance(row, dict) else None
            if number in seen and number is not None:
                wrong[position] = {"no": stated("twice", _("This number occurs twice.")).messages}
            seen.add(number)
        if wrong:
            raise ValidationError({"evidence": wrong})


class ApplicationSchema(ReferralSchema):
    """A dispute that an institution asks a mediation organisation to mediate, with no court behind it.

    The institution is one of the parties, and tells consents and agents of its own alone.
    """

    filed_on = Day(allow_none=True, load_default=None)
    organisation = body_code(required=True)


class ObjectionSchema(StrictSchema):
    """An objection to a confirming ruling that came on paper: of a party, by its name, or of an interested person, who also says
    who they are, which right the ruling harms and since when they know."""

    ruling_number = Text(64, required=True)
    capacity = Choice("party", "interested", required=True)
    name = Text(100, required=True)
    kind = Choice("natural", "legal", allow_none=True, load_default=None)
    id_type = Choice(*ID_TYPES, allow_none=True, load_default=None)
    id_number = id_number()
    phone = phone()
    address = Text(300, empty=True, load_default="")
    received_on = Day(required=True)
    posted_on = Day(allow_none=True, load_default=None)
    interest = Text(2000, lines=True, empty=True, load_default="")
    reason = Text(3000, lines=True, required=True)
    knew_on = Day(allow_none=True, load_default=None)


class MessageSchema(StrictSchema):
    """Something another system says about a case. `message_id` makes a second delivery harmless."""

    name = Choice(*PAYLOADS, required=True)
    message_id = reference(180, required=True)
    payload = Details(required=True, metadata={"description": "the fields depend on the name"})

    @validates_schema(skip_on_field_errors=False)
    def _payload_fits_the_name(self, data, **_kwargs):
        payload, schema = data.get("payload"), PAYLOADS.get(data.get("name"))
        if schema and isinstance(payload, dict):
            wrong = schema().validate(payload)
            if wrong:
                raise ValidationError({"payload": wrong})

    @post_load
    def _clean(self, data, **_kwargs):
        return data | {"payload": PAYLOADS[data["name"]]().load(data["payload"])}


class TokenRequestSchema(StrictSchema):
    """OAuth2 client credentials (RFC 6749, 4.4), as a form."""

    grant_type = Choice("client_credentials", required=True)
    client_id = reference(64)
    client_secret = reference(200)
    scope = Text(300, empty=True, load_default="")


class CaseListQuerySchema(StrictSchema):
    """Which cases to list: changed since when, how many, from where on."""

    since = Written(r"[0-9TZ:.+-]+", _("a time with zone, such as \"2024-11-05T09:00:00+08:00\""), 40, load_default="")
    stage = Choice("received", "accepted", "consent", "mediating", "signing", "confirming", "performing", "closed")
    limit = Written(r"[1-9][0-9]?|100", _("a number from 1 to 100"), 3, load_default="50")
    cursor = Written(r"[A-Za-z0-9_=-]+", _("the cursor of an earlier answer"), 200, load_default="")

