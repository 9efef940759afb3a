"""Errors as people and machines see them: a sentence in their language, never a stack."""

import io

import pytest
from flask import request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.errors import Conflict
from engine.i18n import _
from engine.inbox.lists import pages
from webapp import i18n


@pytest.mark.parametrize("error, status", [
    (StaleDataError("changed"), 409), (OperationalError("SELECT secret", {}, Exception("locked")), 503),
    (ZeroDivisionError("secret"), 500), (RecursionError("secret"), 400),
])
def test_faults_become_a_page_without_their_text(browser, monkeypatch, error, status):
    coordinator = browser("coordinator")

    def fail(actor):
        raise error
    monkeypatch.setattr(pages, "counts", fail)
    answer = coordinator.get("/inbox/")

    assert answer.status_code == status and "secret" not in answer.text and "Traceback" not in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)


class Deadlock(Exception):
    sqlstate = "40P01"


def test_a_request_that_the_database_ended_to_free_another_is_done_again(browser, monkeypatch):
    tries, counts, coordinator = [], pages.counts, browser("coordinator")

    def fail_once(actor):
        tries.append(True)
        if len(tries) == 1:
            raise OperationalError("SELECT", {}, Deadlock())
        return counts(actor)
    monkeypatch.setattr(pages, "counts", fail_once)
    assert (coordinator.get("/inbox/").status_code, len(tries)) == (200, 2)


def test_a_file_that_was_read_already_is_read_again(site, app):
    with site.test_request_context("/", method="POST", data={"file": (io.BytesIO(b"content"), "a.txt")}):
        request.files["file"].read()
        site._begin_anew()
        assert request.files["file"].read() == b"content"


def test_htmx_gets_the_error_as_a_fragment_for_the_news(browser):
    answer = browser("coordinator").get("/inbox/tasks/99", headers={"HX-Request": "true"})

    assert answer.status_code == 404 and "<html" not in answer.text and answer.headers["HX-Retarget"] == "#failed-told"


def test_an_expired_session_sends_htmx_to_the_sign_in(stranger):
    answer = stranger.get("/inbox/", headers={"HX-Request": "true"})

    assert answer.status_code == 401 and answer.headers["HX-Redirect"] == "/login"


def test_the_api_answers_with_a_problem_document(stranger):
    answer = stranger.get("/api/v1/nothing")

    assert answer.status_code == 404 and answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("path", ["/nothing", "/inbox/tasks/-1", "/cases/%00", "/cases/" + "9" * 3000, "/%ff%fe"])
def test_odd_addresses_are_just_not_there(browser, path):
    assert browser("coordinator").get(path).status_code == 404


@pytest.mark.parametrize("area", ["inbox", "cases", "statistics"])
def test_odd_questions_change_nothing(browser, area):
    odd = "q=%1b%ff&stage=%01&state=%01&view=%01&page=99999999999999999999&by=%01&since=%01"

    status = 422 if area == "inbox" else 200  # its conditions are named when they make no sense
    assert browser("coordinator").get(f"/{area}/?{odd}").status_code == status


def test_odd_questions_of_operators_change_nothing(browser):
    admin = browser("admin")

    searches = ["%23%01&state=x", "%2399999999999999999999", "call-" + "9" * 50, "%25_%01"]
    for path in [f"/tracing/?q={each}" for each in searches] + ["/admin/?q=%25_%01"]:
        assert admin.get(path).status_code == 200, path


def test_a_wrong_method_says_which_are_right(browser):
    answer = browser("coordinator").get("/logout")

    assert answer.status_code == 405 and "POST" in answer.headers["Allow"]


def test_a_person_who_is_called_like_one_of_our_words_keeps_their_name(site):
    message = _("This task is being worked on by %(who)s.")

    with site.test_request_context("/"):
        assert i18n.say(message, {"who": "open"}) == "此任务正由open办理。"
        assert "open" not in i18n.say(message, {"who": _("open")})


def test_what_an_error_says_stays_a_text_of_ours(site):
    class Why(Conflict):
        message = _("The mediator has not let you in yet.")

    with site.test_request_context("/"):
        assert i18n.say("%(why)s", {"why": str(Why())}) == "请稍候，调解员还没有请您进入。"
