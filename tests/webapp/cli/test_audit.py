"""`sutiao audit` on a database that migrations made, which refuses to change what is in it."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

import engine.tables  # noqa: F401
from engine.db import Moment, db
from engine.encryption.columns import Encrypted
from webapp.cli.audit import audit

ENTRY = """INSERT INTO audit_entry (at, tenant, actor_kind, action, object_type, object_id, purpose, outcome, detail,
    address_hash, trace_id) VALUES ('2026-01-05 01:00:00+00:00', 0, 'system', 'begun', '', '', '', 'done', '{}', '', '')"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, migrated, tmp_path, monkeypatch):
    with migrated.copy(request.param, tmp_path) as settings:
        monkeypatch.setenv("SUTIAO_DATABASE_URL", settings.database_url)
        monkeypatch.setenv("SUTIAO_DATA", str(tmp_path))
        engine = create_engine(settings.database_url)
        with engine.begin() as connection:
            connection.execute(text(ENTRY))
        yield engine
        engine.dispose()


def run(*words) -> tuple[int, str]:
    result = CliRunner().invoke(audit, words)
    return result.exit_code, result.output


def test_the_audit_is_signed_and_checked_and_what_was_changed_is_told(database):
    assert "leaves" in run("anchor")[1]
    assert run("verify") == (0, "1 条记录，1 个签名根，1 份副本相符，全部一致。\n")
    assert len(run("key")[1].strip()) == 44
    with database.begin() as connection:
        if database.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE audit_entry SET actor_id = 7"))
    code, output = run("verify")
    assert (code, "记录被改  audit 1" in output) == (1, True)


NEVER = ("UPDATE audit_entry SET actor_id = 7", "DELETE FROM audit_entry", "DELETE FROM audit_link",
         "UPDATE audit_anchor SET root = ''", "DELETE FROM trace_entry WHERE id < 0 OR id > 0")
NEVER_SIGNED = (
    "UPDATE signature SET signer = 'x'", "DELETE FROM signature", "UPDATE document SET frozen_sha256 = 'y' WHERE id = 1",
    "DELETE FROM document WHERE id = 1", "DELETE FROM agreement WHERE id = 1",
    "UPDATE agreement SET effective_at = NULL WHERE id = 1", "UPDATE agreement SET document_id = 2 WHERE id = 1")
STILL = ("UPDATE document SET sha256 = 'z'", "UPDATE agreement SET terms = facts",
         "UPDATE agreement SET document_id = 1 WHERE id = 2", "DELETE FROM document WHERE id = 2")


def test_the_database_itself_refuses_to_change_it(database):
    run("anchor")
    with database.begin() as connection:
        connection.execute(text("INSERT INTO trace_entry (element, token, event, actor, at, note, detail) "
                                "VALUES ('', '', 'x', '', '2026-01-05 01:00:00+00:00', '', '{}')"))
    for statement in NEVER:
        with pytest.raises(DatabaseError, match="append only"), database.begin() as connection:
            connection.execute(text(statement))
    what_was_signed_stays(database)


def what_was_signed_stays(database) -> None:
    """Signatures, what signers saw, and agreements in effect; what only holds their content may be stored anew."""
    at = datetime(2026, 1, 5, 1, tzinfo=UTC)
    off = "PRAGMA foreign_keys=OFF" if database.dialect.name == "sqlite" else "SET session_replication_role = replica"
    with database.connect() as connection:
        connection.connection.dbapi_connection.execute(off)
        with connection.begin():
            for key, frozen in ((1, "x"), (2, "")):
                insert(connection, "document", id=key, frozen_sha256=frozen, check_code=f"c{key}")
                insert(connection, "agreement", id=key, number=key, document_id=key, effective_at=at if frozen else None)
            insert(connection, "signature", id=1, document_id=1)
        connection.invalidate()  # it looks after nothing any more
    for statement in NEVER_SIGNED:
        with pytest.raises(DatabaseError, match="is signed: it stays"), database.begin() as connection:
            connection.execute(text(statement))
    for statement in STILL:
        with database.begin() as connection:
            connection.execute(text(statement))


def insert(connection, name: str, **given) -> None:
    """A row with something empty in each column that must have a value."""
    empty = {str: "", int: 0, bool: False, datetime: datetime(2026, 1, 5, 1, tzinfo=UTC), bytes: b""}
    columns = db.metadata.tables[name].columns
    row = {column.name: given[column.name] if column.name in given else _empty(column, empty)
           for column in columns if column.name in given or not column.nullable}
    values = ", ".join(f":{key}" for key in row)
    connection.execute(text(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({values})"), row)


def _empty(column, empty):
    if isinstance(column.type, Encrypted | Moment):
        return b"" if isinstance(column.type, Encrypted) else empty[datetime]
    return "[]" if "json" in type(column.type).__name__.lower() else empty[column.type.python_type]
