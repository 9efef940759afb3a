"""Whatever takes text refuses a NUL and half a character with a sentence, on every door, and changes nothing."""

import io
import sys

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from engine.access.models import User
from engine.db import db
from engine.processes.models import Draft
from webapp.cli import sutiao

SAYS = "无法保存的字符"
PLACES = {"admin": ["/tracing/", "/admin/"], "coordinator": ["/inbox/", "/cases/"], "designer": ["/designer/"]}


@pytest.mark.parametrize("who", PLACES)
def test_a_search_box_says_what_is_wrong(browser, who):
    person = browser(who)
    for path in PLACES[who]:
        answer = person.get(f"{path}?q=a%00b")
        assert answer.status_code == 422 and SAYS in answer.text, path
        assert person.get(f"{path}?q=%ed%a0%80").status_code == 200, "no UTF-8 is shown as what it is not, and finds nothing"


def test_a_form_says_which_field(browser):
    admin = browser("admin")
    before = db.session.scalar(select(func.count(User.id)))
    answer = admin.post("/admin/users", name="王\x00明", login="wang")
    assert answer.status_code == 422 and SAYS in answer.text
    db.session.rollback()
    assert db.session.scalar(select(func.count(User.id))) == before


def test_json_of_our_own_pages_is_refused(browser):
    answer = browser("designer").send_json("POST", "/designer/drafts/1/check.json", {"xml": "a\x00", "revision": 1})
    assert (answer.status_code, answer.json["code"]) == (422, "text-unreadable") and SAYS in answer.json["message"]


def test_the_name_of_an_uploaded_file_is_refused(browser):
    designer = browser("designer")
    designer._held()
    answer = designer.http.post("/designer/import", content_type="multipart/form-data", data={
        "csrf_token": designer.token, "files": (io.BytesIO(b"<x/>"), "a%00.bpmn")})
    assert answer.status_code == 422, "the file is no diagram; its name is only a name"
    db.session.rollback()
    assert db.session.scalar(select(func.count(Draft.id))) == 0


@pytest.mark.parametrize("content", [
    b"<a>\x00</a>", b"<a>\xed\xa0\x80</a>", b"<a>&#0;</a>", b"<a>&#xd800;</a>", b"\xff\xfe\x00\x00"])
def test_a_diagram_that_holds_one_is_refused(browser, content):
    designer = browser("designer")
    designer._held()
    answer = designer.http.post("/designer/import", content_type="multipart/form-data", data={
        "csrf_token": designer.token, "files": (io.BytesIO(content), "a.bpmn")})
    assert answer.status_code == 422
    db.session.rollback()
    assert db.session.scalar(select(func.count(Draft.id))) == 0


@pytest.mark.parametrize("body", [b'{"name": "\\u0000"}', b'{"name": "\\ud800"}', b'{"name": "\x00"}', b'{"na\\u0000me": 1}'])
@pytest.mark.parametrize("path", ["/api/v1/token", "/api/v1/referrals", "/hooks/sms"])
def test_machines_are_told_too(stranger, path, body):
    answer = stranger.http.post(path, data=body, content_type="application/json")
    assert 400 <= answer.status_code < 500


def test_the_program_refuses_an_argument_that_is_no_text(app, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["sutiao", "cases", "show", "\udcff"])
    refused = CliRunner().invoke(sutiao, ["cases", "show", "\udcff"])
    assert refused.exit_code == 1 and "sutiao: Some text holds signs" in refused.output + refused.stderr
