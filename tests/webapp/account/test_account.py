"""One's own account: password, second factor, sessions that end; roles that hold for days."""

import base64
import re
import time
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import select

from engine import clock, config
from engine.access.models import User
from engine.db import db, transaction
from webapp.identity import hash_password

PASSWORD, NEW = "correct horse battery staple", "eleven quiet mountains"


@pytest.fixture
def clerk(world):
    with transaction():
        db.session.get(User, world.clerk.id).password_hash = hash_password(PASSWORD)
    return world.clerk


@pytest.fixture
def enter(site, clerk):
    from tests.webapp.conftest import Browser

    def enter(password=PASSWORD):
        browser = Browser(site)
        return browser, browser.post("/login", login="clerk", password=password)
    return enter


def digits(secret: str) -> str:
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(clock.now().timestamp())).decode()


@pytest.fixture
def protected(enter):
    """A clerk with a second factor: secret and recovery codes."""
    browser, _answer = enter()
    browser.token = ""
    browser.post("/account/second-factor")
    page = browser.text("/account/")
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)[1]
    assert browser.get("/account/second-factor.svg").content_type == "image/svg+xml"
    answer = browser.post("/account/second-factor/confirm", code=digits(secret))
    assert answer.status_code == 200, answer.text[:500]
    codes = re.findall(r"<code>(\d{5}-\d{5})</code>", answer.text)
    assert len(codes) == 10 and codes[0] not in browser.text("/account/")
    clock.move(timedelta(seconds=60))
    return secret, codes


def test_the_password_alone_no_longer_opens(enter, protected):
    browser, answer = enter()
    assert answer.headers["Location"] == "/login/code"
    assert browser.get("/inbox/").headers["Location"].startswith("/login?")
    browser, _answer = enter()
    browser.token = ""
    assert browser.post("/login/code", code="000000").status_code == 422
    assert browser.post("/login/code", code=digits(protected[0])).status_code == 303
    assert browser.get("/inbox/").status_code == 200


def test_a_code_opens_once_and_an_old_one_never(enter, protected):
    code = digits(protected[0])
    first, second = enter()[0], enter()[0]
    first.token = second.token = ""
    assert first.post("/login/code", code=code).status_code == 303
    assert second.post("/login/code", code=code).status_code == 422
    clock.move(timedelta(seconds=120))
    assert second.post("/login/code", code=code).status_code == 422


def test_a_recovery_code_opens_once(enter, protected):
    for expected in (303, 422):
        browser, _answer = enter()
        browser.token = ""
        assert browser.post("/login/code", code=protected[1][3]).status_code == expected


def test_guessing_codes_locks_the_account_and_the_password_does_not_open_it(enter, protected):
    browser, _answer = enter()
    browser.token = ""
    for _time in range(5):
        browser.post("/login/code", code="123456")
    assert browser.post("/login/code", code=digits(protected[0])).status_code == 422
    assert enter()[1].status_code == 422
    clock.move(timedelta(minutes=2))
    assert enter()[1].headers["Location"] == "/login/code"


def test_the_second_step_without_the_first_is_nothing(stranger, clerk, protected):
    assert stranger.get("/login/code").headers["Location"] == "/login"
    assert stranger.post("/login/code", code=digits(protected[0])).status_code == 422


def test_whose_roles_need_it_gets_nowhere_without(enter, settings):
    config.use(_with(settings, "staff"))
    browser, _answer = enter()
    assert browser.get("/inbox/").headers["Location"] == "/account/"
    assert "二" in browser.text("/account/")
    config.use(_with(settings, "weighty"))
    assert browser.get("/inbox/").status_code == 200  # a clerk's role does not weigh that much


def _with(settings, who):
    from dataclasses import replace

    return replace(settings, second_factor=who)


def test_an_administrator_helps_whoever_lost_everything(browser, enter, protected, clerk):
    browser("admin").post(f"/admin/users/{clerk.id}/second-factor/end")
    assert enter()[1].headers["Location"] == "/"


def test_a_new_password_ends_other_sessions(enter):
    here, other = enter()[0], enter()[0]
    here.token = ""
    assert here.post("/account/password", present="wrong", password=NEW, again=NEW).status_code == 422
    assert here.post("/account/password", present=PASSWORD, password="short", again="other").text.count('href="#') >= 2
    assert here.post("/account/password", present=PASSWORD, password=NEW, again=NEW).status_code == 303
    assert (here.get("/inbox/").status_code, other.get("/inbox/").status_code) == (200, 303)
    assert (enter()[1].status_code, enter(NEW)[1].status_code) == (422, 303)


@pytest.mark.parametrize("seconds, step", [(121 * 60, None), (12 * 3600 + 1, 3600)])
def test_a_session_ends_when_idle_and_after_half_a_day(enter, monkeypatch, seconds, step):
    browser, _answer = enter()
    now = time.time()
    for passed in range(step, seconds - step, step) if step else ():
        monkeypatch.setattr("webapp.identity.time.time", lambda passed=passed: now + passed)
        assert browser.get("/inbox/").status_code == 200
    monkeypatch.setattr("webapp.identity.time.time", lambda: now + seconds)
    assert browser.get("/inbox/").status_code == 303


@pytest.mark.parametrize(("asks", "ends"), [
    (lambda browser: browser.get("/inbox/?polls=1"), True), (lambda browser: browser.get("/exports/news"), True),
    (lambda browser: browser.post("/account/keys?polls=1", on="1"), False), (lambda browser: browser.get("/inbox/"), False)])
def test_what_a_page_asks_by_itself_keeps_no_session_alive(enter, monkeypatch, asks, ends):
    browser, now = enter()[0], time.time()
    browser.token = ""
    for minutes in range(40, 121, 40):
        monkeypatch.setattr("webapp.identity.time.time", lambda minutes=minutes: now + minutes * 60)
        assert asks(browser).status_code in (200, 303, 403)
    monkeypatch.setattr("webapp.identity.time.time", lambda: now + 121 * 60)
    assert (browser.get("/inbox/").status_code == 303) == ends


def test_a_role_holds_from_its_first_day_to_its_last(browser, world):
    admin, mediator, today = browser("admin"), browser("mediator"), clock.today()
    give = {"role": "coordinator", "since": today + timedelta(days=1), "until": today + timedelta(days=2)}
    admin.post(f"/admin/users/{world.mediator.id}/roles", **{name: str(value) for name, value in give.items()})
    seen = []
    for _day in range(4):
        seen.append(mediator.get("/statistics/").status_code)
        clock.move(timedelta(days=1))
    assert seen == [403, 200, 200, 403]
    assert admin.post(f"/admin/users/{world.mediator.id}/roles", role="coordinator", since="2026-02-02",
                      until="2026-02-01").status_code == 422
    assert admin.post(f"/admin/users/{world.mediator.id}/roles", role="coordinator", since="tomorrow").status_code == 422


def test_nobody_administers_for_good_is_refused(browser, world):
    admin = browser("admin")
    assert admin.post(f"/admin/users/{world.admin.id}/roles", role="admin", until=str(clock.today())).status_code == 409
    assert admin.get("/admin/").status_code == 200


def test_single_keys_are_switched_off_and_on_again(browser, world):
    mine = browser("clerk")
    assert 'data-keys="on"' in mine.text("/account/")
    mine.post("/account/keys", on="")
    assert 'data-keys="off"' in mine.text("/account/") and 'data-keys="on"' in browser("coordinator").text("/account/")
    mine.post("/account/keys", on="1")
    assert 'data-keys="on"' in mine.text("/account/")


@pytest.mark.db
def test_everybody_begins_where_their_role_does_or_where_they_chose(browser, world):
    for name, place in (("mediator", "/today/"), ("coordinator", "/triage/"), ("handler", "/portfolio/"), ("clerk", "/inbox/"),
                        ("regulator", "/statistics/")):
        assert browser(name).get("/").headers["Location"] == place, name
    mine = browser("mediator")
    assert mine.post("/account/start", page="cases.index").headers["Location"] == "/account/#start"
    assert mine.get("/").headers["Location"] == "/cases/" and "首先打开“案件”" in mine.text("/account/")
    mine.post("/account/start", page="admin.index")
    assert mine.get("/").headers["Location"] == "/today/", "nobody begins with what is not theirs"


@pytest.mark.db
def test_mail_about_terms_goes_where_its_owner_says(browser, world):
    mine = browser("coordinator")
    answer = mine.post("/account/mail", mail="nobody", term_mail="daily")
    assert answer.status_code == 422 and "请填写可以使用的" in answer.text and 'value="nobody"' in answer.text
    assert mine.post("/account/mail", mail="office@bjjr.example", term_mail="daily").headers["Location"] == "/account/#mail"
    page = mine.text("/account/")
    assert 'value="office@bjjr.example"' in page and re.search(r'value="daily"\s+selected', page)
    with transaction(write=False):
        kept = db.session.execute(select(User.mail, User.term_mail).where(User.id == world.coordinator.id)).one()
        assert kept == ("office@bjjr.example", "daily")
