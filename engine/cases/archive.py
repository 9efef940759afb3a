"""A closed case goes to the archive after some time (归档): from then on nobody writes in it, whatever their role.

The policy keeps everybody to reading (engine/access/policy.py). What the law still brings after that (an objection to the ruling
that is taken up, a process opened again) takes the case out again, and the case's history says so.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select

from engine import clock, config
from engine.cases.models import Case
from engine.db import db, locked
from engine.errors import Conflict, Invalid, problem
from engine.i18n import _
from engine.workflow import trace
from engine.workflow.models import Incident, Instance, InstanceStatus, UserTask, WaitStatus

LIVE = (InstanceStatus.RUNNING, InstanceStatus.SUSPENDED)
AT_ONCE = 200


class NotInTheArchive(Conflict):
    message = _("This case does not lie in the archive.")


def due() -> Sequence[int]:
    """Cases that are to be put away, the longest closed first."""
    return db.session.scalars(select(Case.id).where(_is_due()).order_by(Case.closed_at).limit(AT_ONCE)).all()


def _is_due() -> ColumnElement[bool]:
    """Closed, or taken out, long enough ago, and nothing of it goes on: no process, no task, no failure that needs a person."""
    before = clock.now() - timedelta(days=config.current().archive_days)
    return and_(
        Case.closed_at < before, Case.archived_at.is_(None), or_(Case.taken_out_at.is_(None), Case.taken_out_at < before),
        ~exists().where(Instance.case_id == Case.id, Instance.status.in_(LIVE)),
        ~exists().where(UserTask.case_id == Case.id, UserTask.status == WaitStatus.OPEN),
        ~exists().where(Incident.case_id == Case.id, Incident.resolved_at.is_(None)),
    )


def put_away(case_id: int) -> bool:
    """Put a case into the archive, if it is still due."""
    case = locked(Case, case_id)
    if db.session.scalar(select(Case.id).where(Case.id == case_id, _is_due())) is None:
        return False
    case.archived_at = clock.now()
    trace.write(None, "case_archived", "system", case_id=case.id)
    db.session.flush()
    return True


def take_out(case: Case, by: str, reason: str) -> None:
    """It is written in again, for a reason. Raises NotInTheArchive, Invalid."""
    if not 2 <= len(reason.strip()) <= 500:
        raise Invalid(problems=[problem("/reason", "length", _("Please give a reason."))])
    case = locked(Case, case.id)
    if case.archived_at is None:
        raise NotInTheArchive()
    case.archived_at, case.taken_out_at = None, clock.now()  # its time in the open begins anew; it was closed when it was
    trace.write(None, "case_unarchived", by, note=reason.strip(), case_id=case.id)
    db.session.flush()
