"""What people note for themselves about tasks and keep of them, and the conditions that lists ask."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship, validates

from engine import clock
from engine.access.models import Body, Participant, User
from engine.db import Moment, Revised, db
from engine.encryption import blind
from engine.encryption.columns import EncryptedJson, EncryptedText
from engine.mediation.models import Drawn
from engine.workflow.models import TaskPriority, UserTask

WATCH, SNOOZE, LABEL = "watch", "snooze", "label"


class TaskMark(db.Model):
    """One person's mark on one task."""

    __table_args__ = (UniqueConstraint("user_id", "kind", "task_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[str] = mapped_column(String(8))
    task_id: Mapped[int] = mapped_column(ForeignKey(UserTask.id), index=True)
    until: Mapped[datetime | None]
    word: Mapped[str] = mapped_column(EncryptedText("task_mark.word", 20), default="")  # of a label
    word_blind: Mapped[str] = mapped_column(String(32), default="")

    @validates("word")
    def _indexed(self, _name: str, value: str) -> str:
        self.word_blind = blind.word(value)
        return value


class TaskLoan(Revised, db.Model):
    """Somebody has lent their task: whoever holds it now gives it back to them, or completes it. Gone when it goes elsewhere."""

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey(UserTask.id), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    note: Mapped[str] = mapped_column(EncryptedText("task_loan.note", 200), default="")
    for_absence: Mapped[bool] = mapped_column(default=False)  # not lent: taken by whoever stands in
    at: Mapped[datetime] = mapped_column(default=clock.now)

    owner: Mapped[User] = relationship()


class TaskHandover(db.Model):
    """Why somebody handed a task on, or gave it back to its team (`to_id` is NULL then). Append only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey(UserTask.id), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    to_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    reason: Mapped[str] = mapped_column(EncryptedText("task_handover.reason", 200))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    by: Mapped[User | None] = relationship(foreign_keys=by_id)
    to: Mapped[User | None] = relationship(foreign_keys=to_id)


class TaskDraw(Drawn, db.Model):
    """A task was given to one of its office's people without anybody choosing: everything it takes to do it again
    (engine/inbox/sharing/giving.py). Append only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey(UserTask.id), unique=True)
    kind: Mapped[str] = mapped_column(String(300))  # engine/inbox/sharing/kinds.py
    way: Mapped[str] = mapped_column(String(8))  # load, lot
    facts: Mapped[dict]


class TaskBatch(db.Model):
    """Something that is done with all tasks of a list, one after another, for whoever asked (engine/inbox/batches.py)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    verb: Mapped[str] = mapped_column(String(16))
    told: Mapped[dict] = mapped_column(EncryptedJson("task_batch.told"))  # to whom, why, how urgent
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("task_batch.id"), index=True)
    status: Mapped[str] = mapped_column(String(8), default="running", index=True)  # running, stopped, ended
    begun_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]


class TaskBatchItem(db.Model):
    """One task of them, and what became of it."""

    __table_args__ = (UniqueConstraint("batch_id", "task_id"), Index("ix_task_batch_item_status", "batch_id", "status", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey(TaskBatch.id))
    task_id: Mapped[int] = mapped_column(ForeignKey(UserTask.id), index=True)
    status: Mapped[str] = mapped_column(String(8), default="waiting")  # waiting, done, refused, left
    state: Mapped[list] = mapped_column(default=list)  # what was changed: before, now
    why: Mapped[dict] = mapped_column(default=dict)  # it was refused: {message, values}
    settled_at: Mapped[datetime | None]

    batch: Mapped[TaskBatch] = relationship()


class TaskDraft(Revised, db.Model):
    """What one person has filled in of one task and not handed in; the revision tells pages of the same person apart."""

    __table_args__ = (UniqueConstraint("task_id", "user_id"), UniqueConstraint("task_id", "participant_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey(UserTask.id))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    participant_id: Mapped[int | None] = mapped_column(ForeignKey(Participant.id), index=True)  # who came by a party's link
    answers: Mapped[dict] = mapped_column(EncryptedJson("task_draft.answers"))
    origin: Mapped[str] = mapped_column(String(32), default="")  # the open page that kept it last; it may always go on
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)


class TaskView(Revised, db.Model):
    """A question to the inbox that somebody keeps under a name, for themselves or for the staff of a body."""

    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    name: Mapped[str] = mapped_column(String(40))
    body_id: Mapped[int | None] = mapped_column(ForeignKey(Body.id), index=True)  # shared with its staff
    asked: Mapped[dict] = mapped_column(EncryptedJson("task_view.asked"))  # as an address tells it (engine/inbox/lists/asked.py)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    user: Mapped[User] = relationship()


class CaseLook(db.Model):
    """How far somebody has seen what happened in a case: what comes after is new to them."""

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)
    entry_id: Mapped[int]  # the newest entry of its history then
    at: Mapped[datetime] = mapped_column(default=clock.now)


def is_lent_by(user_id: int):
    """The condition that somebody has lent a task."""
    return select(TaskLoan.id).where(TaskLoan.task_id == UserTask.id, TaskLoan.owner_id == user_id).exists()


def is_watched(user_id: int):
    """The condition that somebody watches a task."""
    return _marked(user_id, WATCH).exists()


def is_labelled(user_id: int, word: str):
    """The condition that somebody gave a task this label."""
    return _marked(user_id, LABEL).where(TaskMark.word_blind == blind.word(word)).exists()


def is_snoozed(user_id: int):
    """The condition that somebody has put a task aside, and the day has not come."""
    return _marked(user_id, SNOOZE).where(TaskMark.until > now()).exists()


def now():
    """The moment at which a statement is asked, which may have been made long before."""
    return bindparam(None, type_=Moment, callable_=lambda: clock.now())


def has_priority(*majors: int):
    """The condition that somebody said of a task how urgent it is: so urgent, where that is given."""
    said = aliased(TaskPriority)  # a list in this order has joined the table itself
    return select(said.id).where(said.task_id == UserTask.id, *([said.major.in_(majors)] if majors else [])).exists()


def _marked(user_id: int, kind: str):
    return select(TaskMark.id).where(TaskMark.user_id == user_id, TaskMark.kind == kind, TaskMark.task_id == UserTask.id)
