"""How a case is told to a court's or institution's system: an explicit list of fields, in the reader's language."""

import re
from datetime import datetime

from sqlalchemy import select

from engine.access.models import Body, Participant, User
from engine.access.policy import visible
from engine.cases import outcomes, regimes
from engine.cases.models import Case, Referral
from engine.courts import docketed
from engine.db import db
from engine.deadlines import terms
from engine.deadlines.models import Deadline
from engine.documents.models import Document
from engine.errors import NotFound
from engine.i18n import _
from engine.workflow.models import CallStatus, MessageWait, OperationCall, Timer, UserTask, WaitStatus
from webapp.api import problems
from webapp.i18n import say, speaking
from webapp.presenting import ENDED_BY_COURT, ROLES, STAGES
from webapp.sayings import BY_COURTS

ROOT = "/api/v1"
NUMBER = re.compile(r"[0-9A-Z]{1,64}")
WAITING_CALLS = (CallStatus.DUE, CallStatus.RUNNING, CallStatus.STUCK)


def told(text: str, /, **values) -> str:
    """A marked text in the reader's language."""
    with speaking(problems.language()):
        return say(text, values)


def words(zh: str, en: str) -> str:
    """Content in the reader's language."""
    return en if problems.language() == "en" and en else zh


def when(moment) -> str | None:
    return moment.isoformat() if moment else None


def visible_case(actor, number: str) -> Case:
    """The case of this number; raises NotFound alike for a missing and for a foreign one."""
    query = select(Case).where(Case.number == number, visible(actor, Case))
    case = db.session.scalar(query) if NUMBER.fullmatch(number) else None
    if case is None:
        raise NotFound()
    return case


def taken(case: Case) -> dict:
    """What a sender is told about a case just opened."""
    return {"number": case.number, "external_ref": _reference(case), "stage": stage(case), "received_at": when(case.received_at),
            "links": links(case)}


def head(case: Case, updated_at) -> dict:
    """One line of a list."""
    return {
        "number": case.number, "external_ref": _reference(case), "court_number": case.court_number,
        "organisation_number": case.organisation_number, "regime": case.regime,
        "regime_words": regime_words(case), "title": case.title, "stage": stage(case),
        "outcome": {"code": case.outcome, "name": told(outcomes.title(case.outcome))} if case.outcome else None,
        "confirmation": case.confirmation, "organisation": _body(case.organisation), "received_at": when(case.received_at),
        "updated_at": when(updated_at), "closed_at": when(case.closed_at), "links": links(case),
    }


def whole(case: Case, updated_at) -> dict:
    """A case with its clocks and waits."""
    return head(case, updated_at) | {
        "court": _body(case.court), "mediator": case.mediator.name if case.mediator else None,
        "cause": {"code": case.cause_code, "name": case.cause}, "amount": f"{case.amount:.2f}",
        "ending": _ending(case), "settled_amount": None if case.settled_amount is None else f"{case.settled_amount:.2f}",
        "filed_on": _day(case.filed_on), "docketed_on": _day(case.docketed_on), "procedure": case.procedure or None,
        "court_judge": case.court_judge or None, "during_trial": case.during_trial, "accepted_at": when(case.accepted_at),
        "concluded_at": when(case.concluded_at), "deadlines": deadlines(case), "waits": waits(case),
    }


def regime_words(case: Case) -> dict:
    """What the regime of a case means for it, in words."""
    found, language = regimes.get(case.regime), problems.language()
    names = ("title", "referral", "mediation", "failure")
    told = {name: found.say(name, case.during_trial).in_language(language) for name in names}
    return told | {"term": found.term(case.procedure)}


def _ending(case: Case) -> dict | None:
    row = docketed.of_case(case.id)
    if row is None:
        return None
    return {"code": row.kind, "name": told(docketed.title(row.kind)), "number": row.number, "decided_at": when(row.decided_at),
            "in_force_at": when(row.in_force_at), "fee": None if row.fee is None else f"{row.fee:.2f}"}


def _day(day) -> str | None:
    return day.isoformat() if day else None


def stage(case: Case) -> dict:
    return {"code": case.stage, "name": told(_stage(case))}


def links(case: Case) -> dict:
    here = f"{ROOT}/cases/{case.number}"
    return {"self": here, "documents": f"{here}/documents", "messages": f"{here}/messages", "events": f"{here}/events"}


def _stage(case: Case) -> str:
    return ENDED_BY_COURT if (case.stage, case.regime) == ("confirming", "B") else STAGES.get(case.stage, case.stage)


def deadlines(case: Case) -> list[dict]:
    """Every term of the case with its reckoning in words."""
    rows = db.session.scalars(select(Deadline).where(Deadline.case_id == case.id).order_by(Deadline.id))
    return [{
        "term": row.term, "title": _term(row.term, "title"), "starts_at": when(row.starts_at), "due_at": when(row.due_at),
        "status": row.status, "article": _term(row.term, "article"),
        "explanation": words(row.explanation.get("zh", ""), row.explanation.get("en", "")),
        "pauses": [{"from": _moment(each["from"]), "to": _moment(each["to"]),
                    "reason": words(each["reason"], each.get("reason_en", ""))} for each in row.pauses],
        "extensions": [{"days": each["days"], "reason": each["reason"], "new": each["new"]} for each in row.extensions],
    } for row in rows]


def _moment(text: str | None) -> str | None:
    return when(datetime.fromisoformat(text)) if text else None


def waits(case: Case) -> list[dict]:
    """What the case waits for: who, what, since when, by when, under which article, what if not."""
    found = [_person(task) for task in _open(UserTask, case, UserTask.status == WaitStatus.OPEN)]
    found += [_worker(call) for call in _open(OperationCall, case, OperationCall.status.in_(WAITING_CALLS))]
    found += [_message(case, wait) for wait in _open(MessageWait, case, MessageWait.status == WaitStatus.OPEN)
              if wait.name in BY_COURTS]
    found += [_clock(timer) for timer in _open(Timer, case, Timer.status == WaitStatus.OPEN)]
    return found


def _open(model, case: Case, is_open) -> list:
    return list(db.session.scalars(select(model).where(model.case_id == case.id, is_open).order_by(model.id)))


def _wait(kind: str, who: str, what: str, since, by=None, term: str = "") -> dict:
    return {"kind": kind, "who": who, "what": what, "since": when(since), "by": when(by), "article": _term(term, "article"),
            "if_not": _term(term, "expiry")}


def _person(task: UserTask) -> dict:
    return _wait("person", _who(task), words(task.title, task.title_en), task.opened_at, task.due_at, task.term)


def _who(task: UserTask) -> str:
    if task.participant_id:
        return db.session.get(Participant, task.participant_id).name
    role = told(ROLES.get(task.role, task.role))
    holder = db.session.get(User, task.assignee_id) if task.assignee_id else None
    body = db.session.get(Body, task.body_id) if task.body_id else None
    return " ".join(part for part in (body.name if body else "", role, holder.name if holder else "") if part)


def _worker(call: OperationCall) -> dict:
    if call.status == CallStatus.STUCK:
        what = told(_("mend an automatic step that failed"))
        return _wait("worker", told(_("The platform's operators")), what, call.created_at)
    return _wait("worker", told(_("The platform")), told(_("an automatic step is being done")), call.created_at)


def _message(case: Case, wait: MessageWait) -> dict:
    return _wait("message", case.court.name if case.court else told(_("The court")), told(BY_COURTS[wait.name]), wait.opened_at)


def _clock(timer: Timer) -> dict:
    what = _term(timer.term, "title") or told(_("a point in time is reached"))
    return _wait("clock", told(_("The calendar")), what, timer.opened_at, timer.due_at, timer.term)


def _term(term: str, name: str) -> str:
    return getattr(terms.get(term), name).in_language(problems.language()) if term else ""


def _body(body: Body | None) -> dict | None:
    return {"code": body.code, "name": words(body.name, body.name_en)} if body else None


def _reference(case: Case) -> str:
    return db.session.scalar(select(Referral.external_ref).where(Referral.case_id == case.id)) or ""


def document(row: Document, case: Case) -> dict:
    """One file on the case's shelf."""
    return {
        "id": row.id, "kind": row.kind, "title": words(row.title, row.title_en), "number": row.number,
        "media_type": row.media_type, "filename": row.filename, "size": row.size, "pages": row.pages, "sha256": row.sha256,
        "signatures": [{"signer": each.signer, "kind": each.kind, "signed_at": when(each.signed_at)} for each in row.signatures],
        "created_at": when(row.created_at), "links": {"content": f"{ROOT}/cases/{case.number}/documents/{row.id}/content"},
    }
