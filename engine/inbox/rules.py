"""Separation of duties: who has done one thing in a case may not do certain others."""

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Body, Participant, Role, User
from engine.cases.models import Case
from engine.db import db
from engine.errors import Forbidden
from engine.i18n import _
from engine.mediation.models import MediatorProfile
from engine.workflow.models import UserTask


class DutiesMustBeSeparate(Forbidden):
    """The same person may not do both (DOMAIN §5.1: assigning is not mediating, sealing is not drafting)."""

    message = _("You mediate this case; somebody else has to do this.")
    of_another = _("%(who)s mediates this case; somebody else has to do this.")


class ConflictOfInterest(Forbidden):
    """Who once worked for a party does not work on its case at the organisation either (DOMAIN §5.4)."""

    message = _("The register says that you once worked for a party of this case; somebody else has to do this.")
    of_another = _("The register says that %(who)s once worked for a party of this case; somebody else has to do this.")


def check_separation(actor: Actor, task: UserTask) -> None:
    """The mediator of a case neither assigns it nor seals its agreement; nor does who once worked for a party."""
    if actor.user_id and (kept := _keeps(actor.user_id, task)):
        raise kept()


def check_colleague(user: User, task: UserTask) -> None:
    """The same for somebody to whom a task is to be given."""
    if kept := _keeps(user.id, task):
        raise kept(kept.of_another, who=user.name)


def _keeps(user_id: int, task: UserTask) -> type[Forbidden] | None:
    """The rule that keeps a person from a task of the organisation's office."""
    if task.role != Role.COORDINATOR or not task.case_id:
        return None
    mediator_id, employers = db.session.execute(
        select(Case.mediator_id, MediatorProfile.former_employers).select_from(Case)
        .outerjoin(MediatorProfile, MediatorProfile.user_id == user_id).where(Case.id == task.case_id)).one()
    if mediator_id == user_id:
        return DutiesMustBeSeparate
    return ConflictOfInterest if employers and _has_party(task.case_id, employers) else None


def _has_party(case_id: int, codes: list[str]) -> bool:
    query = select(Participant.id).join(Body, Body.id == Participant.body_id)
    return db.session.scalar(query.where(
        Participant.case_id == case_id, Participant.is_current, Body.code.in_(codes)).limit(1)) is not None
