"""What lies beside a court's task in a confirmation case: the agreement, the bundle, what the parties answered the court.

Never what was said or offered in mediation: documents and agreements come through the policy, answers only from the court's own
processes (在线调解规则 18, 21, 22).
"""

from dataclasses import dataclass, field

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Participant, Role
from engine.access.policy import visible
from engine.cases.models import Case
from engine.courts import bundle, confirmation
from engine.courts.models import ConfirmationApplication, RulingObjection
from engine.db import db
from engine.documents.models import Document
from engine.forms.form import Form
from engine.mediation import clauses
from engine.mediation.models import Agreement
from engine.workflow import versions
from engine.workflow.models import UserTask, WaitStatus

COURT_PROCESSES = ("court_confirmation", "court_review", "court_supplement", "ruling_objection")


@dataclass(frozen=True)
class Answer:
    """What a party answered to the court."""

    who: str
    task: UserTask
    form: Form


@dataclass(frozen=True)
class CourtDesk:
    """The papers beside a court's task."""

    application: ConfirmationApplication
    agreement: Agreement | None
    document: Document | None
    bundle: list[bundle.Item]
    answers: list[Answer]
    objection: RulingObjection | None = None  # of the process this task belongs to
    evidence: list[Document] = field(default_factory=list)  # handed in with objections

    @property
    def clauses(self) -> list[clauses.Clause]:
        """Every clause in the words that are printed."""
        return clauses.of(self.agreement) if self.agreement else []


def beside(actor: Actor, task: UserTask, case: Case | None) -> CourtDesk | None:
    """The papers for a task of the court; None for other people's tasks and cases without an application."""
    if case is None or task.role not in (Role.CLERK, Role.JUDGE, Role.COURT_PRESIDENT) or task.process_key not in COURT_PROCESSES:
        return None
    application = confirmation.of_case(case.id)
    if application is None:
        return None
    documents = list(db.session.scalars(select(Document).where(
        Document.case_id == case.id, visible(actor, Document)).order_by(Document.id)))
    agreement = db.session.scalar(select(Agreement).where(
        Agreement.id == application.agreement_id, Agreement.status == "effective", visible(actor, Agreement)))
    shown = next((one for one in documents if agreement is not None and one.id == agreement.document_id), None)
    evidence = [one for one in documents if one.kind == "objection_evidence"]
    return CourtDesk(application, agreement, shown, bundle.of(case, documents), _answers(case), _objection(task, case), evidence)


def _objection(task: UserTask, case: Case) -> RulingObjection | None:
    told = task.data.get("objection")
    row = db.session.get(RulingObjection, told["objection"]) if isinstance(told, dict) and told.get("objection") else None
    return row if row is not None and row.case_id == case.id else None


def _answers(case: Case) -> list[Answer]:
    tasks = db.session.scalars(select(UserTask).where(
        UserTask.case_id == case.id, UserTask.process_key.in_(COURT_PROCESSES), UserTask.role == "party",
        UserTask.status == WaitStatus.DONE).order_by(UserTask.closed_at))
    found = []
    for task in tasks:
        source = versions.of_instance(task.instance).form(task.process_key, task.form)
        found.append(Answer(db.session.get(Participant, task.participant_id).name, task, Form.read(source)))
    return found
