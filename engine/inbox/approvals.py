"""Settling above one's limit: the answers wait, the institution's ladder of approvers is asked, and what they said is shown.

The request begins the process `settlement_authority`; the agent keeps the task and hands it in again once there is an approval.
Nothing of this leaves the institution but whether its authority is confirmed or pending.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.access.permissions import Permission
from engine.access.policy import may, require
from engine.cases import limits
from engine.cases.limits import Stake
from engine.cases.models import AuthorityRequest, Case
from engine.db import db, locked
from engine.errors import Conflict
from engine.forms.form import Form
from engine.i18n import _
from engine.inbox import stakes, tasks
from engine.inbox.asking import acts
from engine.mediation import agreement as agreements
from engine.mediation import standing
from engine.mediation.standing import ApprovalNeeded
from engine.workflow import messages
from engine.workflow.models import UserTask

PROCESS, MESSAGE = "settlement_authority", "authority_asked"
OFFER = Form.from_row({"id": "authority_offer", "components": [
    {"key": "offer_amount", "type": "money", "label": "拟同意支付或者放弃的最高金额（元）", "required": True, "min": "0.01",
     "label_en": "The most to be paid or waived (CNY)"},
    {"key": "offer_duties", "type": "number", "label": "付款以外的义务（项数，没有的不填）", "min": 0, "max": 20,
     "label_en": "Duties other than payment (how many; empty: none)"},
    {"key": "offer_reason", "type": "textarea", "label": "理由", "label_en": "Reason", "required": True, "max_length": 1000}]})


class WithinYourLimit(Conflict):
    message = _("You may settle for so much yourself; no approval is needed.")


class AskedBefore(Conflict):
    message = _("An approval has been asked for and is not yet decided.")


@dataclass(frozen=True)
class Approval:
    """How a request stands, for the institution's own people."""

    row: AuthorityRequest
    is_enough: bool  # reaches as far as what is to be signed now


def hand_in(actor: Actor, task_id: int, answers: Mapping | Callable[[Form], Mapping], seen: Mapping | None = None) -> UserTask:
    """Complete a task; what is above the actor's limit is kept as a draft and put to the approver: the task stays open."""
    try:
        return tasks.complete(actor, task_id, answers, seen)
    except ApprovalNeeded:
        task = tasks.get(actor, task_id)
        form = tasks.form_of(task)
        told = form.check(answers(form) if callable(answers) else answers, task.data)
        found = stakes.of_answers(task, form, told)
        _ask(actor, found.person, found.stake, found.act, "")
        tasks.save(actor, task_id, told)
        return task


def ask_for_offer(actor: Actor, case: Case, answers: Mapping) -> AuthorityRequest:
    """Ask beforehand for authority to offer up to a sum. Raises Invalid, WithinYourLimit, AskedBefore, NobodyMayApprove."""
    require(actor, Permission.AGREEMENT_SIGN, case)
    person = own_institution(actor, case)
    if person is None or case.is_closed:
        raise acts.NotPossibleNow()
    told = OFFER.check(answers)
    amount = Decimal(told["offer_amount"])
    stake = Stake(concession=amount, total=max(amount, case.amount), duties=int(told.get("offer_duties") or 0))
    if standing.reaches(actor, case, person, stake):
        raise WithinYourLimit()
    waiting = limits.asked(case.id, person.body_id)
    if waiting is not None:
        raise AskedBefore()
    return _ask(actor, person, stake, "offer", told["offer_reason"])


def _ask(actor: Actor, person: Participant, stake: Stake, act: str, remark: str) -> AuthorityRequest:
    """One request at a time for a case and institution: the same again, or less, changes nothing; more takes its place."""
    case = locked(Case, person.case_id)
    waiting = limits.asked(case.id, person.body_id)
    if waiting is not None and limits.covers(waiting, stake):
        return waiting
    if waiting is not None:
        raise AskedBefore()
    _rung, approver = standing.first_rung(case, person, stake, actor.user_id)
    row = AuthorityRequest(
        case_id=case.id, institution_id=person.body_id, participant_id=person.id, asked_by=actor.name, asked_by_id=actor.user_id,
        act=act, concession=stake.concession, total=stake.total, duties=stake.duties, foreign=stake.foreign, remark=remark,
        approver_id=approver.id)
    db.session.add(row)
    db.session.flush()
    messages.receive(case.id, MESSAGE, {"request": row.id}, f"authority:{person.body_id}", str(row.id), by=actor.name)
    return row


def own_institution(actor: Actor, case: Case) -> Participant | None:
    """The institution this actor settles for in the case, if its authority is limited."""
    person = acts.own_party(actor, case)
    return person if person is not None and limits.keeps(person.body_id) else None


def of_case(actor: Actor, case: Case) -> list[Approval]:
    """What the actor's own institution was asked in a case, newest first; nothing for anybody else."""
    person = own_institution(actor, case)
    if person is None:
        return []
    made = agreements.open_for_signing(case.id)
    stake = standing.stake_of(person, case, made.terms, made.scope) if made else None
    rows = reversed(limits.requests(case.id, person.body_id))
    return [Approval(row, row.status == "approved" and stake is not None and limits.covers(row, stake)) for row in rows]


def of_task(actor: Actor, task: UserTask) -> AuthorityRequest | None:
    """The request an approver's task is about."""
    if task.process_key != PROCESS or task.assignee_id != actor.user_id:
        return None
    return db.session.get(AuthorityRequest, int(task.data.get("request") or 0))


def may_ask(actor: Actor, case: Case) -> bool:
    """Is asking beforehand offered here?"""
    return (not case.is_closed and case.concluded_at is None and may(actor, Permission.AGREEMENT_SIGN, case)
            and own_institution(actor, case) is not None)


def shown_to_mediator(actor: Actor, case: Case) -> list[dict]:
    """Whether each institution's authority for the frozen agreement is confirmed or pending: no sums, no names."""
    made = agreements.open_for_signing(case.id)
    if made is None or case.mediator_id is None or case.mediator_id != actor.user_id:
        return []
    found = []
    for person in standing.institutions(case):
        if limits.keeps(person.body_id):
            sure = standing.is_confirmed(case, person, standing.stake_of(person, case, made.terms, made.scope))
            found.append({"name": person.name, "is_confirmed": sure})
    return found
