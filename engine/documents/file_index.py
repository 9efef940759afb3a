"""The index of a case's file (卷内目录): the headings of people's mediation in their order, and what stands under each."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.cases.models import Case
from engine.documents.models import Document
from engine.documents.parties import parties_of


@dataclass(frozen=True)
class Heading:
    """One line of the index: what belongs there, must it, which kinds of document are it."""

    name: str
    must: bool
    kinds: frozenset[str]


def _heading(name: str, kinds: str, must: bool = False) -> Heading:
    return Heading(name, must, frozenset(kinds.split()))


IDENTITY, REST = "当事人身份证明", "其他材料"
HEADINGS = (
    _heading("调解申请书或者受理登记表", "mediation_application registration_form entrustment_letter referral_letter "
             "supplement_notice acceptance_notice referral_receipt", must=True),
    _heading("权利义务告知书", "rights_notice", must=True),
    _heading(IDENTITY, "representative_certificate", must=True),
    _heading("授权委托书", "power_of_attorney signed_power"),
    _heading("调查记录、鉴定和评估材料", "inquiry_record appraisal_commission evaluation"),
    _heading("证据目录及证据", "evidence_list evidence"),
    _heading("送达地址确认书、送达回证", "service_address service_record public_notice"),
    _heading("调解程序文书（同意、通知、披露、回避、延长、中止）", "consent_record mediation_notice mediator_declaration "
             "mediator_statement recusal_decision extension_consent suspension_report suspension_decision suspicion_letter "
             "complaint complaint_evidence complaint_answer"),
    _heading("调解笔录", "session_minutes signed_record undisputed_facts", must=True),
    _heading("调解协议（未达成的，终止通知书）", "agreement deemed_agreement oral_agreement proposal small_opinion group_offer "
             "paper_sheet paper_scan signature_record termination_notice no_answer_notice early_end_notice", must=True),
    _heading("履行凭证", "performance_proof advance_receipt"),
    _heading("回访记录", "performance_record performance_history"),
    _heading("司法确认和法院其他文书", "confirmation_application oral_application mediation_proof court_notice supplement ruling "
             "procedure_ruling mediation_letter withdrawal_application docket_ruling closing_record fee_notice "
             "fee_decision trial_notice docketing_notice property_proof payment_order_application payment_order "
             "enforcement_application deed_application"),
    _heading("调解情况报告、材料移送清单", "court_report handover_list"),
)


def of(case: Case, kept: Sequence[Document]) -> list[dict]:
    """The index as the cover prints it; what fits no heading stands under the last one."""
    known = frozenset().union(*(one.kinds for one in HEADINGS))
    rows = [_row(one, [paper for paper in kept if paper.kind in one.kinds]) for one in HEADINGS]
    for row in rows:
        if row["name"] == IDENTITY and not row["there"] and all(person.id_number for person in parties_of(case)):
            row |= {"there": "有", "titles": "证件种类、号码在平台登记并核验"}
    rest = [paper for paper in kept if paper.kind not in known]
    return rows + ([_row(_heading(REST, ""), rest)] if rest else [])


def _row(heading: Heading, papers: Sequence[Document]) -> dict:
    return {"name": heading.name, "must": "yes" if heading.must else "no", "there": "有" if papers else "",
            "titles": "；".join(dict.fromkeys(one.title for one in papers)),
            "pages": str(sum(one.pages or 1 for one in papers)) if papers else "—"}
