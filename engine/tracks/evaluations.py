"""Neutral evaluation: an expert of the roster answers questions of fact, law or likely result; confidential, binding nobody.

《深圳经济特区矛盾纠纷多元化解条例》第六十四条以下; Diversified-2016 item 22 (unverified). Who evaluates is neither mediator nor
party's person in the same dispute (analogy to Invited-Mediation 16).
"""

from sqlalchemy import select

from engine import clock
from engine.access.models import User
from engine.cases.models import Case
from engine.db import db, locked
from engine.documents.models import Document
from engine.errors import Conflict
from engine.i18n import _
from engine.mediation import mediators
from engine.mediation.models import MediatorProfile
from engine.tracks.models import Evaluation, Evaluator
from engine.workflow import trace


class EvaluatorUnfit(Conflict):
    message = _("This person is not on the roster, or must not evaluate this case.")


class EvaluationNotOpen(Conflict):
    message = _("The evaluation is not at this point.")


def roster(body_id: int | None) -> list[Evaluator]:
    """The active evaluators of an organisation."""
    return list(db.session.scalars(select(Evaluator).join(User, User.id == Evaluator.user_id).where(
        Evaluator.body_id == body_id, Evaluator.is_active, User.is_active).order_by(Evaluator.user_id)))


def candidates(case: Case) -> list[dict]:
    """Who of the roster could evaluate: not the mediator, no party's former employee, nobody with a declared conflict."""
    return [{"id": row.user_id, "name": row.user.name, "reason": row.fields} for row in roster(case.organisation_id)
            if _is_fit(case, row.user_id)]


def _is_fit(case: Case, user_id: int) -> bool:
    profile = db.session.get(MediatorProfile, user_id)
    conflicted = select(Evaluation.id).where(
        Evaluation.case_id == case.id, Evaluation.evaluator_id == user_id, Evaluation.status == "conflicted")
    return user_id != case.mediator_id and db.session.scalar(conflicted) is None \
        and (profile is None or mediators.conflict_with(case, profile) is None)


def ask(case: Case, user_id: int, questions: str) -> Evaluation:
    """Ask somebody of the roster. The caller holds the case's lock. Raises EvaluatorUnfit."""
    if user_id not in [one["id"] for one in candidates(case)]:
        raise EvaluatorUnfit()
    made = Evaluation(case_id=case.id, audience="mediation", evaluator_id=user_id, questions=questions)
    db.session.add(made)
    db.session.flush()
    return made


def declare(evaluation_id: int, conflict: str) -> Evaluation:
    """The evaluator's declaration: no interest and secrecy, or what stands in the way."""
    row = _at(evaluation_id, "asked")
    row.status, row.disclosed, row.declared_at = "conflicted" if conflict else "declared", conflict, clock.now()
    db.session.flush()
    return row


def give(evaluation_id: int, document: Document) -> Evaluation:
    """The evaluation is there."""
    row = _at(evaluation_id, "declared")
    row.status, row.document_id = "given", document.id
    trace.write(None, "evaluation_given", row.evaluator.name, case_id=row.case_id, evaluation=row.id)
    db.session.flush()
    return row


def lapse(evaluation_id: int) -> Evaluation:
    """It did not come in time."""
    row = _at(evaluation_id, "asked", "declared")
    row.status = "lapsed"
    db.session.flush()
    return row


def _at(evaluation_id: int, *statuses: str) -> Evaluation:
    row = locked(Evaluation, evaluation_id)
    if row.status not in statuses:
        raise EvaluationNotOpen()
    return row
