"""What each template asks for beyond the common head: one function per template, from the register and people's answers."""

from sqlalchemy import select

from engine import clock
from engine.access.models import Body
from engine.cases.models import Case
from engine.courts.competence import competent
from engine.courts.models import ConfirmationApplication
from engine.db import db
from engine.deadlines.terms import Words
from engine.documents import (
    acknowledgements,
    docket_facts,
    facts_of_claims,
    facts_of_closing,
    facts_of_ending,
    facts_of_incidents,
    facts_of_notices,
    facts_of_sessions,
    handover,
    wording,
)
from engine.documents.models import Document
from engine.documents.parties import organisation
from engine.documents.wording import on_day
from engine.mediation.models import Agreement, MediatorProfile, OrganisationProfile
from engine.notices import addresses
from engine.workflow.models import UserTask, WaitStatus

OUTCOMES_ZH = {
    "O01": "达成调解协议", "O02": "部分达成调解协议", "O03": "无异议调解方案视为协议", "O04": "小额纠纷调解意见被接受",
    "O05": "即时履行", "O06": "自行和解", "O07": "申请人撤回申请",
    "O08": "被申请人拒绝调解", "O09": "无法联系当事人", "O10": "当事人不愿继续调解", "O11": "分歧较大，难以达成协议",
    "O12": "调解期限届满未达成协议", "O13": "当事人拒绝签章", "O14": "更换调解员后视为拒绝调解",
    "O15": "不同意指定，视为拒绝调解",
    "O16": "调解组织不予接受", "O17": "调解组织逾期未确认", "O18": "法院退回", "O19": "涉嫌虚假调解", "O20": "移送或者合并",
    "O21": "其他原因致使调解无法进行", "O22": "不属于受理范围",
}
ENCLOSED = (  # the organisation makes its proof right after the application
    (None, Words("调解协议", "the mediation agreement")),
    (None, Words("调解组织主持调解的证明", "the organisation's proof of mediation")),
    (None, Words("申请人的身份、住所和联系方式", "the applicants' identity, domicile and contact")),
    ({"service_address"}, Words("送达地址确认书", "confirmations of the address for service")),
    ({"power_of_attorney", "signed_power"}, Words("授权委托书", "power of attorney")),
    ({"property_proof"}, Words("财产权利证明", "proof of property rights")),
)
RULINGS = {"confirmed": "valid", "rejected": "rejected", "not_accepted": "not_accepted", "withdrawn": "withdrawn",
           "deemed_withdrawn": "deemed_withdrawn"}


def of(template: str, case: Case, reason: str = "") -> dict:
    """The template's own facts; empty for a template that needs only the common head."""
    return _MAKERS[template](case, reason) if template in _MAKERS else {}


def answers(case_id: int, *elements: str) -> dict:
    """What was last answered at one of these user tasks of a case."""
    task = _last_done(case_id, elements)
    return (task.answers or {}) if task else {}


def _last_done(case_id: int, elements: tuple[str, ...]) -> UserTask | None:
    return db.session.scalar(
        select(UserTask).where(UserTask.case_id == case_id, UserTask.element.in_(elements), UserTask.status == WaitStatus.DONE)
        .order_by(UserTask.closed_at.desc(), UserTask.id.desc()).limit(1))


def _acceptance(case: Case, reason: str) -> dict:
    return facts_of_notices.acceptance(case, reason or _reason(case))


def _supplement(case: Case, reason: str) -> dict:
    return {"addressee": facts_of_notices.names(case, "applicant")}


def _receipt(case: Case, reason: str) -> dict:
    return facts_of_notices.receipt(case, reason or _reason(case))


def _notice(case: Case, reason: str) -> dict:
    return facts_of_notices.notice(case)


def _rights(case: Case, reason: str) -> dict:
    return facts_of_notices.rights(case)


def _paper_sheet(case: Case, reason: str) -> dict:
    """The text that is signed by hand: the frozen one."""
    made = db.session.scalar(select(Agreement).where(Agreement.case_id == case.id, Agreement.status == "frozen").order_by(
        Agreement.number.desc()).limit(1))
    paper = db.session.get(Document, made.document_id)
    return {"agreement": {"number": paper.number, "code": paper.check_code, "sha256": paper.frozen_sha256,
                          "pages": str(paper.pages)}}


def _minutes(case: Case, reason: str) -> dict:
    return facts_of_sessions.minutes(case, reason, answers(case.id, "hold_session"))


def _termination(case: Case, reason: str) -> dict:
    told = {"addressee": facts_of_notices.names(case), "reason": reason or _reason(case),
            "ended": on_day(case.concluded_at or clock.now()), "started": on_day(case.accepted_at),
            "sessions": str(len(facts_of_notices.all_sessions(case)) or ""),
            "outcome": f"{case.outcome} {OUTCOMES_ZH.get(case.outcome, '')}".strip()}
    return told | facts_of_ending.no_record(case) | facts_of_ending.what_follows(case)


def _report(case: Case, reason: str) -> dict:
    said = answers(case.id, *handover.REPORTS)
    results = {"O02": "partly"} | dict.fromkeys(("O01", "O03", "O04", "O05"), "agreed")
    failed = "ended" if case.outcome in facts_of_notices.REFUSALS + ("O06", "O07") else "failed"
    agreement = _agreement(case, ("effective",))
    told = {
        "started": on_day(case.accepted_at or case.received_at), "ended": on_day(case.concluded_at or clock.now()),
        "result": results.get(case.outcome, failed), "sessions": str(len(facts_of_notices.all_sessions(case))),
        "outcome": f"{case.outcome} {OUTCOMES_ZH.get(case.outcome, '')}".strip(),
        "course": str(said.get("course") or "") or _course(case), "reason": str(said.get("reasons") or "") or reason,
        "conduct": str(said.get("conduct") or ""), "materials": handover.on_paper(handover.items(case)),
        "mediator": {"name": case.mediator.name if case.mediator else "（尚未指派）"},
        "signers": [],
    }
    if case.organisation:  # sealed by standing authority; the mediator handed the text in under their own log-in
        told["signers"] = [{"field": "organisation", "label": "调解组织（印章）", "name": case.organisation.name}]
    if agreement is not None:
        told["agreement"] = _reference(case, agreement)
    return told | facts_of_ending.undisputed(case) | facts_of_ending.service(case) | facts_of_closing.told(case)


def _course(case: Case) -> str:
    """The dry course of events, when nobody wrote one: never what was said."""
    lines = [f"{_zh(case.received_at)}，收到本案材料。"]
    if case.accepted_at:
        lines.append(f"{_zh(case.accepted_at)}，确认接受并开始调解。")
    held = [s for s in facts_of_notices.all_sessions(case) if s.status in ("ended", "open")]
    lines += [f"{_zh(s.started_at or s.planned_at)}，主持调解。" for s in held]
    return "\n".join(lines)


def _zh(moment) -> str:
    at = moment.astimezone(clock.SHANGHAI)
    return f"{at.year}年{at.month}月{at.day}日"


def _application(case: Case, reason: str) -> dict:
    agreement = _agreement(case, ("effective",))
    court = court_asked(case)
    return {"court": court.name, "court_en": court.name_en, "agreement": _reference(case, agreement), "terms": terms(agreement),
            "applicants": _applicants(case), **_enclosed(case)}


def _oral(case: Case, reason: str) -> dict:
    agreement = _agreement(case, ("effective",))
    court = court_asked(case)
    return {"court": court.name, "agreement": _reference(case, agreement), "terms": terms(agreement), **_enclosed(case)}


def _enclosed(case: Case) -> dict:
    """What goes to the court with the application (CPL-Interp 354): what the file holds of it, not what it might."""
    kept = {document.kind for document in db.session.scalars(select(Document).where(
        Document.case_id == case.id, Document.audience.in_(handover.LEAVES)))}
    kept |= {"service_address"} if addresses.of_case(case.id) else set()  # its paper is printed soon after it was confirmed
    there = [words for kinds, words in ENCLOSED if not kinds or kinds & kept]
    return {"attachments": [one.zh for one in there], "attachments_en": [one.en for one in there]}


def _applicants(case: Case) -> list[dict]:
    joined = acknowledgements.of_application(case)
    return [{"name": person.name, "word": "", **joined.get(person.id, {})}
            for person in case.participants if person.role == "party" and person.is_current]


def _proof(case: Case, reason: str) -> dict:
    agreement = _agreement(case, ("effective",))
    return {"court": court_asked(case).name, "agreement": _reference(case, agreement), "started": on_day(case.accepted_at),
            "signed": on_day(agreement.effective_at), "sessions": str(len(facts_of_notices.all_sessions(case)) or ""),
            **_registers(case)}


def _registers(case: Case) -> dict:
    """On whose register the organisation and its mediator are: the inviting court's, with their numbers where they are known."""
    ours = db.session.get(OrganisationProfile, case.organisation_id) if case.organisation_id else None
    theirs = db.session.get(MediatorProfile, case.mediator_id) if case.mediator_id else None
    lists = f"{case.court.name}特邀调解名册" if case.court else ""
    body, person = (" ".join(filter(None, (lists, one.register_no))) if one and (lists or one.register_no) else ""
                    for one in (ours, theirs))
    mediator = {"name": case.mediator.name, **({"register": person} if person else {})} if case.mediator else {}
    return {"organisation": organisation(case.organisation) | ({"register": body} if body else {})} | (
        {"mediator": mediator} if mediator else {})


def _ruling(case: Case, reason: str) -> dict:
    agreement = _agreement(case, ("effective",))
    applied = db.session.scalar(select(ConfirmationApplication).where(
        ConfirmationApplication.case_id == case.id).order_by(ConfirmationApplication.id.desc()).limit(1))
    filed = (applied.accepted_at or applied.applied_at) if applied else None
    told = {"court": court_asked(case).name, "agreement": _reference(case, agreement), "terms": terms(agreement),
            "filed": on_day(filed or clock.now()), "docketed": "yes" if applied and applied.accepted_at else ""}
    return told | {"ground": reason} if reason else told


def court_asked(case: Case) -> Body:
    """The court that is asked to confirm: the application's; before there is one, or when the parties apply again since the last
    was decided, the one they named, or else the competent one. Raises NoCompetentCourt."""
    last = db.session.scalar(select(ConfirmationApplication).where(
        ConfirmationApplication.case_id == case.id).order_by(ConfirmationApplication.id.desc()).limit(1))
    joined = _last_done(case.id, acknowledgements.JOINING)
    said = (joined.answers or {}) if joined else {}
    is_new = said.get("joins") == "yes" and last and last.decided_at and joined.closed_at > last.decided_at
    return db.session.get(Body, last.court_id) if last and not is_new else competent(case, str(said.get("court") or ""))


def terms(agreement: Agreement) -> list[dict]:
    """The terms as templates print them."""
    return [wording.term(one) for one in agreement.terms]


def _reference(case: Case, agreement: Agreement) -> dict:
    document = db.session.get(Document, agreement.document_id) if agreement.document_id else None
    return {"number": document.number if document else "", "date": on_day(agreement.effective_at or agreement.created_at)}


def _agreement(case: Case, statuses: tuple[str, ...]) -> Agreement | None:
    return db.session.scalar(select(Agreement).where(
        Agreement.case_id == case.id, Agreement.status.in_(statuses)).order_by(Agreement.number.desc()).limit(1))


def _reason(case: Case) -> str:
    return facts_of_notices.reason_of(case, OUTCOMES_ZH.get(case.outcome, ""))


_MAKERS = facts_of_incidents.MAKERS | facts_of_ending.MAKERS | {
    "paper_sheet": _paper_sheet,
    "acceptance_notice": _acceptance, "supplement_notice": _supplement,
    "referral_receipt": _receipt, "mediation_notice": _notice, "rights_notice": _rights,
    "session_minutes": _minutes, "termination_notice": _termination, "court_report": _report,
    "confirmation_application": _application, "oral_application": _oral, "mediation_proof": _proof,
    "ruling": _ruling, **docket_facts.MAKERS,
    **facts_of_claims.MAKERS,
}
