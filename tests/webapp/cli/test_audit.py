"""`sutiao audit` on a database that migrations made, which refuses to change what is in it."""

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

from engine.config import Settings
from tests import databases
from webapp.cli.audit import audit
from webapp.cli.db import upgrade_all

ENTRY = """INSERT INTO audit_entry (at, tenant, actor_kind, action, object_type, object_id, purpose, outcome, detail,
    address_hash, trace_id) VALUES ('2026-01-05 01:00:00+00:00', 0, 'system', 'begun', '', '', '', 'done', '{}', '', '')"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path, monkeypatch):
    with databases.database_url(request.param) as url:
        upgrade_all(Settings(data=tmp_path, database_url=url))
        monkeypatch.setenv("SUTIAO_DATABASE_URL", url)
        monkeypatch.setenv("SUTIAO_DATA", str(tmp_path))
        engine = create_engine(url)
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


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor_id = 7", "DELETE FROM audit_entry", "DELETE FROM audit_link",
                                       "UPDATE audit_anchor SET root = ''", "DELETE FROM trace_entry WHERE id < 0 OR id > 0"])
def test_the_database_itself_refuses_to_change_it(database, statement):
    run("anchor")
    with database.begin() as connection:
        connection.execute(text("INSERT INTO trace_entry (element, token, event, actor, at, note, detail) "
                                "VALUES ('', '', 'x', '', '2026-01-05 01:00:00+00:00', '', '{}')"))
    with pytest.raises(DatabaseError, match="append only"), database.begin() as connection:
        connection.execute(text(statement))
