"""What a party reads before it joins the application for confirmation: until when, who has applied, which court."""

from dataclasses import dataclass
from datetime import date, datetime

from engine.access.models import Participant
from engine.db import db
from engine.deadlines.reckoning import last_day
from engine.inbox import agreeing
from engine.workflow.models import UserTask

ELEMENTS = ("join_application", "join_restored")


@dataclass(frozen=True)
class Joining:
    """The state of the joint application while parties are asked."""

    last_day: date | None
    applied: list[tuple[str, datetime]]  # who has, and when
    courts: list[str]


def of(task: UserTask) -> Joining | None:
    """What belongs beside this task; None when it asks something else."""
    if task.element not in ELEMENTS:
        return None
    applied = [(db.session.get(Participant, other.participant_id).name, other.closed_at) for other in agreeing.others(task)
               if (other.answers or {}).get("joins") == "yes"]
    courts = [str(court.get("name") or court.get("id")) for court in (task.data or {}).get("courts") or []]
    return Joining(last_day(task.due_at) if task.due_at else None, applied, courts)
