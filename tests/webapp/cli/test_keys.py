"""`sutiao keys`: what stands is encrypted anew, on a database that was there before anything was encrypted."""

from hashlib import sha256

import pytest
from alembic import command
from click.testing import CliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from engine.access.models import Role
from engine.config import Settings
from engine.db import transaction
from engine.encryption import keys as ring
from tests import factories
from webapp.cli.db import migrating, upgrade_all
from webapp.cli.keys import keys
from webapp.cli.terminal import web
from webapp.identity import hash_password

PASSWORD = "a long one for both"

CASE = """INSERT INTO "case" (id, number, organisation_number, court_number, regime, channel, title, stage, outcome, confirmation,
    cause_code, cause, cause_list, category, claimant, sector, region, amount, claims, statement, details, procedure, court_judge,
    during_trial, received_at, revision)
    VALUES (7, 'N7', '', '', 'C', 'party', 'x', 'received', '', '', '1', 'x', '2020', '', 'consumer', 'banking', '', 1,
    '[{"text": "退款"}]', '卡号6222', '{"card": "6222"}', '', '', false, '2026-01-05 01:00:00+00:00', 1)"""
PERSON = """INSERT INTO participant (case_id, side, role, position, kind, name, id_type, id_number, phone, email, address,
    domicile, representative, authority, needs, is_current, revision)
    VALUES (7, 'applicant', 'party', 0, 'natural', '王小明', 'resident_id', '11010519491231002X', '16600001234', '', '幸福路',
    '', '行长甲', '', '[]', true, 1)"""
TOLD = """INSERT INTO trace_entry (case_id, element, token, event, actor, at, note, detail)
    VALUES (7, '', '', 'started', 'x', '2026-01-05 01:00:00+00:00', '王小明撤回', '{}')"""
NOTED = """INSERT INTO audit_entry (at, tenant, actor_kind, action, object_type, object_id, purpose, outcome,
    detail, address_hash, trace_id)
    VALUES ('2026-01-05 01:00:00+00:00', 0, 'system', 'begun', '', '', '来电核对', 'done', '{}', '', '')"""


def brought_up_to_date(settings: Settings) -> None:
    """A database of before anything was encrypted, with a party in it, after the upgrade."""
    with migrating(settings) as config:
        command.upgrade(config, "0038")
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text(CASE))
        connection.execute(text(PERSON))
        connection.execute(text(TOLD))
        connection.execute(text(NOTED))
    engine.dispose()
    upgrade_all(settings)


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request, migrated, tmp_path, monkeypatch):
    with migrated.copy(request.param, tmp_path, brought_up_to_date) as settings:
        monkeypatch.setenv("SUTIAO_DATABASE_URL", settings.database_url)
        monkeypatch.setenv("SUTIAO_DATA", str(tmp_path))
        engine = create_engine(settings.database_url)
        yield engine
        engine.dispose()
        ring.forget()


def run(*words, typed=()) -> tuple[int, str]:
    result = CliRunner().invoke(keys, words, input="".join(f"{line}\n" for line in typed))
    return result.exit_code, result.output


def ring_size(folder) -> int:
    return len((folder / "personal-data.keys").read_text().split())


def administrators() -> list[str]:
    """Two of them and a clerk, with one password; what both type."""
    with web(), transaction():
        for login, role in (("first", Role.ADMIN), ("second", Role.ADMIN), ("clerk", Role.CLERK)):
            factories.user(login, role, login=login).password_hash = hash_password(PASSWORD)
    return ["first", PASSWORD, "second", PASSWORD]


def values(engine) -> list[bytes]:
    with engine.connect() as connection:
        case = connection.execute(text('SELECT claims, statement, details FROM "case"')).one()
        person = connection.execute(text("SELECT id_number, phone, address, representative FROM participant")).one()
        note = connection.execute(text("SELECT note FROM trace_entry")).one()
        purpose = connection.execute(text("SELECT purpose FROM audit_entry ORDER BY id LIMIT 1")).one()
        return [bytes(each) for each in (*case, *person, *note, *purpose)]


def test_what_stood_there_is_encrypted_found_and_encrypted_anew(older, tmp_path, monkeypatch):
    before = values(older)
    words = ("退款", "6222", "11010519491231002X", "166", "幸福", "行长", "撤回", "来电")
    assert not any(word.encode() in value for word in words for value in before)
    code, told = run("check")
    assert (code, told.count("加密用")) == (0, 1) and "10" in told

    key = "2689367b205c16ce32ed4200942b8b8b1e262dfc70d9bc9fbc77c49699a4f1df"
    assert key == sha256(b"ok").hexdigest()
    file = tmp_path / "files" / key[:2] / key[2:4] / key
    file.parent.mkdir(parents=True)
    file.write_bytes(b"ok")
    assert "未加密的文件  1" in run("check")[1]
    code, told = run("renew", "--new")
    assert file.read_bytes() != b"ok" and "files" in told and "未加密" not in run("check")[1]
    assert code == 0 and "participant 5 项" in " ".join(told.split())
    assert all(one[:5] != other[:5] for one, other in zip(before, values(older), strict=True))
    assert run("check")[0] == 0
    for change in ("note = note", "actor = 'y'"):  # the trace is append only: only another key may write its words anew
        with pytest.raises(DBAPIError), older.begin() as connection:
            connection.execute(text(f"UPDATE trace_entry SET {change}"))
    for change in ("purpose = purpose", "outcome = 'refused'"):  # and so is the audit
        with pytest.raises(DBAPIError), older.begin() as connection:
            connection.execute(text(f"UPDATE audit_entry SET {change}"))
    assert "仍然保留" in run("renew")[1] and ring_size(tmp_path) == 2
    both = administrators()
    monkeypatch.setattr(ring, "DROPPED_AFTER_SECONDS", 3600)
    assert run("drop", typed=both)[0] == 1 and ring_size(tmp_path) == 2  # somebody may still write with it
    monkeypatch.setattr(ring, "DROPPED_AFTER_SECONDS", 0)
    for typed in (both[:2] * 2, [*both[:2], "clerk", both[3]], [both[0], "wrong"]):  # nobody alone, nobody else
        assert run("drop", typed=typed)[0] != 0 and ring_size(tmp_path) == 2
    code, told = run("drop", typed=both)
    assert code == 0 and "已删除" in told and ring_size(tmp_path) == 1

    from engine.access.models import Participant
    from engine.cases.models import Case
    from engine.db import db
    from engine.encryption import blind

    with web():
        case = db.session.get(Case, 7)
        assert (case.claims, case.statement, case.details) == ([{"text": "退款"}], "卡号6222", {"card": "6222"})
        found = db.session.query(Participant).filter_by(phone_blind=blind.phone("16600001234")).one()
        assert (found.id_number, found.phone) == ("11010519491231002X", "16600001234")
        assert (found.email, found.address, found.representative) == ("", "幸福路", "行长甲")
        assert found.id_number_blind == blind.id_number("11010519491231002X")
        db.session.remove()


def test_a_lost_key_is_told(older, tmp_path):
    (tmp_path / "personal-data.keys").write_text(ring.new())
    code, told = run("check")
    assert code == 1 and "缺失" in told
    code, told = run("renew")
    assert code == 1 and "5 项无法解密" in told
