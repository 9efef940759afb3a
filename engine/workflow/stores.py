"""What data stores hold: one row per store, shared by all processes that draw it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from engine import clock
from engine.db import db
from engine.encryption.columns import EncryptedText
from engine.workflow import spiff
from engine.workflow.models import Instance

EMPTY = spiff.packed(None)
LONGEST = 100  # of a name


class DataStore(db.Model):
    """One value that outlives the processes that read and write it; whoever writes last, wins."""

    name: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    value: Mapped[str] = mapped_column(EncryptedText("data_store.value"), default=EMPTY)  # as `spiff.packed`
    instance_id: Mapped[int | None] = mapped_column(ForeignKey(Instance.id))  # that wrote it last
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def content(self):
        """The value itself."""
        return spiff.unpacked(self.value)


def held(name: str, locks: Sequence[str] = ()):
    """What a store holds; None when it is empty. `locks`: nobody else writes these before this transaction ends."""
    rows = {each: _locked(each) for each in sorted(locks)}
    row = rows[name] if name in rows else db.session.get(DataStore, name, populate_existing=True)
    return row.content if row is not None else None


def keep_all(instance: Instance, values: Mapping[str, object], locks: Sequence[str]) -> None:
    """Write what a run keeps, in the order of locks that all its runs have."""
    rows = {each: _locked(each) for each in sorted({*locks, *values})} if values else {}
    for name in rows.keys() & values.keys():
        _write(rows[name], instance, values[name])


def keep(instance: Instance | None, name: str, value) -> None:
    """Write a store; without an instance, a person did."""
    _write(_locked(name), instance, value)


def _write(row: DataStore, instance: Instance | None, value) -> None:
    row.value, row.instance_id, row.changed_at = spiff.packed(value), instance.id if instance else None, clock.now()


def every() -> list[DataStore]:
    """All stores, by name."""
    return list(db.session.scalars(select(DataStore).order_by(DataStore.name)))


def _locked(name: str) -> DataStore:
    """The row, made if there is none: two who write a new store at once queue up too."""
    insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert
    row = {"name": name, "value": EMPTY, "changed_at": clock.now()}
    db.session.execute(insert(DataStore).values(row).on_conflict_do_nothing())
    return db.session.get(DataStore, name, populate_existing=True, with_for_update=True)
