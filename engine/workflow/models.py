"""What the heart keeps: versions, instances, and every wait as a row."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine import clock
from engine.db import Revised, db
from engine.encryption.columns import EncryptedBytes, EncryptedJson, EncryptedText


class Version(db.Model):
    """One published, immutable state of a process: the folder's files and their content hash."""

    __table_args__ = (UniqueConstraint("process_key", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str] = mapped_column(String(64), index=True)
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200), default="")
    files: Mapped[dict]  # path inside the folder → text
    calls: Mapped[list]  # keys of the processes it calls
    bound: Mapped[dict] = mapped_column(default=dict)  # key → version id, of those it calls as they were when it was published
    published_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_by: Mapped[str] = mapped_column(String(200), default="")
    author: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")


class InstanceStatus(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"  # by an operator: nothing moves until it is resumed


class Instance(Revised, db.Model):
    """One running process of one case. `state` is opaque: only engine/workflow/spiff reads it."""

    __table_args__ = (
        Index("ix_instance_under_way", "under_way_since",
              postgresql_where=text("under_way_since IS NOT NULL"), sqlite_where=text("under_way_since IS NOT NULL")),
        Index("ix_instance_suspended", "id",  # asked for each task of a list (engine/inbox/lists/queries.py)
              postgresql_where=text("status = 'suspended'"), sqlite_where=text("status = 'suspended'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(Version.id), index=True)
    bindings: Mapped[dict]  # called process key → version id, fixed at the start
    state: Mapped[bytes] = mapped_column(EncryptedBytes("instance.state"), default=b"")
    status: Mapped[str] = mapped_column(String(16), default=InstanceStatus.RUNNING, index=True)
    stage: Mapped[str] = mapped_column(String(32), default="")
    position: Mapped[list] = mapped_column(default=list)  # element ids active now
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    under_way_since: Mapped[datetime | None]  # in the middle of a long run: since when it waits for its next turn
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    end_event: Mapped[str] = mapped_column(String(200), default="")

    version: Mapped[Version] = relationship()

    @property
    def is_running(self) -> bool:
        return self.status == InstanceStatus.RUNNING

    @property
    def is_suspended(self) -> bool:
        return self.status == InstanceStatus.SUSPENDED

    @property
    def is_over(self) -> bool:
        return not (self.is_running or self.is_suspended)


class WaitStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Facts(StrEnum):
    """Does what the diagram says of a task rest on facts of its case, and have these changed since it was judged?"""

    NONE = ""
    ASKED = "asked"
    CHANGED = "changed"


class Gives(StrEnum):
    """How a task is given to one of its office's people when it is reached, if nobody is to choose."""

    NOT = ""
    LOAD = "load"
    LOT = "lot"


ORDINARY = 3  # the major priority of what nobody said anything of; less is more urgent
PRIORITIES = {"urgent": 1, "high": 2, "ordinary": ORDINARY, "low": 4}


def _of_open(name: str, *columns: str, also: str = "") -> Index:
    """An index of the open tasks alone, however many are done."""
    which = text("status = 'open'" + (f" AND {also}" if also else ""))
    return Index(name, *columns, postgresql_where=which, sqlite_where=which)


class UserTask(Revised, db.Model):
    """A person is needed: who may take it, what they are asked, what they answered."""

    __table_args__ = (  # a list is read in the order of one of these (engine/inbox/lists/pages.py)
        UniqueConstraint("instance_id", "token"),
        _of_open("ix_user_task_open", "role", "body_id", "opened_at", "id"),
        _of_open("ix_user_task_due", "role", "body_id", "due_at", "id"),
        _of_open("ix_user_task_free", "role", "body_id", "due_at", "id", also="assignee_id IS NULL"),
        _of_open("ix_user_task_held", "assignee_id", "due_at", "id"),
        _of_open("ix_user_task_held_since", "assignee_id", "opened_at", "id"),
        _of_open("ix_user_task_of_case", "case_id"),
        _of_open("ix_user_task_facts_changed", "instance_id", also="facts = 'changed'"),
        _of_open("ix_user_task_to_give", "id", also="gives <> '' AND assignee_id IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey(Instance.id), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    token: Mapped[str] = mapped_column(String(64))
    element: Mapped[str] = mapped_column(String(200))
    process_key: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200), default="")

    role: Mapped[str] = mapped_column(String(32), index=True)  # the lane's role
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), index=True)  # whose staff may take it
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"), index=True)  # a party's own task
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)  # claimed by, or given to
    claimed_at: Mapped[datetime | None]

    form: Mapped[str] = mapped_column(String(64), default="")
    data: Mapped[dict] = mapped_column(EncryptedJson("user_task.data"))  # what the form may show: the process data at that moment
    answers: Mapped[dict | None] = mapped_column(EncryptedJson("user_task.answers"))
    due_at: Mapped[datetime | None]
    term: Mapped[str] = mapped_column(String(16), default="")
    said: Mapped[dict] = mapped_column(default=dict)  # what its diagram said of it last, where that rests on the case's facts
    facts: Mapped[str] = mapped_column(String(8), default="")  # does it rest on them, and have they changed since?
    gives: Mapped[str] = mapped_column(String(8), default="")  # to whom it is still to be given: whoever has fewest, or by lot
    rated_by: Mapped[str] = mapped_column(String(64), default="")  # the decision table that rates them

    status: Mapped[str] = mapped_column(String(16), default=WaitStatus.OPEN, index=True)
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]
    completed_by: Mapped[str] = mapped_column(String(200), default="")

    instance: Mapped[Instance] = relationship()

    @property
    def is_open(self) -> bool:
        return self.status == WaitStatus.OPEN


class TaskPriority(Revised, db.Model):
    """A task that is not ordinary: how urgent, and its place among those equally urgent."""

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey(UserTask.id), unique=True)
    major: Mapped[int]
    minor: Mapped[int] = mapped_column(default=0)
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # None: the diagram says so
    given_at: Mapped[datetime] = mapped_column(default=clock.now)


class CallStatus(StrEnum):
    DUE = "due"
    RUNNING = "running"
    STUCK = "stuck"
    DONE = "done"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class OperationCall(Revised, db.Model):
    """A worker is needed: one service task reached, with its inputs. The row is the job; its id is the idempotency key."""

    __table_args__ = (UniqueConstraint("instance_id", "token"), Index("ix_operation_call_due", "status", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey(Instance.id), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    token: Mapped[str] = mapped_column(String(64))
    element: Mapped[str] = mapped_column(String(200))
    process_key: Mapped[str] = mapped_column(String(64))
    operation: Mapped[str] = mapped_column(String(64), index=True)
    inputs: Mapped[dict] = mapped_column(EncryptedJson("operation_call.inputs"))

    status: Mapped[str] = mapped_column(String(16), default=CallStatus.DUE)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str] = mapped_column(String(100), default="")
    lease_until: Mapped[datetime | None]
    # the operation's snapshot, fixed at the first attempt: a retry sends the same
    request: Mapped[dict | None] = mapped_column(EncryptedJson("operation_call.request"))
    # what the receiver answered, noted before the process moved on
    stored_result: Mapped[dict | None] = mapped_column(EncryptedJson("operation_call.stored_result"))
    result: Mapped[dict | None] = mapped_column(EncryptedJson("operation_call.result"))
    last_error: Mapped[str] = mapped_column(EncryptedText("operation_call.last_error"), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]

    instance: Mapped[Instance] = relationship()

    @property
    def is_waiting(self) -> bool:
        return self.status in (CallStatus.DUE, CallStatus.RUNNING, CallStatus.STUCK)

    @property
    def key(self) -> str:
        """The idempotency key: stable over all attempts, never reused."""
        return f"call-{self.id}"


class CallAttempt(db.Model):
    """One attempt at a call: when, by whom, how it ended."""

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey(OperationCall.id), index=True)
    number: Mapped[int]
    worker: Mapped[str] = mapped_column(String(100))
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(16), default="")  # done, thrown, later, stuck, lost
    error: Mapped[str] = mapped_column(EncryptedText("call_attempt.error"), default="")


class MessageWait(Revised, db.Model):
    """Somebody else is needed: the instance waits for a message or signal of this name, with these keys (see `correlation`)."""

    __table_args__ = (UniqueConstraint("instance_id", "token"), Index("ix_message_wait_open", "name", "status"))

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey(Instance.id), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    token: Mapped[str] = mapped_column(String(64))
    element: Mapped[str] = mapped_column(String(200))
    process_key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100), index=True)
    kind: Mapped[str] = mapped_column(String(16), default="message")  # message, signal
    shape: Mapped[str] = mapped_column(Text, default="")  # where the keys stand in a message; empty: whatever the case is told
    keys: Mapped[str] = mapped_column(String(300), default="")
    status: Mapped[str] = mapped_column(String(16), default=WaitStatus.OPEN, index=True)
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]


class Timer(Revised, db.Model):
    """The clock is needed: due by the database's time. A timer of a term follows its deadline when that is extended."""

    __table_args__ = (UniqueConstraint("instance_id", "token"), Index("ix_timer_due", "status", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey(Instance.id), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    token: Mapped[str] = mapped_column(String(64))
    element: Mapped[str] = mapped_column(String(200))
    process_key: Mapped[str] = mapped_column(String(64))
    term: Mapped[str] = mapped_column(String(16), default="")
    attached_to: Mapped[str] = mapped_column(String(200), default="")
    due_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(16), default=WaitStatus.OPEN)
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]


class Message(db.Model):
    """Something another system or instance said. Kept first, delivered when it is waited for; said twice, it changes nothing."""

    __table_args__ = (UniqueConstraint("source", "message_key"), Index("ix_message_result", "result", "name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(100))
    message_key: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16), default="message")  # message, signal
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    keys: Mapped[dict] = mapped_column(default=dict)  # told beside the payload: name → value
    goes_beyond: Mapped[bool] = mapped_column(default=False)  # also to other cases, where the keys are the same
    wait_id: Mapped[int | None] = mapped_column(ForeignKey(MessageWait.id), index=True)  # for this wait and no other
    starts: Mapped[str] = mapped_column(String(64), default="")  # for a new instance of this process and nobody else
    payload: Mapped[dict] = mapped_column(EncryptedJson("message.payload"))
    body_hash: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(String(16), default="kept")  # kept, delivered, too_late, expired


class Incident(Revised, db.Model):
    """A person must look: one open incident per subject and kind."""

    __table_args__ = (
        Index("uq_incident_open", "subject", "kind", unique=True,
              postgresql_where=text("resolved_at IS NULL"), sqlite_where=text("resolved_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey(Instance.id), index=True)
    subject: Mapped[str] = mapped_column(String(100))  # "call 7", "timer 3", "instance 9"
    kind: Mapped[str] = mapped_column(String(64))
    element: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[str] = mapped_column(EncryptedText("incident.detail"), default="")
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str] = mapped_column(String(200), default="")
    resolution: Mapped[str] = mapped_column(Text, default="")

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None


class TraceEntry(db.Model):
    """What happened to an instance, in order: append only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey(Instance.id), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    element: Mapped[str] = mapped_column(String(200), default="")
    token: Mapped[str] = mapped_column(String(64), default="")
    event: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    note: Mapped[str] = mapped_column(EncryptedText("trace_entry.note"), default="")
    detail: Mapped[dict] = mapped_column(default=dict)
