"""What the papers at the end of a mediation say: undisputed facts or why there is no record of any, what the parties may do
now, which organisations did not answer, what was performed on the spot.
"""

import tomllib
from functools import cache
from pathlib import Path

from sqlalchemy import select

from engine import clock
from engine.access.models import Body
from engine.cases.models import Case, CaseLink
from engine.db import db
from engine.documents import wording
from engine.documents.parties import SIDES, parties_of
from engine.documents.wording import at_minute, day_in_chinese, on_day
from engine.mediation import sessions, spot
from engine.mediation.models import SessionStatus
from engine.notices import addresses
from engine.tracks.models import FactsRecord
from engine.workflow.models import UserTask, WaitStatus

TABLE = Path(__file__).with_name("tables") / "endings.toml"
EARLY = {  # else as _before_acceptance says
    "O06": "settled", "O07": "withdrawn", "O08": "unwilling", "O10": "unwilling", "O18": "returned"}
CHOOSING = ("accept_referral", "review_application", "choose_organisation_together", "designate_organisation")
NO_ANSWER = ("逾期未确认", "No answer in time")
NOT_AGREED = ("已征询各方是否书面记载无争议事实，各方未能一致同意并签署，未作记载。",
              "The parties were asked about a written record of undisputed facts. Not all agreed and signed, so there is none.")
NONE_FOUND = ("各方同意书面记载，经调解员核对，没有各方共同确认的无争议事实：",
              "All agreed to a written record of undisputed facts, but the mediator found none that all confirm: ")


def undisputed(case: Case) -> dict:
    """The facts that all signed as undisputed, for the report; or what `no_record` says."""
    record = db.session.scalar(select(FactsRecord).where(FactsRecord.case_id == case.id, FactsRecord.status == "signed"))
    if record is not None:
        return {"undisputed": [f"{one['text']}（证据：{one['source']}）" for one in record.items]}
    return no_record(case)


def no_record(case: Case) -> dict:
    """Why there is no record although one was offered; who did not agree is nobody's business."""
    asked = db.session.scalars(select(UserTask).where(
        UserTask.case_id == case.id, UserTask.element.in_(("consent_facts", "list_facts"))).order_by(UserTask.id)).all()
    signed = db.session.scalar(select(FactsRecord.id).where(FactsRecord.case_id == case.id, FactsRecord.status == "signed"))
    if not asked or signed is not None:
        return {}
    listed = [task.answers or {} for task in asked if task.element == "list_facts" and task.status == WaitStatus.DONE]
    if listed and listed[-1].get("facts_found") == "none":
        return _said(*(words + listed[-1]["none_reason"] for words in NONE_FOUND))
    return _said(*NOT_AGREED)


def _said(chinese: str, english: str) -> dict:
    return {"no_record": chinese, "no_record_en": english}


def service(case: Case) -> dict:
    """Who has confirmed an address for service, and whether for electronic service: it holds on (CPL-Interp 137)."""
    held = addresses.of_case(case.id)
    lines = []
    for person in parties_of(case):
        row = held.get(person.id)
        agrees = "" if row is None else "，同意电子送达" if row.agrees else "，不同意电子送达"
        lines.append(f"{SIDES[person.side]}{person.name}：" + (
            f"{day_in_chinese(row.confirmed_at)}签署送达地址确认书{agrees}" if row else "没有签署送达地址确认书"))
    return {"service": "\n".join(lines)} if lines else {}


def what_follows(case: Case) -> dict:
    """The words of this close code, where it has its own: what it means, and what the parties may do."""
    told = {"returned": [f"材料移送清单所列材料，退回{case.court.name}"]} if case.court and case.outcome != "O20" else {}
    if case.outcome == "O20":
        told |= _moved_to(case)
    row = next((row for row in _endings() if _fits(row, case)), None)
    if row is None:
        return told
    return told | {"word": row["word"], "word_en": row["word_en"], "remedies": row["routes"], "remedies_en": row["routes_en"]}


def _fits(row: dict, case: Case) -> bool:
    fits = case.outcome in row["outcomes"] and case.regime in row.get("regimes", "ABC")
    if row.get("taken_back"):
        return fits and case.accepted_at is None and not none_found(case)
    return fits and (not row.get("none_fits") or none_found(case))


def none_found(case: Case) -> bool:
    """Did the case end because the court had no organisation to designate?"""
    last = _last_asked(case, CHOOSING)
    return last is not None and last.element == "designate_organisation" and (last.answers or {}).get("designated") == "none"


def _last_asked(case: Case, elements: tuple[str, ...]) -> UserTask | None:
    return db.session.scalar(select(UserTask).where(
        UserTask.case_id == case.id, UserTask.element.in_(elements)).order_by(UserTask.id.desc()).limit(1))


def _moved_to(case: Case) -> dict:
    link = db.session.scalar(select(CaseLink).where(CaseLink.case_id == case.id).order_by(CaseLink.id.desc()).limit(1))
    other = db.session.get(Case, link.other_id) if link else None
    if other is None:
        return {}
    name = other.organisation.name if other.organisation else "另一调解组织"
    return {"moved_to": f"{name}，{other.organisation_number or other.number}"}


@cache
def _endings() -> list[dict]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))["ending"]


def _no_answer(case: Case, reason: str) -> dict:
    """Each organisation that was asked, in order: it let the term pass, or refused (Online-Mediation Rules Art. 12)."""
    return {"addressee": _court_and_applicants(case), "asked": [_asked(task, case) for task in _referred(case)], "signers": []}


def _referred(case: Case) -> list[UserTask]:
    return list(db.session.scalars(select(UserTask).where(
        UserTask.case_id == case.id, UserTask.element == "accept_referral").order_by(UserTask.id)))


def _court_and_applicants(case: Case) -> str:
    parties = [person.name for person in case.participants if person.role == "party" and person.side == "applicant"]
    return "、".join(filter(None, (case.court.name if case.court else "", *parties)))


def _asked(task: UserTask, case: Case) -> dict:
    body = db.session.get(Body, task.body_id) if task.body_id else case.organisation
    told = {"organisation": body.name if body else "", "at": at_minute(task.opened_at),
            "until": on_day(task.due_at) if task.due_at else "", "result": NO_ANSWER[0], "result_en": NO_ANSWER[1]}
    if task.status == WaitStatus.DONE:
        told |= {"result": f"不予接受：{(task.answers or {}).get('reason') or '见回执'}", "result_en": "Refused"}
    return told


def _on_the_spot(case: Case, reason: str) -> dict:
    """What was performed, and who confirmed it how: no letter is needed then, the record says it (CPL 101). Else nothing."""
    told = spot.record(case.id)
    if case.outcome != "O05" or told is None:
        return {}
    said, held = told.answers or {}, sessions.of_case(case.id) if told.element == "hold_session" else []
    met = [one for one in held if one.status != SessionStatus.CANCELLED]
    on = (met[-1].ended_at if met else None) or told.closed_at or clock.now()
    return {"performed": "全部履行", "on": on_day(on), "remark": str(said.get("spot_what") or ""),
            "amount": wording.figures(said["spot_amount"]) if said.get("spot_amount") else "",
            "channel": "当场履行" if met else "即时履行", "told_by": _who_confirmed(case, said, len(met))}


def _who_confirmed(case: Case, said: dict, times: int) -> str:
    """The parties' own words, not the mediator's: signatures on the record of a meeting, or each one's answer and its day."""
    if said.get("spot_signed"):
        return f"各方在第{times}次调解的纸质笔录上签名确认，扫描件附卷"
    names = {person.id: person.name for person in case.participants}
    return "各方逐一在线确认：" + "、".join(
        f"{names[task.participant_id]}（{on_day(task.closed_at)}）" for task in spot.confirmed(case.id))


def _before_acceptance(case: Case, reason: str) -> dict:
    """A case that ended before anybody accepted it: how, why, who had been asked. There was no mediation to report on."""
    last, follows = _last_asked(case, CHOOSING), what_follows(case)
    deciding = case.organisation if last is not None and last.element in CHOOSING[:2] else None
    tried = [_asked(task, case) for task in _referred(case) if not (deciding and task is last)]
    told = {"addressee": _court_and_applicants(case), "signers": [],
            "how": EARLY.get(case.outcome) or ("none_fits" if none_found(case) else "returned"),
            "ended": on_day(case.concluded_at or clock.now()), "reason": reason, "asked": deciding.name if deciding else "",
            "tried": [f"{one['organisation']}：{one['result']}" for one in tried],
            "tried_en": [f"{one['organisation']}: {one['result_en']}" for one in tried],
            **{key: follows[key] for key in ("remedies", "remedies_en") if key in follows}}
    return {key: value for key, value in told.items() if value or key == "signers"}


MAKERS = {"early_end_notice": _before_acceptance, "no_answer_notice": _no_answer, "performance_record": _on_the_spot}
