"""What people note for themselves about tasks, and the conditions that lists ask."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from engine import clock
from engine.db import db
from engine.workflow.models import UserTask

WATCH, SNOOZE = "watch", "snooze"


class TaskMark(db.Model):
    """One person's mark on one task."""

    __table_args__ = (UniqueConstraint("user_id", "kind", "task_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[str] = mapped_column(String(8))
    task_id: Mapped[int] = mapped_column(ForeignKey(UserTask.id), index=True)
    until: Mapped[datetime | None]


def is_watched(user_id: int):
    """The condition that somebody watches a task."""
    return _marked(user_id, WATCH).exists()


def is_snoozed(user_id: int):
    """The condition that somebody has put a task aside, and the day has not come."""
    return _marked(user_id, SNOOZE).where(TaskMark.until > clock.now()).exists()


def _marked(user_id: int, kind: str):
    return select(TaskMark.id).where(TaskMark.user_id == user_id, TaskMark.kind == kind, TaskMark.task_id == UserTask.id)
