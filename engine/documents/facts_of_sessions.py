"""What the minutes of a session say: who was there and how they were known, what they were told, what was said, what follows."""

from collections.abc import Mapping

from sqlalchemy import select

from engine import clock
from engine.cases.models import Case
from engine.db import db
from engine.deadlines.terms import Words
from engine.documents import acknowledgements
from engine.documents.facts_of_notices import MODES, all_sessions, where
from engine.documents.models import Document
from engine.documents.wording import at_minute
from engine.mediation import attendance
from engine.mediation.models import Attendance, MediationSession
from engine.workflow.models import Message

RESULTS = {
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
FAILED = Words("调解员征询各方是否书面确认无争议事实，告知其他解决途径后结案。",
               "A record of undisputed facts is offered, other routes are told; then the case ends.")
DRAFTING = Words("调解员起草协议，各方核对、提问后签署。", "The mediator drafts it; the parties check, ask and sign.")
NEXT = {
    "agreement_full": DRAFTING, "agreement_partial": DRAFTING, "too_far_apart": FAILED, "respondent_unwilling": FAILED,
    "another_session": Words("调解员约定下次调解的时间并提前通知。", "The next meeting is arranged."),
    "performed": Words("各方确认当场履行，制作履行凭证后结案。", "All confirm it; its proof ends the case."),
    "applicant_withdraws": Words("结案并通知各方。", "The case ends and all are told."),
    "no_objection": Words("征得各方书面同意后，送达调解方案书。", "With all parties' written consent a proposal is served."),
    "group_wait": Words("征得各方同意后，中止计算调解期限，等待示范案件的结果。",
                        "With everybody's consent the term rests until the model case has its result."),
    "evaluation": Words("征得各方同意后，委托评估。", "With everybody's consent an evaluation is commissioned."),
    "advance_payment": Words("机构付款、收款人确认后，继续调解。", "After payment and its receipt the mediation goes on."),
    "small_dispute": Words("调解员出具书面意见，由消费者决定是否接受。", "The mediator writes an opinion; the consumer decides."),
}
TOLD = Words("各方已收到权利义务告知书，知悉权利义务、调解程序、保密要求、虚假调解的法律后果，以及申请调解员回避的权利。",
             "The parties have the notice of rights and duties and know these, the procedure, the duty of confidence, what "
             "follows from sham mediation, and that they may ask for another mediator.")
UNCHALLENGED = Words("截至本次调解，没有人申请调解员回避或者更换。", "Until this meeting nobody asked for another mediator.")
CHALLENGED = Words("本案曾有人对调解员提出异议，处理情况见案卷。", "Somebody objected to the mediator; see the file.")
AT_THE_DOOR = "进入调解室前经调解员准入"
KNOWN_BY = {"account": f"平台账号登录；{AT_THE_DOOR}", "link": f"本人手机短信链接与验证码；{AT_THE_DOOR}"}


def minutes(case: Case, reason: str, said: Mapping) -> dict:
    """The minutes of the last session. `said`: what the mediator answered when it was over."""
    held = all_sessions(case)
    session, result = held[-1], said.get("result") or held[-1].result
    ended = session.ended_at or clock.now()
    told = {
        "number": str(len(held)), "starts_at": at_minute(session.started_at or session.planned_at),
        "ends_at": at_minute(ended), "mode": MODES[session.mode], "place": where(session),
    }
    words = RESULTS.get(result, "本次调解结束。")
    return {
        "session": told, "present": _present(session), **_absent(session),
        "entries": _entries(session), **_announced(case), **_next(result),
        "recorder": case.mediator.name if case.mediator else "",
        "result": "\n".join(filter(None, (words, reason or said.get("reason") or ""))),
        "undisputed": [line.strip() for line in str(said.get("undisputed") or "").splitlines() if line.strip()],
        "confirmed": acknowledgements.of_minutes(case, session),
    }


def _present(session: MediationSession) -> list[dict]:
    """Who was let into the room; for a meeting elsewhere, whom the mediator noted as having come."""
    others = [{"name": one["name"], "role": one["role"], "checked": attendance.IDENTITIES[one["identity"]]}
              for one in session.others or []]
    return [_seated(seat) for seat in attendance.there(session)] + others


def _seated(seat: Attendance) -> dict:
    left = "（中途到场或者退场）" if seat.came == attendance.PARTLY else ""
    return {"name": seat.participant.name + left, "role": acknowledgements.role(seat), "checked": _known_by(seat)}


def _absent(session: MediationSession) -> dict:
    """Who was expected and did not come, where somebody did not."""
    absent = [{"name": seat.participant.name, "role": acknowledgements.role(seat)} for seat in attendance.absent(session)]
    return {"absent": absent} if absent else {}


def _known_by(seat: Attendance) -> str:
    """How the platform or the mediator knew who it was; of a meeting elsewhere only what was noted is known."""
    if seat.identity:
        return attendance.IDENTITIES[seat.identity]
    if not seat.admitted_at or seat.participant.role == "mediator":
        return ""
    return KNOWN_BY["account" if seat.participant.user_id or seat.participant.body_id else "link"]


def _announced(case: Case) -> dict:
    """What was told before: by the notice of rights and duties; and whether anybody wanted another mediator."""
    notice = db.session.scalar(select(Document.id).where(
        Document.case_id == case.id, Document.kind == "rights_notice").limit(1))
    challenged = db.session.scalar(select(Message.id).where(
        Message.case_id == case.id, Message.name == "mediator_challenged").limit(1))
    told = [*([TOLD] if notice is not None else []), CHALLENGED if challenged else UNCHALLENGED]
    return {"announced": [one.zh for one in told], "announced_en": [one.en for one in told]}


def _next(result: str) -> dict:
    return {"next": NEXT[result].zh, "next_en": NEXT[result].en} if result in NEXT else {}


def _entries(session: MediationSession) -> list[dict]:
    """The minutes by speaker: a line `张三：……` is what 张三 said, other lines are the mediator's; never private notes."""
    lines = [line.strip() for line in session.minutes.splitlines()]
    entries = []
    for line in filter(None, lines):
        speaker, colon, words = line.partition("：")
        known = colon and words.strip() and len(speaker) <= 20
        entries.append({"speaker": speaker if known else "调解员", "text": words.strip() if known else line})
    return entries or [{"speaker": "调解员", "text": "主持各方协商。本次调解没有另行记录各方的陈述。"}]
