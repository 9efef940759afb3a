"""What the papers at the end of a mediation say: which facts nobody disputes, or why there is no record of any."""

from sqlalchemy import select

from engine.cases.models import Case
from engine.db import db
from engine.tracks.models import FactsRecord
from engine.workflow.models import UserTask, WaitStatus

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
