"""Separation of duties: who has done one thing in a case may not do certain others."""

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Role
from engine.db import db
from engine.errors import Forbidden
from engine.i18n import _
from engine.workflow.models import UserTask


class DutiesMustBeSeparate(Forbidden):
    """The same person may not do both (DOMAIN §5.1: assigning is not mediating, sealing is not drafting)."""

    message = _("You mediate this case; somebody else has to do this.")


def check_separation(actor: Actor, task: UserTask) -> None:
    """The mediator of a case neither assigns it nor puts the organisation's seal on its agreement."""
    if task.role == Role.COORDINATOR and task.case_id and actor.user_id and _mediates(actor.user_id, task.case_id):
        raise DutiesMustBeSeparate()


def _mediates(user_id: int, case_id: int) -> bool:
    case = db.metadata.tables["case"]
    return db.session.scalar(select(case.c.id).where(case.c.id == case_id, case.c.mediator_id == user_id)) is not None
