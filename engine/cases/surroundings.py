"""Answer what the heart asks about a case: its facts, whose staff a role is, who holds it, what its stage is."""

from sqlalchemy import select

from engine.access.models import Participant, Role
from engine.cases import facts, regimes
from engine.cases.models import Case
from engine.courts.models import ConfirmationApplication
from engine.db import db
from engine.mediation import published
from engine.workflow.surroundings import Surroundings


def of_cases() -> Surroundings:
    """The answers of the register."""
    return Surroundings(facts.of, body_for, assignee_for, stage_reached, term_for)


def body_for(case_id: int | None, role: str) -> int | None:
    """The body whose staff in this role work on the case; `participant 7`: the institution that party is, if any."""
    case = db.session.get(Case, case_id) if case_id else None
    if case is None:
        return None
    if role.startswith("participant "):
        participant = db.session.get(Participant, int(role.split()[1])) if role.split()[1].isdigit() else None
        return participant.body_id if participant else None
    match role:
        case Role.COORDINATOR | Role.MEDIATOR:
            return case.organisation_id
        case Role.CLERK | Role.JUDGE:
            return _confirming_court(case.id) or case.court_id
        case Role.INSTITUTION_HANDLER:
            return case.institution_id
    return None


def _confirming_court(case_id: int) -> int | None:
    """The court that was asked to confirm, which in regime C is not the one that referred (there is none)."""
    query = select(ConfirmationApplication.court_id).where(ConfirmationApplication.case_id == case_id)
    return db.session.scalar(query.order_by(ConfirmationApplication.id.desc()).limit(1))


def assignee_for(case_id: int | None, role: str) -> int | None:
    """A mediator's task is the mediator's own; other roles take theirs from the team's list."""
    case = db.session.get(Case, case_id) if case_id and role == Role.MEDIATOR else None
    return case.mediator_id if case else None


def stage_reached(case_id: int | None, stage: str) -> None:
    """The public stage follows the diagram."""
    case = db.session.get(Case, case_id) if case_id else None
    if case is not None and not case.is_closed:
        case.stage = stage


def term_for(case_id: int | None, name: str) -> tuple[str, int | None]:
    """The term a name stands for: the mediation term is the one of the case's regime, procedure and organisation."""
    case = db.session.get(Case, case_id) if case_id else None
    if case is None:
        return name, None
    term = regimes.term_of({"regime": case.regime, "procedure": case.procedure}, name)
    return term, published.mediation_days(case) if term == published.TERM else None
