"""`sutiao calendar`: which years there are, what a file would move, and taking it in."""

import json
from datetime import datetime

import pytest
from click.testing import CliRunner

from engine import clock, config
from engine.clock import SHANGHAI
from engine.db import db, transaction
from engine.deadlines import clocks, yearly
from engine.deadlines.models import Deadline
from tests import factories
from webapp.cli import sutiao

HOLIDAY = {"name": "元旦", "name_en": "New Year", "from": "2027-01-01", "to": "2027-01-04", "statutory": ["2027-01-01"],
           "made_up_on": []}


@pytest.fixture
def run(app, settings, monkeypatch):
    """Run the program on the tests' database; what it takes in is taken away again."""
    monkeypatch.setenv("SUTIAO_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SUTIAO_DATA", str(settings.data))
    yield lambda *words: CliRunner().invoke(sutiao, words)
    for path in (config.current().data / "calendars").glob("*.json"):
        path.unlink()
    yearly.look()


def test_a_years_file_is_looked_at_taken_in_and_moves_what_ends_on_its_holidays(run, tmp_path):
    clock.move(datetime(2026, 12, 3, 10, tzinfo=SHANGHAI) - clock.now())
    with transaction():
        case = factories.case()
        number, row = case.number, clocks.start(case.id, None, "T06")
    assert "缺 2027" in run("calendar", "years").output

    path = tmp_path / "2027.json"
    notice = {"title": "通知", "number": "国办发明电〔2026〕0号", "issued": "2026-11-01"}
    path.write_text(json.dumps({"year": 2027, "notice": notice, "holidays": [HOLIDAY]}))
    told = run("calendar", "add", str(path), "--dry-run").output
    assert number in told and "2027年1月5日" in told and 2027 not in yearly.files()

    told = run("calendar", "add", str(path)).output
    assert number in told and "2027 年日历已启用" in told
    assert db.session.get(Deadline, row.id, populate_existing=True).explanation["zh"].endswith("顺延至 1月5日（周二）")
    assert "没有届满日改变" in run("calendar", "recount").output


def test_a_file_that_contradicts_itself_is_refused_in_one_sentence(run, tmp_path):
    path = tmp_path / "x.json"
    path.write_text("{}")
    refused = run("calendar", "add", str(path))
    assert refused.exit_code == 1 and refused.output.startswith("sutiao: ")
