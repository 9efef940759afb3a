"""Answer what the heart asks about a case: its facts, whose staff a role is, who holds it, what its stage is."""

from sqlalchemy import bindparam, select

from engine import statements
from engine.access.models import Participant, Role
from engine.cases import facts, regimes
from engine.cases.models import Case
from engine.courts.models import ConfirmationApplication, CourtApplication
from engine.db import db
from engine.mediation import published
from engine.workflow.surroundings import Surroundings

BY_BODY = {Role.COORDINATOR, Role.MEDIATOR, Role.CLERK, Role.JUDGE, Role.COURT_PRESIDENT, Role.INSTITUTION_HANDLER,
           Role.INSTITUTION_APPROVER}


def of_cases() -> Surroundings:
    """The answers of the register."""
    return Surroundings(facts.of, body_for, assignee_for, stage_reached, term_for)


# the court that was asked to confirm, which in regime C is not the one that referred (there is none)
_CONFIRMING = select(ConfirmationApplication.court_id).where(
    ConfirmationApplication.case_id == Case.id).order_by(ConfirmationApplication.id.desc()).limit(1).scalar_subquery()
# the court that was asked last for something after that: to order payment, to enforce, to take its ruling back
_ASKED = select(CourtApplication.court_id).where(
    CourtApplication.case_id == Case.id).order_by(CourtApplication.id.desc()).limit(1).scalar_subquery()
_STAFF = select(
    Case.organisation_id, Case.court_id, Case.institution_id, Case.mediator_id, _CONFIRMING.label("confirming_id"),
    _ASKED.label("asked_id"),
).where(Case.id == bindparam("case"))


def body_for(case_id: int | None, role: str) -> int | None:
    """The body whose staff in this role work on the case; `participant 7`: the institution that party is, if any."""
    if case_id and role.startswith("participant "):
        participant = db.session.get(Participant, int(role.split()[1])) if role.split()[1].isdigit() else None
        return participant.body_id if participant else None
    found = statements.ask(_STAFF, case=case_id).one_or_none() if case_id and role in BY_BODY else None
    if found is None:
        return None
    match role:
        case Role.COORDINATOR | Role.MEDIATOR:
            return found.organisation_id
        case Role.CLERK | Role.JUDGE | Role.COURT_PRESIDENT:
            return found.asked_id or found.confirming_id or found.court_id
        case Role.INSTITUTION_HANDLER | Role.INSTITUTION_APPROVER:
            return found.institution_id
    return None


def assignee_for(case_id: int | None, role: str) -> int | None:
    """A mediator's task is the mediator's own; other roles take theirs from the team's list."""
    found = statements.ask(_STAFF, case=case_id).one_or_none() if case_id and role == Role.MEDIATOR else None
    return found.mediator_id if found else None


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
