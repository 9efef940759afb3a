"""Mark the open tasks that rest on a case's facts when one of these changes, in the same transaction.

Only marks are written, and only on tasks whose diagram asks for facts; who judges them anew locks the instance first, which
whoever has the case locked could not do in this order (engine/inbox/following.py).
"""

from collections.abc import Iterator

from sqlalchemy import bindparam, event, inspect, update

from engine.access.models import Participant
from engine.cases.models import Case
from engine.db import db
from engine.mediation.models import Consent
from engine.workflow.models import Facts, UserTask, WaitStatus

OF_CASE = (Participant, Consent)
FACTS = [each.key for each in Case.__mapper__.column_attrs if each.key != "revision"]

_MARK = update(UserTask.__table__).where(
    UserTask.__table__.c.case_id.in_(bindparam("cases", expanding=True)), UserTask.__table__.c.status == WaitStatus.OPEN,
    UserTask.__table__.c.facts == Facts.ASKED).values(facts=Facts.CHANGED)


def watch() -> None:
    """From now on."""
    if not event.contains(db.session.session_factory, "after_flush", _mark):
        event.listen(db.session.session_factory, "after_flush", _mark)


def _mark(session, _context) -> None:
    if cases := set(_changed(session)):
        session.connection().execute(_MARK, {"cases": sorted(cases)})


def _changed(session) -> Iterator[int]:
    for row in session.dirty:
        if isinstance(row, Case) and any(inspect(row).attrs[name].history.has_changes() for name in FACTS):
            yield row.id
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, OF_CASE):
            yield row.case_id
