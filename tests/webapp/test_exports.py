"""Files of many rows in the browser: asked for, watched, told of, taken, dropped; nobody else's."""

import csv
import io

import pytest
from sqlalchemy import select

from engine.audit.models import AuditEntry
from engine.db import db, transaction
from engine.exports import asking
from tests import factories
from workers import exports


@pytest.fixture
def handler(browser, world, monkeypatch):
    monkeypatch.setattr(asking, "AT_ONCE", 1)
    with transaction():
        for place in range(3):
            case = factories.case(institution_id=world.bank.id)
            factories.participant(case, name=f"=甲某人{place}")
            factories.participant(case, side="respondent", name=world.bank.name, body_id=world.bank.id, kind="legal")
    return browser("handler")


def test_a_long_file_is_made_told_of_on_every_page_and_taken(handler, browser):
    asked = handler.post("/exports/portfolio.csv?state=open")
    assert asked.status_code == 303
    page = asked.headers["Location"]
    assert "已生成 0 / 3 行" in handler.text(page) and 'http-equiv="refresh"' in handler.text(page)
    assert 'hx-get="/exports/news"' in handler.text("/portfolio/") and handler.post(f"{page}/file").status_code == 409
    exports.look()
    assert "申请导出的文件已生成" in handler.text("/portfolio/") and "已生成，3 行" in handler.text("/exports/")
    assert [browser(other).get(page).status_code for other in ("auditor", "mediator")] == [404, 403]
    text = handler.post(f"{page}/file").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 4 and "甲某人" not in text and rows[1][5] and "申请导出" not in handler.text("/portfolio/")
    assert db.session.scalar(select(AuditEntry.object_id).where(AuditEntry.action == "exports.file")) == page.rsplit("/", 1)[1]
    assert handler.post(f"{page}/drop").status_code == 303 and handler.get(page).status_code == 404


@pytest.mark.db
def test_the_pages_of_files_tell_of_them_once_and_ask_again_without_keeping_the_session(handler):
    page = handler.post("/exports/portfolio.csv?state=open").headers["Location"]
    for place in (page, "/exports/"):
        told = handler.text(place)
        assert f'hx-get="{place}?polls=1"' in told and "/exports/news" not in told
    assert f'content="3; url={page}?polls=1"' in handler.text(page)
    exports.look()
    assert all("申请导出的文件已生成" not in handler.text(place) for place in (page, "/exports/", f"{page}?polls=1"))
    assert [handler.text(place).count("申请导出的文件已生成") for place in ("/portfolio/", "/exports/news")] == [1, 1]


def test_a_second_file_waits_for_the_first(handler):
    assert handler.post("/exports/portfolio.csv").status_code == 303
    again = handler.post("/exports/portfolio.csv")
    assert again.status_code == 409 and "另有一个文件正在生成" in again.text


def test_the_audit_is_a_long_file_too(handler, browser):
    auditor = browser("auditor")
    for _look in range(3):
        auditor.get("/audit/?login=mediator")
    page = auditor.post("/exports/audit.csv").headers["Location"]
    exports.look()
    assert "action_name" in auditor.post(f"{page}/file").text
