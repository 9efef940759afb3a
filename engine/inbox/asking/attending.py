"""Who came to a meeting on the spot or by telephone: the mediator says it of everybody expected, and of whoever else was there.

In the room the platform sees who was let in; elsewhere it knows nothing, and minutes name the people present and how they were
identified (电子笔录: 在线调解规则第十八条; identity: 第十七条).
"""

from collections.abc import Mapping

from sqlalchemy import select

from engine import reading
from engine.db import db
from engine.errors import Invalid, problem
from engine.i18n import _
from engine.mediation import attendance
from engine.mediation.models import Attendance, MediationSession, SessionStatus
from engine.workflow.models import UserTask

FIELD, OTHERS = "attendance", "others"


def session_of(task: UserTask) -> MediationSession | None:
    """The meeting that a task stands for: the last one that was not called off and is not over."""
    return db.session.scalar(select(MediationSession).where(
        MediationSession.case_id == task.case_id, MediationSession.status.in_((SessionStatus.PLANNED, SessionStatus.OPEN))
    ).order_by(MediationSession.id.desc()).limit(1))


def before(task: UserTask) -> dict:
    """One row for everybody expected: nothing but whether they came is left to say."""
    session = session_of(task)
    return {FIELD: [{"person": seat.participant_id} for seat in attendance.expected(session)]} if _is_asked(session) else {}


def keep(task: UserTask, answers: Mapping) -> None:
    """Note it with the session. Raises Invalid when somebody expected is missing, is there twice, or is nobody of this case."""
    session = session_of(task)
    if not _is_asked(session):
        return
    seats, told = {seat.participant_id: seat for seat in attendance.expected(session)}, answers.get(FIELD) or []
    if faults := _faults(seats, told):
        raise Invalid(problems=faults)
    for row in told:
        attendance.note(seats[int(row["person"])], row["came"], row.get("identity") or "")
    session.others = [{key: row[key] for key in ("name", "role", "identity")} for row in answers.get(OTHERS) or []]
    db.session.flush()


def _faults(seats: Mapping[int, Attendance], told: list) -> list[dict]:
    faults, named = [], set()
    for number, row in enumerate(told):
        person = reading.row_id(str(row["person"]))
        if person not in seats:
            faults.append(problem(f"/{FIELD}/{number}/person", "choice", _("Choose somebody who was expected.")))
        elif person in named:
            faults.append(problem(f"/{FIELD}/{number}/person", "twice", _("This person is there twice.")))
        named.add(person)
    if missing := [seat.participant.name for key, seat in seats.items() if key not in named]:
        faults.append(problem(f"/{FIELD}", "missing", _("Say whether they came: %(names)s."), names="、".join(missing)))
    return faults


def _is_asked(session: MediationSession | None) -> bool:
    return session is not None and not session.is_online

