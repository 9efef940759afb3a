"""A party asks about a clause before it signs; the mediator answers, to that side alone or to everybody. Both are kept."""

from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant, Role
from engine.access.permissions import Permission
from engine.access.policy import require, visible
from engine.cases.models import Case
from engine.db import db, locked
from engine.errors import Conflict, Forbidden, Invalid, NotFound, problem
from engine.i18n import _
from engine.mediation import clauses
from engine.mediation.models import Agreement, ClauseQuestion
from engine.workflow import trace

LONGEST, MOST = 1000, 50


class NotOpenForQuestions(Conflict):
    message = _("This version is no longer discussed.")


class QuestionUnusable(Invalid):
    message = _("Write your question about one of the clauses.")


class NotTheMediator(Forbidden):
    message = _("Only the mediator of the case answers this.")


def ask(actor: Actor, agreement_id: int, clause: str, text: str) -> ClauseQuestion:
    """A party asks about a clause of the version that is discussed or open for signing."""
    agreement = db.session.get(Agreement, agreement_id)
    if agreement is None:
        raise NotFound()
    require(actor, Permission.AGREEMENT_SIGN, agreement)
    person = _who(actor, agreement.case_id)
    if agreement.status not in ("draft", "frozen"):
        raise NotOpenForQuestions()
    if not 1 <= len(text.strip()) <= LONGEST or clause not in {one.key for one in clauses.of(agreement)}:
        raise QuestionUnusable(problems=[problem("/text", "text", _("Write your question, in at most %(most)s characters."),
                                                 most=LONGEST)])
    if len(of_case(actor, agreement.case_id)) >= MOST:
        raise QuestionUnusable(problems=[problem("/text", "many", _("There are many questions already; call the mediator."))])
    row = ClauseQuestion(case_id=agreement.case_id, audience=f"side:{person.side}", agreement_id=agreement.id, clause=clause,
                         participant_id=person.id, text=text.strip())
    db.session.add(row)
    trace.write(None, "clause_asked", actor.name, case_id=agreement.case_id, agreement=agreement.id, participant=person.id)
    db.session.flush()
    return row


def answer(actor: Actor, question_id: int, text: str, to_all: bool) -> ClauseQuestion:
    """The mediator answers, to the side that asked or to both."""
    row = locked(ClauseQuestion, question_id)
    if row is None:
        raise NotFound()
    require(actor, Permission.CASE_READ, row)
    if db.session.get(Case, row.case_id).mediator_id != actor.user_id or actor.user_id is None:
        raise NotTheMediator()
    if not 1 <= len(text.strip()) <= LONGEST:
        raise QuestionUnusable(problems=[problem("/answer", "text", _("Write your answer, in at most %(most)s characters."),
                                                 most=LONGEST)])
    row.answer, row.answered_by, row.answered_at = text.strip(), actor.name, clock.now()
    if to_all:
        row.audience = "mediation"
    trace.write(None, "clause_answered", actor.name, case_id=row.case_id, agreement=row.agreement_id)
    db.session.flush()
    return row


def of_case(actor: Actor, case_id: int) -> list[ClauseQuestion]:
    """The questions that the actor may see, oldest first."""
    return list(db.session.scalars(select(ClauseQuestion).where(
        ClauseQuestion.case_id == case_id, visible(actor, ClauseQuestion)).order_by(ClauseQuestion.id)))


def _who(actor: Actor, case_id: int) -> Participant:
    """As whom somebody asks: the party of the link, or the institution whose staff they are."""
    if actor.kind == "party":
        return db.session.get(Participant, actor.participant_id)
    own = db.session.scalar(select(Participant).where(
        Participant.case_id == case_id, Participant.is_current, Participant.role == "party",
        Participant.body_id.in_(actor.bodies(Role.INSTITUTION_HANDLER))).limit(1))
    if own is None:
        raise NotFound()
    return own
