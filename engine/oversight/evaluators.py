"""Keep the roster of neutral evaluators."""

from sqlalchemy import select

from engine.access.actor import Actor
from engine.access.models import Role, RoleGrant, User
from engine.access.permissions import Permission
from engine.access.policy import require
from engine.db import db
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.tracks.models import Evaluator


class EvaluatorRefused(Invalid):
    message = _("This person cannot be on the roster.")


def listed(actor: Actor) -> list[Evaluator]:
    """The roster of all organisations."""
    require(actor, Permission.BODY_MANAGE)
    return list(db.session.scalars(select(Evaluator).order_by(Evaluator.body_id, Evaluator.user_id)))


def eligible(actor: Actor) -> list[User]:
    """Mediators with an account: who can take the tasks of an evaluator."""
    require(actor, Permission.BODY_MANAGE)
    return list(db.session.scalars(select(User).join(RoleGrant, RoleGrant.user_id == User.id).where(
        RoleGrant.role == Role.MEDIATOR, RoleGrant.is_in_force, User.is_active, User.body_id.is_not(None)).order_by(User.id)))


def keep(actor: Actor, user_id: int, fields: str, is_active: bool = True) -> Evaluator:
    """Put somebody on the roster, or change what they know and whether they are asked. Raises EvaluatorRefused."""
    user = next((one for one in eligible(actor) if one.id == user_id), None)
    if user is None:
        raise EvaluatorRefused(problems=[problem("/user", "choice", _("Choose one of the answers that are offered."))])
    if not fields.strip() or len(fields) > 300:
        raise EvaluatorRefused(problems=[problem("/fields", "length", _("Say in which fields, in at most 300 characters."))])
    row = db.session.get(Evaluator, user_id) or Evaluator(user_id=user_id, body_id=user.body_id)
    row.fields, row.is_active = fields.strip(), is_active
    db.session.add(row)
    db.session.flush()
    return row
