"""Show a party's number, telephone and address in full: to those who need it for their work, with a reason, and on record."""

from datetime import timedelta

from sqlalchemy import func, select

from engine import clock
from engine.access.actor import Actor
from engine.access.models import Participant, SecretView, User
from engine.access.permissions import Permission
from engine.access.policy import may, require
from engine.cases.models import Case
from engine.db import db, locked
from engine.errors import Conflict, Invalid, NotFound, problem
from engine.i18n import _

AN_HOUR = 30  # views by one person; who needs more is asked why (RELIABILITY A13)
REASONS = {
    "contact": _("to contact the party"),
    "identity": _("to check who the party is"),
    "service": _("to serve documents"),
    "document": _("to draw up a document"),
}


class TooManyViews(Conflict):
    """Somebody looks at one after another."""

    message = _("You have looked at %(most)s parties within the hour. Wait a while, or ask your administrator.")


def reasons(actor: Actor, case: Case | None) -> dict[str, str]:
    """The reasons for which this actor may see a party's data in full; none: they may not."""
    return REASONS if case is not None and actor.kind == "user" and may(actor, Permission.CASE_REVEAL, case) else {}


def reveal(actor: Actor, case: Case, participant_id: int, reason: str) -> Participant:
    """The participant, whose data may be shown once; kept as a SecretView (PIPL Art. 51: access is limited and recorded).

    Raises NotFound, Forbidden, Invalid without a reason, TooManyViews.
    """
    require(actor, Permission.CASE_REVEAL, case)
    if reason not in REASONS:
        raise Invalid(problems=[problem("/why", "choice", _("Choose one of the answers that are offered."))])
    person = db.session.get(Participant, participant_id)
    if person is None or person.case_id != case.id:
        raise NotFound()
    _count(actor)
    db.session.add(SecretView(user_id=actor.user_id, participant_id=person.id, reason=reason, at=clock.now()))
    db.session.flush()
    return person


def _count(actor: Actor) -> None:
    locked(User, actor.user_id)  # two windows at once are counted one after the other
    seen = db.session.scalar(select(func.count(SecretView.id)).where(
        SecretView.user_id == actor.user_id, SecretView.at > clock.now() - timedelta(hours=1)))
    if seen >= AN_HOUR:
        raise TooManyViews(most=AN_HOUR)
