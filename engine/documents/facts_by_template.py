"""What each template asks for beyond the common head: one function per template, from the register and people's answers."""

from sqlalchemy import func, select

from engine import clock
from engine.access.models import Body
from engine.cases import regimes
from engine.cases.models import Case, Closing
from engine.courts.competence import competent
from engine.courts.models import ConfirmationApplication
from engine.db import db
from engine.deadlines import clocks
from engine.documents import (
    acknowledgements,
    docket_facts,
    facts_of_claims,
    facts_of_closing,
    facts_of_ending,
    facts_of_incidents,
    handover,
    wording,
)
from engine.documents.models import Document
from engine.documents.wording import at_minute, on_day
from engine.mediation.models import Agreement, MediationSession, OrganisationProfile
from engine.workflow.models import UserTask, WaitStatus

MODES = {"video": "video", "telephone": "phone", "on_site": "onsite"}
ROOM = "在线调解室（由短信中的链接进入）"
SESSION_RESULTS = {
    "agreement_full": "各方就全部争议达成一致，由调解员起草调解协议书。",
    "agreement_partial": "各方就部分争议达成一致，由调解员起草调解协议书，其余争议另行处理。",
    "another_session": "本次未达成一致，各方同意继续调解，时间另行确定。",
    "performed": "各方达成一致并已当场履行完毕。",
    "too_far_apart": "各方分歧较大，未能达成协议。",
    "applicant_withdraws": "申请人撤回调解申请。",
    "respondent_unwilling": "被申请人明确表示不愿继续调解。",
    "no_objection": "各方未能当场达成协议，拟由调解员提出无异议调解方案。",
    "group_wait": "本案与其他案件有共同的争点，拟征求各方意见，等待示范案件的结果。",
    "evaluation": "拟征求各方意见，委托中立评估员出具评估意见。",
    "advance_payment": "机构同意先行支付一部分款项，其余争议继续调解。",
    "small_dispute": "各方未能当场达成协议，拟适用小额纠纷快速解决机制，由调解员出具意见。",
}
OUTCOMES_ZH = {
    "O01": "达成调解协议", "O02": "部分达成调解协议", "O03": "无异议调解方案视为协议", "O04": "小额纠纷调解意见被接受",
    "O05": "即时履行", "O06": "自行和解", "O07": "申请人撤回申请",
    "O08": "被申请人拒绝调解", "O09": "无法联系当事人", "O10": "当事人不愿继续调解", "O11": "分歧较大，难以达成协议",
    "O12": "调解期限届满未达成协议", "O13": "当事人拒绝签章", "O14": "更换调解员后视为拒绝调解",
    "O15": "不同意指定，视为拒绝调解",
    "O16": "调解组织不予接受", "O17": "调解组织逾期未确认", "O18": "法院退回", "O19": "涉嫌虚假调解", "O20": "移送或者合并",
    "O21": "其他原因致使调解无法进行", "O22": "不属于受理范围",
}
REFUSALS = ("O16", "O17", "O22")
RULINGS = {"confirmed": "valid", "rejected": "rejected", "not_accepted": "not_accepted", "withdrawn": "withdrawn",
           "deemed_withdrawn": "deemed_withdrawn"}


def of(template: str, case: Case, reason: str = "") -> dict:
    """The template's own facts; empty for a template that needs only the common head."""
    return _MAKERS[template](case, reason) if template in _MAKERS else {}


def answers(case_id: int, *elements: str) -> dict:
    """What was last answered at one of these user tasks of a case."""
    task = db.session.scalar(
        select(UserTask).where(UserTask.case_id == case_id, UserTask.element.in_(elements), UserTask.status == WaitStatus.DONE)
        .order_by(UserTask.closed_at.desc(), UserTask.id.desc()).limit(1))
    return (task.answers or {}) if task else {}


def _names(case: Case, *sides: str) -> str:
    people = [person for person in case.participants if person.role == "party" and person.is_current]
    return "、".join(person.name for person in people if not sides or person.side in sides)


def _acceptance(case: Case, reason: str) -> dict:
    refused = case.outcome in REFUSALS
    profile = db.session.get(OrganisationProfile, case.organisation_id) if case.organisation_id else None
    told = {"decision": "refused" if refused else "accepted", "addressee": _names(case, "applicant")}
    if refused:
        return told | {"reason": reason or _reason(case)}
    contact_by = clocks.last_day_of(case.id, "T05", case.accepted_at or clock.now())
    return told | {"fee": profile.fee if profile else "", "contact_by": contact_by.isoformat()}


def _receipt(case: Case, reason: str) -> dict:
    refused = case.outcome in REFUSALS or case.accepted_at is None
    told = {"decision": "refused" if refused else "accepted", "referral": {"received": on_day(case.received_at)}}
    if refused:
        return told | {"reason": reason or _reason(case)}
    term_ends = clocks.last_day_of(case.id, regimes.get(case.regime).term(case.procedure), case.accepted_at)
    return told | {"accepted_at": at_minute(case.accepted_at), "term_ends": term_ends.isoformat()}


def _notice(case: Case, reason: str) -> dict:
    told = {"addressee": _names(case)}
    session = _session(case)
    if session is not None:
        told["session"] = {"starts_at": at_minute(session.planned_at), "mode": MODES[session.mode],
                           "place": session.place or ROOM}
    return told


def _paper_sheet(case: Case, reason: str) -> dict:
    """The text that is signed by hand: the frozen one."""
    made = db.session.scalar(select(Agreement).where(Agreement.case_id == case.id, Agreement.status == "frozen").order_by(
        Agreement.number.desc()).limit(1))
    paper = db.session.get(Document, made.document_id)
    return {"agreement": {"number": paper.number, "code": paper.check_code, "sha256": paper.frozen_sha256,
                          "pages": str(paper.pages)}}


def _rights(case: Case, reason: str) -> dict:
    return {"addressee": _names(case)}


def _minutes(case: Case, reason: str) -> dict:
    session, said = _session(case), answers(case.id, "hold_session")
    result = said.get("result") or session.result
    ended = session.ended_at or clock.now()
    told = {
        "number": str(_sessions(case)), "starts_at": at_minute(session.started_at or session.planned_at),
        "ends_at": at_minute(ended), "mode": MODES[session.mode], "place": session.place or ROOM,
    }
    words = SESSION_RESULTS.get(result, "本次调解结束。")
    return {
        "session": told, "present": _present(case, session), "entries": _entries(session),
        "result": "\n".join(filter(None, (words, reason or said.get("reason") or ""))),
        "undisputed": [line.strip() for line in str(said.get("undisputed") or "").splitlines() if line.strip()],
        "confirmed": acknowledgements.of_minutes(case, session),
    }


def _present(case: Case, session: MediationSession) -> list[dict]:
    """Who was let into the room; for a meeting elsewhere, whom the mediator noted: everybody expected."""
    there = [seat for seat in session.attendances if seat.admitted_at] or list(session.attendances)
    return [{"name": seat.participant.name,
             "role": acknowledgements.role(seat),
             "checked": "短信链接与验证码" if seat.admitted_at and not seat.participant.user_id else ""} for seat in there]


def _entries(session: MediationSession) -> list[dict]:
    """The minutes by speaker: a line `张三：……` is what 张三 said, other lines are the mediator's; never private notes."""
    lines = [line.strip() for line in session.minutes.splitlines()]
    entries = []
    for line in filter(None, lines):
        speaker, colon, words = line.partition("：")
        known = colon and words.strip() and len(speaker) <= 20
        entries.append({"speaker": speaker if known else "调解员", "text": words.strip() if known else line})
    return entries or [{"speaker": "调解员", "text": "调解员告知各方权利义务、保密要求和虚假调解的后果，主持各方协商。"}]


def _termination(case: Case, reason: str) -> dict:
    told = {"addressee": _names(case), "reason": reason or _reason(case), "ended": on_day(case.concluded_at or clock.now()),
            "started": on_day(case.accepted_at), "sessions": str(_sessions(case) or ""),
            "outcome": f"{case.outcome} {OUTCOMES_ZH.get(case.outcome, '')}".strip()}
    return told | facts_of_ending.no_record(case) | facts_of_ending.what_follows(case)


def _report(case: Case, reason: str) -> dict:
    said = answers(case.id, *handover.REPORTS)
    results = {"O02": "partly"} | dict.fromkeys(("O01", "O03", "O04", "O05"), "agreed")
    failed = "ended" if case.outcome in REFUSALS + ("O06", "O07") else "failed"
    agreement = _agreement(case, ("effective",))
    told = {
        "started": on_day(case.accepted_at or case.received_at), "ended": on_day(case.concluded_at or clock.now()),
        "result": results.get(case.outcome, failed), "sessions": str(_sessions(case)),
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
    return told | facts_of_ending.undisputed(case) | facts_of_closing.told(case)


def _course(case: Case) -> str:
    """The dry course of events, when nobody wrote one: never what was said."""
    lines = [f"{_zh(case.received_at)}，收到本案材料。"]
    if case.accepted_at:
        lines.append(f"{_zh(case.accepted_at)}，确认接受并开始调解。")
    held = [s for s in _all_sessions(case) if s.status in ("ended", "open")]
    lines += [f"{_zh(s.started_at or s.planned_at)}，主持调解。" for s in held]
    return "\n".join(lines)


def _zh(moment) -> str:
    at = moment.astimezone(clock.SHANGHAI)
    return f"{at.year}年{at.month}月{at.day}日"


def _application(case: Case, reason: str) -> dict:
    agreement = _agreement(case, ("effective",))
    court = court_asked(case)
    return {"court": court.name, "court_en": court.name_en, "agreement": _reference(case, agreement), "terms": terms(agreement),
            "attachments": ["调解协议书", "调解组织主持调解的证明", "当事人身份证明", "送达地址确认书"],
            "applicants": _applicants(case)}


def _applicants(case: Case) -> list[dict]:
    joined = acknowledgements.of_application(case)
    return [{"name": person.name, "word": "", **joined.get(person.id, {})}
            for person in case.participants if person.role == "party" and person.is_current]


def _proof(case: Case, reason: str) -> dict:
    agreement = _agreement(case, ("effective",))
    return {"court": court_asked(case).name, "agreement": _reference(case, agreement), "started": on_day(case.accepted_at),
            "signed": on_day(agreement.effective_at), "sessions": str(_sessions(case) or "")}


def _ruling(case: Case, reason: str) -> dict:
    agreement = _agreement(case, ("effective",))
    applied = db.session.scalar(select(ConfirmationApplication).where(
        ConfirmationApplication.case_id == case.id).order_by(ConfirmationApplication.id.desc()).limit(1))
    filed = (applied.accepted_at or applied.applied_at) if applied else None
    told = {"court": court_asked(case).name, "agreement": _reference(case, agreement), "terms": terms(agreement),
            "filed": on_day(filed or clock.now())}
    return told | {"ground": reason} if reason else told


def court_asked(case: Case) -> Body:
    """The court that is asked to confirm: the application's, or else the competent one. Raises NoCompetentCourt."""
    found = db.session.scalar(select(ConfirmationApplication.court_id).where(
        ConfirmationApplication.case_id == case.id).order_by(ConfirmationApplication.id.desc()).limit(1))
    return db.session.get(Body, found) if found else competent(case, str(answers(case.id, "join_application").get("court") or ""))


def terms(agreement: Agreement) -> list[dict]:
    """The terms as templates print them."""
    return [wording.term(one) for one in agreement.terms]


def _reference(case: Case, agreement: Agreement) -> dict:
    document = db.session.get(Document, agreement.document_id) if agreement.document_id else None
    return {"number": document.number if document else "", "date": on_day(agreement.effective_at or agreement.created_at)}


def _agreement(case: Case, statuses: tuple[str, ...]) -> Agreement | None:
    return db.session.scalar(select(Agreement).where(
        Agreement.case_id == case.id, Agreement.status.in_(statuses)).order_by(Agreement.number.desc()).limit(1))


def _all_sessions(case: Case) -> list[MediationSession]:
    return list(db.session.scalars(select(MediationSession).where(
        MediationSession.case_id == case.id, MediationSession.status != "cancelled").order_by(MediationSession.id)))


def _session(case: Case) -> MediationSession | None:
    found = _all_sessions(case)
    return found[-1] if found else None


def _sessions(case: Case) -> int:
    return db.session.scalar(select(func.count()).select_from(MediationSession).where(
        MediationSession.case_id == case.id, MediationSession.status != "cancelled"))


def _reason(case: Case) -> str:
    closing = db.session.scalar(select(Closing).where(Closing.case_id == case.id))
    return "；".join(filter(None, (OUTCOMES_ZH.get(case.outcome, ""), closing.reason if closing else ""))) or "调解终止"


_MAKERS = facts_of_incidents.MAKERS | facts_of_ending.MAKERS | {
    "paper_sheet": _paper_sheet,
    "acceptance_notice": _acceptance, "referral_receipt": _receipt, "mediation_notice": _notice, "rights_notice": _rights,
    "session_minutes": _minutes, "termination_notice": _termination, "court_report": _report,
    "confirmation_application": _application, "mediation_proof": _proof, "ruling": _ruling, **docket_facts.MAKERS,
    **facts_of_claims.MAKERS,
}
