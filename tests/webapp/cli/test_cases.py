"""`sutiao cases` and `sutiao users`: a batch from a file, one case, one account."""

import json

import pytest
from click.testing import CliRunner

from engine.access.models import Role, User
from engine.cases.models import Case
from engine.db import db, transaction
from engine.mediation.models import MediatorProfile
from tests.engine.cases.test_batch import SHEET_ROW, sheet
from tests.engine.workflow.spiff.drawing import user
from tests.personas import referral
from tests.published import publish
from webapp.cli import sutiao
from webapp.cli.terminal import aligned, width


@pytest.fixture
def run(world, settings, monkeypatch):
    """Run the program on the tests' database."""
    publish(user("accept_referral"), "start > accept_referral > end", key="court_mediation")
    monkeypatch.setenv("SUTIAO_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SUTIAO_DATA", str(settings.data))
    return lambda *words, **options: CliRunner().invoke(sutiao, words, catch_exceptions=False, **options)


def count(model) -> int:
    with transaction(write=False):
        return db.session.query(model).count()


def test_a_file_is_taken_and_reported_row_by_row(run, tmp_path):
    file = tmp_path / "referrals.json"
    file.write_text(json.dumps([referral("R-1"), referral("R-2", amount="1")]), encoding="utf-8")
    told = run("cases", "import", str(file), "--court", "沪0115")

    assert told.exit_code == 0, told.output
    assert "第1行  已收案  R-1  ST" in told.output and "第2行  未收  R-2" in told.output and "/amount：" in told.output
    assert told.output.splitlines()[-1] == "共 2 行：已收案 1，此前已收 0，未收 1"
    assert "此前已收 1" in run("cases", "import", str(file), "--court", "沪0115").output and count(Case) == 1


def test_a_sheet_is_known_by_its_content(run, tmp_path):
    file = tmp_path / "cases.dat"
    file.write_bytes(sheet(SHEET_ROW, SHEET_ROW | {"来文编号": "S-2", "申请人名称": "  "}))
    told = run("cases", "import", str(file), "--court", "沪0115").output

    assert "第2行  已收案  S-1" in told and "申请人名称：" in told and count(Case) == 1


@pytest.mark.parametrize("content", ["", "{", "{}", "PK nothing"])
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(run, tmp_path, content):
    file = tmp_path / "broken"
    file.write_text(content, encoding="utf-8")
    told = run("cases", "import", str(file), "--court", "沪0115")

    assert told.exit_code == 1 and len(told.output.splitlines()) == 1 and told.output.startswith("sutiao: ")


def test_several_courts_need_a_choice(run, tmp_path):
    file = tmp_path / "one.json"
    file.write_text(json.dumps([referral()]), encoding="utf-8")
    told = run("cases", "import", str(file))

    assert told.exit_code == 1 and "京0102, 沪0115" in told.output


def test_a_case_is_shown_with_what_it_waits_for(run, tmp_path):
    file = tmp_path / "one.json"
    file.write_text(json.dumps([referral()]), encoding="utf-8")
    run("cases", "import", str(file), "--court", "沪0115")
    with transaction(write=False):
        number = db.session.query(Case).one().number
    told = run("cases", "show", number).output

    assert number in told and "12000.00" in told and "正在等待" in told and "accept_referral" in told
    assert "11010519491231002X" not in told


def test_an_unknown_case_is_refused(run):
    assert run("cases", "show", "ST-none").exit_code == 1


def test_chinese_columns_line_up():
    lines = aligned([("编号", "a"), ("x", "b")])

    assert [width(line[: line.index(sign)]) for line, sign in zip(lines, "ab", strict=True)] == [8, 8]


def test_a_mediator_gets_an_account_and_a_place_on_the_register(run):
    told = run("users", "add", "zhang.san", "--name", "张三", "--role", "mediator", "--body", "BJJR", "--speciality", "banking",
               "--password-stdin", input="a long enough password\n")

    assert told.exit_code == 0, told.output
    with transaction(write=False):
        added = db.session.query(User).filter_by(login="zhang.san").one()
        assert [grant.role for grant in added.grants] == [Role.MEDIATOR]
        assert db.session.get(MediatorProfile, added.id).specialities == ["banking"]
    assert "a long enough password" not in told.output


@pytest.mark.parametrize(("words", "reason"), [
    (["--role", "mediator"], "kind of body"), (["--role", "mediator", "--body", "NONE"], "BJJR"),
    (["--role", "clerk", "--body", "BJJR"], "kind of body"),
])
def test_a_role_needs_its_kind_of_body(run, words, reason):
    before = count(User)
    told = run("users", "add", "zhang.san", "--name", "张三", *words, "--password-stdin", input="a long enough password\n")

    assert told.exit_code == 1 and reason in told.output and count(User) == before


def test_a_short_password_and_a_taken_log_in_are_refused(run):
    short = run("users", "add", "x1", "--name", "张三", "--role", "admin", "--password-stdin", input="short\n")
    assert short.exit_code == 1 and "at least 12" in short.output
    words = ["users", "add", "clerk", "--name", "张三", "--role", "admin", "--password-stdin"]
    taken = run(*words, input="a long enough password\n")
    assert taken.exit_code == 1 and "taken" in taken.output
