"""What is sealed: tables whose rows nobody changes, with the tenant each row belongs to."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import LargeBinary, TypeDecorator, select, type_coerce
from sqlalchemy.sql import ColumnElement

from engine.audit.models import AuditEntry
from engine.encryption.columns import Encrypted
from engine.encryption.values import ValueDamaged


@dataclass(frozen=True)
class Source:
    """A table, and the condition that tells a row's tenant."""

    name: str
    model: type
    tenant: Callable[[], ColumnElement]

    def rows(self, *conditions):
        """The query of rows with their tenant, in order."""
        table = self.model.__table__
        columns = [_legible(column) for column in table.columns]
        return select(*columns, self.tenant().label("of_tenant")).where(*conditions).order_by(table.c.id)


class Legible(TypeDecorator):
    """A value as it was before it was encrypted; None where it no longer opens: then the row is not what was sealed."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, kept: Encrypted):
        super().__init__()
        self.kept = kept

    def process_result_value(self, value, dialect):
        try:
            return self.kept.process_result_value(value, dialect)
        except (ValueDamaged, TypeError, UnicodeError):
            return None


def _legible(column):
    return type_coerce(column, Legible(column.type)).label(column.name) if isinstance(column.type, Encrypted) else column


SOURCES: dict[str, Source] = {}


def seal(name: str, model: type, tenant: Callable[[], ColumnElement]) -> None:
    """From now on rows of this table are sealed."""
    SOURCES[name] = Source(name, model, tenant)


seal("audit", AuditEntry, lambda: AuditEntry.__table__.c.tenant)


def content_of(row) -> bytes:
    """A row as it is hashed: canonical JSON of its columns, the same on both databases."""
    columns = {name: _plain(value) for name, value in row._mapping.items() if name != "of_tenant"}
    return json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _plain(value):
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def linked(content: bytes, before: str) -> str:
    """A link's hash, in hexadecimal: SHA-256(0x00 ‖ canonical row ‖ previous hash)."""
    return sha256(b"\x00" + content + bytes.fromhex(before)).hexdigest()
