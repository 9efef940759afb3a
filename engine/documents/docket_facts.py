"""What the court's papers to mediators and parties ask for: letters of delegation (regime A) and entrustment, mediation letter,
rulings, notices (regime B)."""

from datetime import datetime

from sqlalchemy import select

from engine import clock
from engine.cases import regimes
from engine.cases.models import Case
from engine.courts import docketed, fee_relief
from engine.db import db
from engine.deadlines import terms
from engine.documents import acknowledgements, wording
from engine.documents.models import Document
from engine.documents.parties import party
from engine.documents.wording import on_day
from engine.mediation.models import Agreement
from engine.money import capitals, court_fee
from engine.notices.models import Serving
from engine.workflow.models import UserTask, WaitStatus

ROLES = {"applicant": "原告", "respondent": "被告", "third": "第三人"}
BEFORE_DOCKETING = {"原告": "申请人", "被告": "被申请人"}
PROCEDURES = {"ordinary": "普通程序", "simplified": "简易程序"}


def of_court(case: Case) -> dict:
    """What every paper of the court in a docketed case says."""
    told = {
        "court": case.court.name, "court_en": case.court.name_en, "court_number": case.court_number, "sides": sides(case),
        "docketed": case.docketed_on.isoformat() if case.docketed_on else on_day(case.received_at),
        "procedure": PROCEDURES.get(case.procedure, ""), "judge": docketed.who_judged(case), "clerk": _clerk(case),
        "signers": [{"field": "court", "label": "人民法院（院印）", "name": case.court.name}],
    }
    return {key: value for key, value in told.items() if value}


def sides(case: Case) -> list[dict]:
    """The parties as a court calls them once it has docketed the case."""
    order = list(ROLES)
    people = [person for person in case.participants if person.role == "party" and person.is_current]
    people.sort(key=lambda person: (order.index(person.side), person.position, person.id))
    return [party(person) | {"role": ROLES[person.side]} for person in people]


def _clerk(case: Case, otherwise: str = "书记员") -> str:
    acted = select(UserTask.completed_by).where(
        UserTask.case_id == case.id, UserTask.role == "clerk", UserTask.status == WaitStatus.DONE)
    return db.session.scalar(acted.order_by(UserTask.closed_at.desc()).limit(1)) or otherwise


def _letter_of_entrustment(case: Case, reason: str) -> dict:
    """Of entrustment for a docketed case, of delegation before: then there is neither a judge nor plaintiff and defendant yet."""
    term = terms.get(regimes.get(case.regime).term(case.procedure))
    told = of_court(case)
    if case.regime == "A":
        told = {key: value for key, value in told.items() if key not in ("judge", "procedure")} | {"sides": _undocketed(told)}
        told["clerk"] = _clerk(case, "")
    return told | {
        "addressee": case.organisation.name if case.organisation else "特邀调解组织", "days": str(term.length),
        "addressee_en": case.organisation.name_en if case.organisation else "",
        "during_trial": case.during_trial, "materials": [{"name": name} for name in _sent_along(case)],
        "amount": f"{case.amount:,.2f}", "phone": case.court.phone or "12368",
    }


def _undocketed(told: dict) -> list[dict]:
    """The sides as they are called before there are plaintiff and defendant."""
    return [side | {"role": BEFORE_DOCKETING.get(side["role"], side["role"])} for side in told["sides"]]


def _sent_along(case: Case) -> list[str]:
    shelf = select(Document.title).where(Document.case_id == case.id, Document.audience == "filing").order_by(Document.id)
    return list(db.session.scalars(shelf)) or ["起诉状副本", "当事人身份证明", "证据材料"]


def _mediation_letter(case: Case, reason: str) -> dict:
    made, told = _agreement(case), of_court(case)
    told |= {"claims": [claim["text"] for claim in case.claims], "statement": case.statement,
             "partial": made.scope == "partial", "terms": [wording.term(one) for one in made.terms]}
    if case.regime == "A":  # both ask for it before docketing (诉前调书): there is no docket, no procedure and no fee
        told = {key: value for key, value in told.items() if key not in ("docketed", "procedure")}
        return told | {"sides": _undocketed(told), "agreed_on": on_day(made.effective_at)}
    return told | {"fee": money(court_fee.halved(case.amount))}


def _withdrawal_application(case: Case, reason: str) -> dict:
    made, said = _agreement(case, required=False), acknowledgements.of_withdrawal(case)
    plaintiffs = [person for person in case.participants
                  if person.role == "party" and person.is_current and person.side == "applicant"]
    told = {key: value for key, value in of_court(case).items() if key not in ("judge", "clerk")} | {
        "signers": [],
        "applicants": [{"name": person.name, "word": "", **said.get(person.id, {})} for person in plaintiffs]}
    if made is not None:
        told["agreed_on"] = on_day(made.effective_at or made.created_at)
    return told


def _ruling(case: Case, reason: str) -> dict:
    applied = acknowledgements.withdrawal_applied_at(case)
    if applied is not None:
        return of_court(case) | {"ruling": "withdrawal", "applied": on_day(applied), "fee": money(court_fee.halved(case.amount))}
    received = _fee_notice_received(case)
    return of_court(case) | {"ruling": "deemed_withdrawn"} | ({"received": on_day(received)} if received else {})


def _fee_notice_received(case: Case) -> datetime | None:
    """When the last plaintiff received the latest notice to pay; None while somebody has not."""
    notice = db.session.scalar(select(Document.id).where(
        Document.case_id == case.id, Document.kind == "fee_notice").order_by(Document.id.desc()).limit(1))
    served = list(db.session.scalars(select(Serving.served_at).where(Serving.document_id == notice)))
    return max(served) if served and all(served) else None


def _fee_notice(case: Case, reason: str) -> dict:
    return of_court(case) | {"fee": money(docketed.filing_fee(case)), "amount": f"{case.amount:,.2f}"}


def _fee_decision(case: Case, reason: str) -> dict:
    told = fee_relief.decided(case.id)
    found = {"decision": told["relief_decision"], "reason": reason, "fee": money(docketed.filing_fee(case))}
    if told["relief_decision"] in ("reduction", "refused"):
        found |= {"left": money(fee_relief.to_pay(case, told)), "pay_by": told["pay_by"]}
    if told["relief_decision"] == "reduction":
        found |= {"percent": str(told["relief_percent"])}
    if told["relief_decision"] == "deferral":
        found |= {"deferred": told["deferred_until"]}
    return of_court(case) | found


def _trial_notice(case: Case, reason: str) -> dict:
    return of_court(case) | {"resumed": case.during_trial, "reason": reason,
                             "ended": on_day(case.concluded_at or clock.now())}


def _closing_record(case: Case, reason: str) -> dict:
    return of_court(case) | {"reason": reason}


def _agreement(case: Case, required: bool = True) -> Agreement | None:
    found = db.session.scalar(select(Agreement).where(
        Agreement.case_id == case.id, Agreement.status == "effective").order_by(Agreement.number.desc()).limit(1))
    if found is None and required:
        raise LookupError(f"case {case.id} has no agreement in force")
    return found


def money(amount) -> dict:
    """A sum in figures and words."""
    return {"amount": f"{amount:,.2f}", "amount_words": f"人民币{capitals.in_words(amount)}"}


MAKERS = {
    "entrustment_letter": _letter_of_entrustment, "mediation_letter": _mediation_letter,
    "withdrawal_application": _withdrawal_application, "docket_ruling": _ruling, "fee_notice": _fee_notice,
    "fee_decision": _fee_decision, "trial_notice": _trial_notice, "closing_record": _closing_record,
}
