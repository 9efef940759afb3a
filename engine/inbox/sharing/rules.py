"""Separation of duties: who has done one thing in a case may not do certain others."""

from sqlalchemy import bindparam, select

from engine import statements
from engine.access.actor import Actor
from engine.access.models import Body, Participant, Role, User
from engine.cases.models import Case
from engine.db import db
from engine.errors import Forbidden
from engine.i18n import _
from engine.inbox.models import TaskLoan
from engine.mediation import panel
from engine.mediation.models import MediatorProfile
from engine.workflow.models import UserTask, WaitStatus


class DutiesMustBeSeparate(Forbidden):
    """The same person may not do both (DOMAIN §5.1: assigning is not mediating, sealing is not drafting)."""

    message = _("You mediate this case; somebody else has to do this.")
    of_another = _("%(who)s mediates this case; somebody else has to do this.")


class FourEyes(Forbidden):
    """Who has done a mediator's task in a case does not look at it for the office, nor the other way round."""

    message = _("You have worked on the other side of this: as mediator, or for the office. A second pair of eyes has to do it.")
    of_another = _("%(who)s has worked on the other side of this: as mediator, or for the office. A second pair of eyes has to "
                   "do it.")


class ConflictOfInterest(Forbidden):
    """Who once worked for a party does not work on its case at the organisation either (DOMAIN §5.4)."""

    message = _("The register says that you once worked for a party of this case; somebody else has to do this.")
    of_another = _("The register says that %(who)s once worked for a party of this case; somebody else has to do this.")


def check_separation(actor: Actor, task: UserTask) -> None:
    """The mediator of a case neither assigns it nor seals its agreement; nor does who once worked for a party."""
    if actor.user_id and (task.role == Role.COORDINATOR or _is_lent(task)) and (kept := _keeps(actor.user_id, task)):
        raise kept()


def check_colleague(user: User, task: UserTask) -> None:
    """The same for somebody to whom a task is to be given."""
    if kept := _keeps(user.id, task):
        raise kept(kept.of_another, who=user.name)


def _keeps(user_id: int, task: UserTask) -> type[Forbidden] | None:
    """The rule that keeps a person from a task of the organisation's office, or from one that its mediator lends."""
    if task.role not in (Role.COORDINATOR, Role.MEDIATOR) or not task.case_id:
        return None
    known = statements.ask(_STANDS, user=user_id, case=task.case_id).one()
    if known.mediator_id == user_id or known.sits_beside:
        return DutiesMustBeSeparate if task.role == Role.COORDINATOR else None
    if known.worked_for_office if task.role == Role.MEDIATOR else known.worked_for_mediator:
        return FourEyes
    return ConflictOfInterest if known.former_employers and _has_party(task.case_id, known.former_employers) else None


_DONE = select(UserTask.id).where(
    UserTask.case_id == Case.id, UserTask.status == WaitStatus.DONE, UserTask.assignee_id == bindparam("user"))
_LENT = _DONE.join(TaskLoan, TaskLoan.task_id == UserTask.id).where(UserTask.role == Role.MEDIATOR)
_SEATED = select(Participant.id).where(
    Participant.case_id == Case.id, Participant.user_id == bindparam("user"), Participant.role == panel.ROLE,
    Participant.is_current)
_STANDS = select(  # how somebody stands to a case: who mediates it, for whom they worked, what they have done in it
    Case.mediator_id, MediatorProfile.former_employers,
    _DONE.where(UserTask.role == Role.COORDINATOR).correlate(Case).exists().label("worked_for_office"),
    _LENT.correlate(Case).exists().label("worked_for_mediator"),
    _SEATED.correlate(Case).exists().label("sits_beside"),
).select_from(Case).outerjoin(MediatorProfile, MediatorProfile.user_id == bindparam("user")).where(Case.id == bindparam("case"))


def _is_lent(task: UserTask) -> bool:
    """Did its mediator lend it? Who is asked to take a case says themselves what stands against it."""
    return task.role == Role.MEDIATOR and db.session.scalar(select(TaskLoan.id).where(TaskLoan.task_id == task.id)) is not None


def _has_party(case_id: int, codes: list[str]) -> bool:
    query = select(Participant.id).join(Body, Body.id == Participant.body_id)
    return db.session.scalar(query.where(
        Participant.case_id == case_id, Participant.is_current, Body.code.in_(codes)).limit(1)) is not None
