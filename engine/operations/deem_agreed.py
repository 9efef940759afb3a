"""Let a proposal nobody objected to become the agreement."""

from marshmallow import Schema, fields

from engine.cases.models import Case
from engine.db import db, locked
from engine.deadlines import reckoning
from engine.documents import facts, wording
from engine.documents.acknowledgements import in_words
from engine.i18n import _
from engine.mediation import consent, effect
from engine.operations import papers
from engine.operations.operation import Operation, Rejected, titled
from engine.tracks import proposals
from engine.tracks.models import Proposal, ProposalAnswer

CHANNELS_ZH = {"electronic": "电子送达", "in_person": "直接送达", "post": "邮寄送达"}
CONSENTS_ZH = {"link": "通过本人短信链接", "staff": "由工作人员登录机构账号", "api": "由机构系统", "court": "由法院"}


class DeemAgreed(Operation):
    """Let a no-objection proposal count as the agreement: only with every party's prior consent, proven service and a whole term.

    The paper tells for each party when it consented, when and how it was served, and how its term ended.
    """

    name = "tracks.deem_agreed"
    title = _("Let a proposal without objection take effect")
    timeout_seconds = 30
    errors = {"not_deemed": _("A consent, a proof of service or the end of a term is missing")}

    class Inputs(Schema):
        proposal_id = titled(fields.Integer, _("Proposal"), required=True)

    class Outputs(Schema):
        agreement_id = titled(fields.Integer, _("Agreement"))
        document_id = titled(fields.Integer, _("Document"))
        effective_at = titled(fields.AwareDateTime, _("Takes effect at"))

    def prepare(self, call):
        case, proposal = db.session.get(Case, call.case_id), db.session.get(Proposal, call.inputs["proposal_id"])
        answers = _checked(call)
        at = proposals.effective_at(answers)
        said = facts.of("deemed_agreement", case, papers.number(case, "deemed_agreement"), papers.verification(),
                        dispute=proposal.facts or case.statement or case.title, effective=at.isoformat(),
                        terms=[wording.term(one) for one in proposal.terms], course=_course(case, answers),
                        **effect.rule_for(case).binds)
        return papers.order("deemed_agreement", said, "filing", {"organisation": case.organisation})

    def run(self, inputs, call):
        return papers.make(call.snapshot)

    def record(self, result, call):
        case = locked(Case, call.case_id)
        _checked(call)
        document = papers.keep(result, call.snapshot, call)
        made = proposals.deem_agreed(case, call.inputs["proposal_id"], document)
        return {"agreement_id": made.id, "document_id": document.id, "effective_at": made.effective_at}


def _checked(call) -> list[ProposalAnswer]:
    try:
        return proposals.check_deemed(call.inputs["proposal_id"])
    except proposals.CannotBeDeemed as refusal:
        raise Rejected("not_deemed", str(refusal)) from refusal


def _course(case: Case, answers: list[ProposalAnswer]) -> list[dict]:
    """Party by party: prior consent, service, end of the term, and what was said."""
    agreed = consent.latest(case.id, "no_objection")
    return [{
        "name": row.participant.name,
        "consented": f"{in_words(agreed[row.participant_id].at)}{CONSENTS_ZH[agreed[row.participant_id].channel]}",
        "served": f"{in_words(row.served_at)}{CHANNELS_ZH[row.channel]}",
        "until": f"{reckoning.last_day(row.until):%Y年%-m月%-d日}24时",
        "said": f"{in_words(row.answered_at)}明确表示无异议" if row.answer == "accept" else "期限内未提出书面异议",
    } for row in answers]
