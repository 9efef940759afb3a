"""Signing in: by password or, in the demo, by one click; protected against guessing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine import clock
from engine.access.models import User
from engine.db import db, transaction
from tests.webapp.conftest import plain
from webapp import create_app
from webapp.identity import hash_password

PASSWORD = "correct horse"


@pytest.fixture
def clerk(world):
    with transaction():
        user = db.session.get(User, world.clerk.id)
        user.password_hash = hash_password(PASSWORD)
    return user


def enter(browser, login="clerk", password=PASSWORD, **more):
    return browser.post("/login", login=login, password=password, **more)


def test_the_right_password_opens_ones_own_start_page(stranger, clerk):
    assert enter(stranger).headers["Location"] == "/"
    assert stranger.get("/").headers["Location"] == "/inbox/"


def test_wrong_and_unknown_look_the_same(stranger, clerk):
    wrong, unknown = enter(stranger, password="no"), enter(stranger, login="nobody")

    assert wrong.status_code == unknown.status_code == 422
    assert plain(wrong.text).replace("clerk", "") == plain(unknown.text).replace("nobody", "")


def test_guessing_is_locked_out_for_a_while(stranger, clerk):
    for _try in range(5):
        enter(stranger, password="guess")

    assert enter(stranger).status_code == 422
    clock.move(timedelta(minutes=2))
    assert enter(stranger).status_code == 303


def test_after_signing_in_one_goes_on_to_where_one_wanted(stranger, clerk):
    wanted = stranger.get("/cases/?q=7").headers["Location"]

    assert wanted == "/login?next=/cases/?q%3D7"
    assert enter(stranger, next="/cases/?q=7").headers["Location"] == "/cases/?q=7"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
                                       "/\t/evil.example", "/\r\n/evil.example", "//[", "http://["])
def test_nobody_is_sent_elsewhere(stranger, clerk, elsewhere):
    assert enter(stranger, next=elsewhere).headers["Location"] == "/"


def test_a_new_password_ends_other_sessions(stranger, clerk):
    enter(stranger)
    with transaction():
        db.session.get(User, clerk.id).password_hash = hash_password("another one")

    assert stranger.get("/inbox/").status_code == 303


def test_signing_out_ends_the_session(browser):
    clerk = browser("clerk")
    clerk.post("/logout")

    assert clerk.get("/inbox/").status_code == 303


def test_demo_log_ins_need_a_demo_on_loopback(stranger, world, site):
    with transaction():
        db.session.get(User, world.clerk.id).is_demo = True

    assert stranger.post("/login/demo", login="judge").status_code == 404  # not a demo account
    far = stranger.http.post("/login/demo", data={"login": "clerk", "csrf_token": stranger.token},
                             environ_base={"REMOTE_ADDR": "203.0.113.5"})
    assert far.status_code == 404
    assert stranger.post("/login/demo", login="clerk").status_code == 303


def test_a_form_without_its_token_changes_nothing(browser, world):
    answer = browser("clerk").http.post("/logout", data={})

    assert answer.status_code == 400 and "Traceback" not in answer.text


def test_a_strange_host_is_refused(site, app):
    assert site.test_client().get("/", headers={"Host": "evil.example"}).status_code == 400


def test_every_answer_carries_the_protecting_headers(stranger):
    headers = stranger.get("/login").headers

    policy = headers["Content-Security-Policy"]

    assert "script-src 'self';" in policy and "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"
    assert "HttpOnly" in headers["Set-Cookie"] and "SameSite=Lax" in headers["Set-Cookie"]


def test_health_tells_each_part(stranger):
    answer = stranger.get("/health")

    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": True, "redis": False, "workers": False, "revision": ""}


def test_a_large_form_is_refused(browser):
    assert browser("clerk").post("/logout", filler="x" * 1_100_000).status_code == 413


def test_behind_https_browsers_keep_to_it(app, settings):
    https = create_app(replace(settings, base_url="https://sutiao.example"))
    answer = https.test_client().get("/login", base_url="https://sutiao.example")

    assert "max-age" in answer.headers["Strict-Transport-Security"] and "; Secure" in answer.headers["Set-Cookie"]


def test_without_https_nobody_is_made_to_use_it(stranger):
    assert "Strict-Transport-Security" not in stranger.get("/login").headers
