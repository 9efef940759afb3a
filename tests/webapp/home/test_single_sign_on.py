"""Signing in with one's house's account, against a provider that is a process of its own."""

import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from engine import config
from engine.access.models import User
from engine.db import db, transaction
from tests.oidc_provider import CLIENT, SECRET
from tests.webapp.conftest import Browser
from webapp.cli.web import is_up

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def issuer():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "tests.oidc_provider", str(port)], cwd=ROOT, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while not is_up("127.0.0.1", port):
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture
def enter(site, world, settings, issuer):
    """Go to the provider and come back as somebody; answers the browser and the last answer."""
    config.use(replace(settings, oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET, oidc_name="法院统一认证"))

    def enter(user: str, browser=None, change=lambda place: place, **asked):
        browser = browser or Browser(site)
        away = browser.get("/login/sso", query_string=asked).location
        assert away.startswith(f"{issuer}/authorize?")
        came = requests.get(away, headers={"X-User": user}, allow_redirects=False, timeout=10).headers["Location"]
        back = urlsplit(came)
        return browser, browser.get(change(f"{back.path}?{back.query}"))
    return enter


def test_who_has_an_account_here_is_signed_in_and_goes_on(enter):
    browser, answer = enter("clerk", next="/cases/?q=7")
    assert (answer.status_code, answer.location) == (303, "/cases/?q=7")
    assert browser.get("/cases/").status_code == 200


def test_the_sign_in_page_offers_it_by_its_name(enter, stranger):
    assert "使用法院统一认证登录" in stranger.text("/login")


@pytest.mark.parametrize("wrong", ["nonce", "audience", "issuer", "time", "key"])
def test_what_was_not_said_for_us_now_is_refused(enter, wrong):
    browser, answer = enter(f"wrong-{wrong}:clerk")
    assert answer.status_code == 422 and "单位统一登录未成功" in answer.text
    assert browser.get("/cases/").status_code == 303


def test_a_stranger_to_us_and_a_closed_account_stay_outside(enter, world):
    assert enter("nobody-here")[1].status_code == 403
    with transaction():
        db.session.get(User, world.clerk.id).is_active = False
    assert enter("clerk")[1].status_code == 403


def test_an_answer_that_was_not_asked_for_or_comes_twice_is_refused(enter, stranger):
    assert enter("clerk", change=lambda place: place.replace("state=", "state=x"))[1].status_code == 422
    places = []
    browser, _answer = enter("clerk", change=lambda place: places.append(place) or place)
    assert browser.get(places[0]).status_code == 422 and stranger.get(places[0]).status_code == 422


def test_a_second_factor_of_ones_own_is_still_asked(enter, world):
    from engine import clock

    with transaction():
        db.session.get(User, world.clerk.id).second_factor_since = clock.now()
    browser, answer = enter("clerk")
    assert answer.location == "/login/code" and browser.get("/cases/").status_code == 303


def test_nobody_is_sent_elsewhere_afterwards(enter):
    assert enter("clerk", next="https://evil.example/")[1].location == "/"


def test_without_a_provider_there_is_no_such_way(stranger):
    assert [stranger.get("/login/sso").status_code, stranger.get("/login/sso/back").status_code] == [404, 422]
    assert "统一认证" not in stranger.text("/login")
