"""Who is asked something: read from the database, so that nobody of a play opens pages in vain."""

import time
from dataclasses import dataclass

from sqlalchemy import select

from engine.access.models import Body, Participant, User
from engine.cases.models import Case
from engine.db import db, transaction
from engine.workflow.models import UserTask, WaitStatus

FIRST_PAUSE, LONGEST_PAUSE = 3.0, 24.0  # seconds before somebody comes back to what they could not do


@dataclass(frozen=True)
class Ring:
    """An open task: what it asks, and of whom."""

    task_id: int
    element: str
    case: str
    role: str
    at: str  # code of the body whose staff may take it
    login: str  # who holds it; empty: nobody yet
    telephone: str  # of the party whose own task it is


class Bell:
    """The open tasks of everybody, read anew now and then by the play and looked up by its people."""

    def __init__(self):
        self._rings: list[Ring] = []

    def hear(self) -> None:
        """Read what is open now."""
        asked = (select(UserTask.id, UserTask.element, Case.number, UserTask.role, Body.code, User.login, Participant.phone)
                 .join(Case, Case.id == UserTask.case_id).outerjoin(Body, Body.id == UserTask.body_id)
                 .outerjoin(User, User.id == UserTask.assignee_id)
                 .outerjoin(Participant, Participant.id == UserTask.participant_id)
                 .where(UserTask.status == WaitStatus.OPEN).order_by(UserTask.id))
        with transaction(write=False):
            self._rings = [Ring(task_id, element, case, role, at or "", login or "", telephone or "")
                           for task_id, element, case, role, at, login, telephone in db.session.execute(asked)]

    def for_staff(self, login: str, role: str, at: str) -> list[Ring]:
        """What this person holds, and what nobody of their office holds yet; an institution's are also a party's tasks."""
        return [ring for ring in self._rings
                if ring.login == login or (not ring.login and ring.at == at and ring.role in (role, "party"))]

    def for_parties(self) -> list[Ring]:
        """What parties without a log-in are asked."""
        return [ring for ring in self._rings if ring.telephone and not ring.at]


class Patience:
    """How long somebody waits before they try the same thing again: longer each time."""

    def __init__(self):
        self._next: dict = {}  # what → when it may be tried again, and the pause after that

    def is_over(self, what) -> bool:
        """May this be tried (again)? It counts as tried from now on."""
        now = time.monotonic()
        at, pause = self._next.get(what, (now, FIRST_PAUSE))
        if at > now:
            return False
        self._next[what] = (now + pause, min(pause * 2, LONGEST_PAUSE))
        return True

    def is_first(self, what) -> bool:
        """Was this not tried yet?"""
        return what not in self._next
