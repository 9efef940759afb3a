"""The check before signing on the task that drafts an agreement: shown while it is written, and kept to when it is handed in."""

from collections.abc import Mapping

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.cases.models import Case
from engine.db import db, locked
from engine.forms.form import Form
from engine.mediation import agreement as agreements
from engine.mediation import precheck
from engine.mediation.draft import Draft
from engine.mediation.models import Agreement
from engine.mediation.terms import TermsUnclear
from engine.workflow.models import UserTask


def draft_of(task: UserTask, answers: Mapping) -> Draft:
    """The draft that the answers make; a part of the dispute is settled when the session ended so (O02)."""
    return Draft.of(answers, "partial" if (task.data or {}).get("outcome") == "O02" else "full")


def checklist(task: UserTask, answers: Mapping) -> list[dict]:
    """The checklist over the answers so far; empty as long as there is nothing to look at."""
    draft = draft_of(task, answers)
    written = any(value for term in draft.terms for value in term.values())
    return precheck.as_rows(precheck.points(db.session.get(Case, task.case_id), draft)) if written else []


def refuse_unclear(task: UserTask, answers: Mapping) -> None:
    """Raise TermsUnclear with everything that the law lets no agreement be signed with."""
    failures = precheck.failures(precheck.points(db.session.get(Case, task.case_id), draft_of(task, answers)))
    if failures:
        raise TermsUnclear(problems=[{**one, "pointer": f"/{one['pointer']}" if one["pointer"] else ""} for one in failures])


def before(task: UserTask, form: Form) -> dict:
    """What was written last time, when the process comes back to the draft: nobody writes it all again.

    A draft begun anew (another mediator, a suspension that was lifted) begins with what was handed in for the case before.
    """
    told = task.data or {}
    if told.get("terms") is None:
        told = db.session.scalar(select(UserTask.answers).where(
            UserTask.case_id == task.case_id, UserTask.element == task.element, UserTask.answers.is_not(None))
            .order_by(UserTask.closed_at.desc(), UserTask.id.desc()).limit(1)) or told
    return {one.key: told[one.key] for one in form.questions if told.get(one.key) is not None}


def show(actor: Actor, task: UserTask, answers: Mapping) -> Agreement:
    """Let both sides read the draft as it stands."""
    require(actor, Permission.AGREEMENT_DRAFT, task)
    return agreements.show_draft(locked(Case, task.case_id), draft_of(task, answers))
