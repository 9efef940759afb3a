"""Change the key of what stands: every encrypted value that another key encrypted is written anew, some rows at a time."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import LargeBinary, Table, and_, bindparam, select, type_coerce, update

from engine.db import db
from engine.encryption import blind
from engine.encryption.columns import Encrypted
from engine.encryption.keys import KeyMissing
from engine.encryption.values import HEAD, ValueDamaged, decrypt, encrypt, is_current

BATCH = 500


def tables() -> dict[Table, list[str]]:
    """The tables that hold encrypted values, with the columns that do."""
    found = {}
    for table in db.metadata.sorted_tables:
        if names := [column.name for column in table.columns if isinstance(column.type, Encrypted)]:
            found[table] = names
    return found


def batches(table: Table, names: list[str]) -> Iterator[list]:
    """The rows of a table as they are kept, in order of their key."""
    last = None
    while rows := batch(table, names, last):
        yield rows
        last = rows[-1].key


def batch(table: Table, names: list[str], last=None) -> list:
    """The next rows as they are kept, behind the one with this key."""
    (key,) = table.primary_key.columns
    raw = [type_coerce(table.c[name], LargeBinary).label(name) for name in names]
    blinds = [table.c[name] for name in _blinds(table)]
    query = select(key.label("key"), *raw, *blinds).order_by(key).limit(BATCH)
    return list(db.session.execute(query if last is None else query.where(key > last)))


def _blinds(table: Table) -> list[str]:
    """The columns that hold blind indexes."""
    return [column.name for column in table.columns if column.name.endswith("_blind")]


def renew(table: Table, names: list[str], rows: list) -> Counter:
    """Encrypt a batch anew where it needs it: how many values were `renewed`, and how many `unreadable` ones were left.

    Only a value that is still as it was read is written, so nobody's change is undone; the row's revision stays as it is.
    """
    told, connection = Counter(), db.session.connection()
    for row in rows:
        for name in names:
            try:
                for column, values in _anew(table, row, name):
                    told["renewed"] += connection.execute(
                        _exchange(table, name, column), {"of_key": row.key, "before": getattr(row, name), **values}).rowcount
            except (KeyMissing, ValueDamaged):
                told["unreadable"] += 1
    return told


def _anew(table: Table, row, name: str) -> Iterator[tuple[str, dict]]:
    """What is to be written of one value: its blind index if that is no longer right, then itself if another key encrypted it."""
    kept, place = bytes(getattr(row, name) or b""), table.c[name].type.place
    blind_name = f"{name}_blind"
    needs_index = blind_name in table.columns
    if not kept or is_current(kept) and not needs_index:
        return
    told = decrypt(kept, place)
    if needs_index and (index := blind.INDEXES[name](told.decode())) != getattr(row, blind_name):
        yield blind_name, {"anew": index}
    if not is_current(kept):
        yield name, {"anew": encrypt(told, place)}


def _exchange(table: Table, name: str, column: str):
    (key,), raw = table.primary_key.columns, type_coerce(table.c[name], LargeBinary)
    is_same = and_(key == bindparam("of_key"), raw == bindparam("before", type_=LargeBinary))
    kind = LargeBinary if column == name else table.c[column].type
    return update(table).where(is_same).values({table.c[column]: type_coerce(bindparam("anew"), kind)})


def key_ids(rows: list, names: list[str]) -> Counter:
    """How many values each key has encrypted, by its id in hexadecimal."""
    return Counter(bytes(kept[1:HEAD]).hex() for row in rows for name in names if (kept := getattr(row, name)))
