"""What is kept of repairs and upgrades: the values before and after, and how each instance can be taken back."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine import clock
from engine.db import Revised, db
from engine.encryption.columns import EncryptedBytes, EncryptedJson
from engine.workflow.models import Instance, Version


class VariableChange(db.Model):
    """A value of a process that an operator changed: case content, so it is not in the trace, which names it only."""

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey(Instance.id), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    before: Mapped[dict] = mapped_column(EncryptedJson("variable_change.before"))  # {"value": …}, or empty when there was none
    after: Mapped[dict] = mapped_column(EncryptedJson("variable_change.after"))
    reason: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)


class BatchStatus(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class UpgradeBatch(Revised, db.Model):
    """Instances that are brought to one version, one after another."""

    id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str] = mapped_column(String(64), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(Version.id))
    bindings: Mapped[dict]  # called process key → version id, fixed when the batch began
    mapping: Mapped[list] = mapped_column(default=list)  # [process key, old element id, new element id], beside what is suggested
    reason: Mapped[str] = mapped_column(Text)
    started_by: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(16), default=BatchStatus.RUNNING, index=True)

    version: Mapped[Version] = relationship()


class ItemStatus(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    BLOCKED = "blocked"
    FAILED = "failed"
    UNDONE = "undone"


class UpgradeItem(Revised, db.Model):
    """One instance of a batch: what became of it, and what it takes to go back while it has not moved on."""

    __table_args__ = (UniqueConstraint("batch_id", "instance_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey(UpgradeBatch.id), index=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey(Instance.id), index=True)
    status: Mapped[str] = mapped_column(String(16), default=ItemStatus.WAITING, index=True)
    blockers: Mapped[list] = mapped_column(default=list)  # [{process_key, element, code, message, values}]
    # the instance's columns and the changed rows as they were
    kept: Mapped[dict] = mapped_column(EncryptedJson("upgrade_item.kept"), default=dict)
    state: Mapped[bytes | None] = mapped_column(EncryptedBytes("upgrade_item.state"))  # as it was
    revision_after: Mapped[int | None]  # of the instance, right after its upgrade
    settled_at: Mapped[datetime | None]

    batch: Mapped[UpgradeBatch] = relationship()
    instance: Mapped[Instance] = relationship()
