"""Who acknowledged a paper that nobody signs, when and by which way: what stands where signatures would be."""

from datetime import datetime

from sqlalchemy import select

from engine import clock
from engine.cases.models import Case
from engine.db import db
from engine.deadlines import moment
from engine.mediation.attendance import ABSENT
from engine.mediation.models import Attendance, MediationSession
from engine.workflow.models import UserTask, WaitStatus

SIDES = {"applicant": "申请人", "respondent": "被申请人", "third": "第三人", "neutral": "调解员"}
ON_PAPER = "（现场签名）"
JOINING = ("join_application", "join_restored", "apply_again", "apply_again_restored")  # where a party says that it applies
FEE_NOTED = ("record_fee", "record_fee_in_time")  # where the court notes what became of the filing fee


def of_minutes(case: Case, session: MediationSession) -> list[dict]:
    """Each side's word on the minutes of a session, and each mediator's; at a meeting in person they sign the printed sheet."""
    on_paper = session.mode == "on_site"
    told = [{"name": seat.participant.name, "role": role(seat), **({"word": ""} if on_paper else _answered(seat))}
            for seat in session.attendances if seat.participant.side != "neutral" and seat.came != ABSENT]
    told += [{"name": one["name"], "role": one["role"], "word": ""} for one in session.others or [] if on_paper]
    if case.mediator:
        kept = {"word": ""} if on_paper else _both("主持会议并制作本笔录", "held the meeting and made these minutes")
        told.append({"name": case.mediator.name, "role": "调解员", **kept})
    told += [{"name": seat.participant.name, "role": "调解员", **({"word": ""} if on_paper else _answered(seat))}
             for seat in session.attendances
             if seat.participant.role == "co_mediator" and seat.came != ABSENT
             and (seat.came or seat.admitted_at or seat.minutes_answer)]
    return told


def role(seat: Attendance) -> str:
    """As which side somebody sat there."""
    speaks_for = "的代理人" if seat.participant.role in ("agent", "handler") else ""
    return SIDES[seat.participant.side] + speaks_for


def _answered(seat: Attendance) -> dict[str, str]:
    match seat.minutes_answer:
        case "confirmed":
            at = seat.minutes_answered_at
            return _both(f"{in_words(at)}在线核对，确认无误", f"checked and confirmed on line, {in_english(at)}")
        case "objected":
            at, remark = seat.minutes_answered_at, seat.minutes_remark
            return _both(f"{in_words(at)}在线提出异议：{remark}", f"objected on line, {in_english(at)}: {remark}")
    return _both("尚未在线核对", "not yet checked on line")


def of_application(case: Case) -> dict[int, dict[str, str]]:
    """How each party joined the application for confirmation, the last time, by participant id: `word` and `word_en`."""
    done = db.session.scalars(select(UserTask).where(
        UserTask.case_id == case.id, UserTask.element.in_(JOINING), UserTask.status == WaitStatus.DONE,
        UserTask.participant_id.is_not(None)).order_by(UserTask.id))
    return {task.participant_id: _said(task, "确认共同申请", "joined the application")
            for task in done if (task.answers or {}).get("joins") == "yes"}


def of_withdrawal(case: Case) -> dict[int, dict[str, str]]:
    """How each plaintiff applied for leave to withdraw, by participant id: `word` and `word_en`."""
    return {task.participant_id: _said(task, "确认申请撤诉", "applied for leave to withdraw") for task in _withdrawals(case)}


def _said(task: UserTask, chinese: str, english: str) -> dict[str, str]:
    by, by_en = "通过本人短信链接", "by their own link from a text message"
    if task.body_id:
        by, by_en = f"由{task.completed_by}登录机构账号", f"through {task.completed_by} by the institution's account"
    return _both(f"{in_words(task.closed_at)}{by}{chinese}", f"{english} on {in_english(task.closed_at)}, {by_en}")


def _both(chinese: str, english: str) -> dict[str, str]:
    return {"word": chinese, "word_en": english}


def withdrawal_applied_at(case: Case) -> datetime | None:
    """When the last plaintiff applied for leave to withdraw, here or in writing to the court; None while not all of them did."""
    written = _last_answers(case, FEE_NOTED)
    if written.get("fee") == "withdrawn":
        return moment(written["withdrawn_on"])
    plaintiffs = {person.id for person in case.participants
                  if person.role == "party" and person.is_current and person.side == "applicant"}
    applied = {task.participant_id: task.closed_at for task in _withdrawals(case)}
    return max(applied.values()) if applied and plaintiffs <= set(applied) else None


def _last_answers(case: Case, elements: tuple[str, ...]) -> dict:
    """What was said last in one of these tasks of a case."""
    task = db.session.scalar(select(UserTask).where(
        UserTask.case_id == case.id, UserTask.element.in_(elements), UserTask.status == WaitStatus.DONE
    ).order_by(UserTask.closed_at.desc()).limit(1))
    return dict(task.answers or {}) if task is not None else {}


def _withdrawals(case: Case) -> list[UserTask]:
    done = db.session.scalars(select(UserTask).where(
        UserTask.case_id == case.id, UserTask.element == "apply_withdrawal", UserTask.status == WaitStatus.DONE
    ).order_by(UserTask.id))
    return [task for task in done if (task.answers or {}).get("applies") == "yes"]


def in_words(moment: datetime) -> str:
    """2024年11月5日14:30, in Beijing time."""
    at = moment.astimezone(clock.SHANGHAI)
    return f"{at.year}年{at.month}月{at.day}日{at:%H:%M}"


def in_english(moment: datetime) -> str:
    """5 November 2024, 14:30 (Beijing time)."""
    return f"{moment.astimezone(clock.SHANGHAI):%-d %B %Y, %H:%M} (Beijing time)"
