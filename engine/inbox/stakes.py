"""What a person's answers would cost the institution they act for, and whether its limits let them: before anything is bound."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.access.actor import Actor
from engine.access.models import Participant
from engine.cases.limits import Stake
from engine.cases.models import Case
from engine.db import db
from engine.forms.form import Form
from engine.inbox import effects
from engine.mediation import agreement as agreements
from engine.mediation import standing
from engine.mediation.models import Agreement
from engine.tracks import advances, proposals
from engine.workflow.models import UserTask

YES = ("yes", True)


@dataclass(frozen=True)
class Staked:
    """Which institution, what it costs it, by which act."""

    person: Participant
    stake: Stake
    act: str  # accept, sign, consent, pay


def of_answers(task: UserTask, form: Form | None, answers: Mapping) -> Staked | None:
    """What these answers would bind an institution to; None when they bind none to a sum."""
    person = db.session.get(Participant, task.participant_id) if task.participant_id and form is not None else None
    if person is None or person.body_id is None:
        return None
    case = db.session.get(Case, task.case_id)
    found = _signed(task, case, answers) or _consented(case, form, answers) or _accepted(case, answers) or _paid(person, answers)
    if found is None:
        return None
    act, told = found
    stake = told if isinstance(told, Stake) else standing.stake_of(person, case, told.terms, getattr(told, "scope", "full"))
    return Staked(person, stake, act)


def check(actor: Actor, task: UserTask, form: Form | None, answers: Mapping) -> None:
    """Raise ApprovalNeeded when the answers reach beyond what the actor may settle for the institution, and PaidBeforeAgreed when
    an advance is said to have been paid before anybody agreed to it.
    """
    if answers.get("pays") == "paid" and task.participant_id:
        advances.check_paid(task.participant_id, date.fromisoformat(str(answers["paid_on"])[:10]))
    found = of_answers(task, form, answers)
    if found is not None:
        standing.check(actor, found.person, found.stake)


def _signed(task: UserTask, case: Case, answers: Mapping) -> tuple[str, Agreement] | None:
    if answers.get("answer") not in ("sign", "accept", "paper"):
        return None
    paper = effects.to_sign(task)
    made = paper[0] if paper else agreements.in_effect(case.id)
    return ("sign", made) if isinstance(made, Agreement) else None


def _consented(case: Case, form: Form, answers: Mapping) -> tuple[str, Stake | Agreement] | None:
    """Agreeing beforehand to a proposal that counts without an objection may cost the whole claim; confirmation binds to what
    was agreed."""
    given = {each.extra.get("consent") for each in form.questions if answers.get(each.key) in YES}
    if "no_objection" in given:
        return "consent", Stake(concession=case.amount, total=case.amount)
    made = agreements.in_effect(case.id) if "confirmation" in given else None
    return ("consent", made) if made else None


def _accepted(case: Case, answers: Mapping):
    if answers.get("objection_answer") != "accept" and answers.get("accepts") not in YES:
        return None
    offered = proposals.open_in(case.id)
    return ("accept", offered) if offered else None


def _paid(person: Participant, answers: Mapping) -> tuple[str, Stake] | None:
    """Agreeing to pay in advance binds, before anything is paid; saying that it was paid is held to the same limit."""
    if answers.get("pays") != "paid" and answers.get("agrees_advance") not in YES:
        return None
    row = advances.open_of(person.id)
    return ("pay", Stake(concession=row.amount, total=row.amount)) if row else None
