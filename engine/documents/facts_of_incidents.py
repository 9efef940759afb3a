"""What the papers of incidents say: disclosure, recusal, suspension, appraisal, a longer term."""

from datetime import datetime

from sqlalchemy import select

from engine import clock
from engine.cases.models import Case
from engine.db import db
from engine.deadlines import reckoning, terms
from engine.deadlines.models import Deadline
from engine.documents.acknowledgements import SIDES
from engine.documents.models import Document
from engine.documents.wording import at_minute, on_day, way
from engine.workflow.models import Message, UserTask, WaitStatus


def said(case_id: int, name: str) -> dict:
    """What was last said to a case under this name: who challenged the mediator, who suspected what."""
    found = select(Message.payload).where(Message.case_id == case_id, Message.name == name).order_by(Message.id.desc())
    return db.session.scalar(found.limit(1)) or {}


def _answered(case_id: int, element: str) -> UserTask | None:
    return db.session.scalar(select(UserTask).where(
        UserTask.case_id == case_id, UserTask.element == element, UserTask.status == WaitStatus.DONE
    ).order_by(UserTask.id.desc()).limit(1))


def _names(case: Case) -> str:
    return "、".join(person.name for person in case.participants if person.role == "party" and person.is_current)


HANDLED = ("decide_complaint", "answer_complaint")
MEASURES = {"warning": "予以警告。", "report": "予以通报。", "removal": "从名册中除名。", "criticism": "予以批评教育，责令改正。",
            "paused": "暂停指派新的案件。", "dismissed": "予以解聘。"}


def _complaint(case: Case, reason: str) -> dict:
    """What a party complained of and what was found; empty at the desk, where the writer says it all."""
    task = db.session.scalar(select(UserTask).where(
        UserTask.case_id == case.id, UserTask.element.in_(HANDLED), UserTask.status == WaitStatus.DONE
    ).order_by(UserTask.closed_at.desc(), UserTask.id.desc()).limit(1))
    told = _told_of_complaint(case, task)
    if told:
        return told
    if task is None:
        return {}
    made, said_to_it = task.data["complaint"], task.answers
    return {"complainant": made["name"], "about": f"调解员{made['mediator']}", "received": on_day(task.opened_at),
            "complaint": made["reason"], "findings": f"{said_to_it['findings']}\n调解员的说明：{said_to_it['heard']}",
            "decision": MEASURES.get(said_to_it.get("measure"), "没有发现违反规定的行为。") + said_to_it["decision"]}


def _told_of_complaint(case: Case, task: UserTask | None) -> dict:
    """What a court's own system said last, if nobody here decided after it: the answer passes its words on."""
    heard = db.session.scalar(select(Message).where(
        Message.case_id == case.id, Message.name == "complaint_decided").order_by(Message.id.desc()).limit(1))
    if heard is None or (task is not None and task.closed_at > heard.received_at):
        return {}
    decided, paper = heard.payload, db.session.get(Document, heard.payload["paper"])
    words = MEASURES.get(decided["measure"], "没有发现违反规定的行为。") + decided["decision"]
    return {"complainant": paper.told["complainant"], "about": f"调解员{paper.told['about']}",
            "received": on_day(paper.created_at), "complaint": paper.told["complaint"], "findings": decided["findings"],
            "decision": f"本投诉由{case.court.name}处理，处理结果由其系统告知：{words}"}


def _disclosure(case: Case, reason: str) -> dict:
    """The paper comes before the appointment: it names whoever was asked to mediate and disclosed something."""
    asked, beside = _answered(case.id, "disclose_conflicts"), _answered(case.id, "disclose_as_co")
    name = case.mediator.name if case.mediator else (asked.completed_by if asked else "")
    if beside is not None and (beside.answers or {}).get("disclosure") == reason:
        name = beside.completed_by  # somebody who is to sit beside the chair
    return {"addressee": _names(case), "disclosure": reason, "mediator": {"name": name or "拟任调解员"}}


def statement(case: Case) -> dict:
    """What the mediator said of conflicts at the assignment, and what the parties answered; nothing before anybody was asked."""
    asked = _answered(case.id, "disclose_conflicts")
    if asked is None:
        return {"answers": []}
    said_then = asked.answers or {}
    told = {"mediator": {"name": asked.completed_by}, "declared": at_minute(asked.closed_at),
            "conflict": "none" if said_then.get("conflict") == "none" else "disclosed",
            "disclosure": str(said_then.get("disclosure") or "")}
    replies = db.session.scalars(select(UserTask).where(
        UserTask.case_id == case.id, UserTask.element == "answer_disclosure", UserTask.status == WaitStatus.DONE,
        UserTask.closed_at >= asked.closed_at).order_by(UserTask.id))
    people = {person.id: person.name for person in case.participants}
    answers = [{"name": people.get(one.participant_id, ""), "answer": (one.answers or {}).get("stands", ""),
                "at": at_minute(one.closed_at), "reason": str((one.answers or {}).get("objection_reason") or "")}
               for one in replies]
    return told | ({"answers": answers} if answers else {})


def _recusal(case: Case, reason: str) -> dict:
    asked, decided = said(case.id, "mediator_challenged"), _answered(case.id, "decide_recusal")
    return {
        "addressee": _names(case), "request": {"by": asked.get("by") or "当事人", "ground": asked.get("reason") or "见申请"},
        "decision": (decided.answers or {}).get("recusal", "refused") if decided else "refused", "reason": reason,
        "decided_by": decided.completed_by if decided else "",
    }


def _suspension(case: Case, reason: str) -> dict:
    told = {"addressee": case.court.name if case.court else case.organisation.name, "reason": reason or "见材料",
            "suspended_on": on_day(clock.now())}
    return told | {"reported_by": said(case.id, "simulation_suspected").get("by") or ""}


def _after_suspension(case: Case, reason: str) -> dict:
    """What was decided after the inquiry. Whether it goes on, and on whose word, the diagram says."""
    return {"addressee": _names(case), "reason": reason or "见材料", "suspended_on": _suspended_on(case)}


def _suspicion_letter(case: Case, reason: str) -> dict:
    """To whoever is to act, with what shows the suspicion; which measure it is, and to whom, the diagram says."""
    shown = db.session.scalars(select(Document).where(
        Document.case_id == case.id, Document.kind.in_(("suspension_report", "suspension_decision"))).order_by(Document.id))
    return {"reason": reason or "见材料", "suspended_on": _suspended_on(case),
            "suspicion": said(case.id, "simulation_suspected").get("reason") or "见材料",
            "attachments": [f"{one.title}，{one.number}" for one in shown]}


def _suspended_on(case: Case) -> str:
    reported = select(Document.created_at).where(Document.case_id == case.id, Document.kind == "suspension_report")
    return on_day(db.session.scalar(reported.order_by(Document.id.desc()).limit(1)) or clock.now())


def _appraisal(case: Case, reason: str) -> dict:
    agreed = _answered(case.id, "agree_appraisal")  # what they agreed to, a second time with another day
    asked = (agreed.data.get("appraisal") if agreed else None) or said(case.id, "appraisal_asked")
    return {"addressee": asked.get("appraiser") or "鉴定机构", "subject": asked.get("subject") or "见材料", 
            "agreed": _names(case), "reason": asked.get("reason") or "专门性问题需要鉴定", "advance": asked.get("advance") or "",
            "materials": asked.get("materials") or "", "until": asked.get("until") or ""}


def _extension(case: Case, reason: str) -> dict:
    """The term that was extended last: its ends, who asked and why, and each party's consent with its time and channel."""
    extended = [row for row in db.session.scalars(select(Deadline).where(Deadline.case_id == case.id)) if row.extensions]
    row = max(extended, key=lambda each: each.extensions[-1]["at"])
    last, title = row.extensions[-1], terms.get(row.term).title
    sides = {person.id: SIDES[person.side] for person in case.participants if person.role == "party"}
    consents = []
    for one in last["consents"]:
        told, told_en = way(one["channel"])
        consents.append({"name": one["name"], "role": sides.get(one.get("party"), ""), "at": at_minute(_read(one["at"])),
                         "way": told, "way_en": told_en})
    return {"term": title.zh, "term_en": title.en, "days": str(last["days"]), "reason": last["reason"],
            "old": _last_day(last["old"]), "new": _last_day(last["new"]), "asked_by": last.get("asked_by", ""),
            "consents": consents}


def _read(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def _last_day(due_at: str) -> str:
    return reckoning.last_day(_read(due_at)).isoformat()


MAKERS = {"mediator_declaration": _disclosure, "recusal_decision": _recusal, "suspension_report": _suspension,
          "suspension_decision": _after_suspension, "suspicion_letter": _suspicion_letter, "appraisal_commission": _appraisal,
          "extension_consent": _extension, "complaint_answer": _complaint}
