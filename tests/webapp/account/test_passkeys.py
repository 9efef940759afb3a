"""Passkeys at the door: added with the present password, used alone or as the second step, ended by whose they are."""

import html
import json
import re
from dataclasses import replace

import pytest

from engine import config
from engine.access.models import User
from engine.db import db, transaction
from tests.devices import Device
from tests.webapp.conftest import Browser
from webapp.identity import hash_password

PASSWORD = "correct horse battery staple"
ASKED = re.compile(r"data-passkey-make='([^']+)'")


@pytest.fixture
def clerk(world, settings):
    config.use(replace(settings, base_url="https://localhost"))
    with transaction():
        db.session.get(User, world.clerk.id).password_hash = hash_password(PASSWORD)
    return world.clerk


@pytest.fixture
def enter(site, clerk):
    def enter():
        browser = Browser(site)
        answer = browser.post("/login", login="clerk", password=PASSWORD)
        browser.token = ""
        return browser, answer
    return enter


@pytest.fixture
def mine(enter):
    """A clerk's browser after adding a passkey, and the device."""
    return add(enter()[0])


def add(browser, device=None):
    device = device or Device("https://localhost", "localhost")
    page = browser.post("/account/passkeys", name="办公室电脑", present=PASSWORD)
    answer = device.make(json.loads(html.unescape(ASKED.search(page.text)[1])))
    kept = browser.post("/account/passkeys/keep", name="办公室电脑", answer=answer)
    assert kept.status_code in (200, 303), kept.text[:800]
    browser.token = ""  # a session of its own begins
    return browser, device, kept


def asked(browser) -> dict:
    return browser.http.post("/login/passkey/begin", headers={"X-CSRFToken": browser._held()}).get_json()


def by_passkey(browser, device, **more):
    return browser.post("/login/passkey", answer=device.sign(asked(browser)), **more)


def test_a_passkey_alone_opens_and_goes_on_to_where_one_wanted(site, mine):
    browser, device, kept = mine
    assert len(re.findall(r"<code>\d{5}-\d{5}</code>", kept.text)) == 10 and "办公室电脑" in browser.text("/account/")
    stranger = Browser(site)
    assert by_passkey(stranger, device, next="/cases/?q=7").headers["Location"] == "/cases/?q=7"
    assert stranger.get("/inbox/").status_code == 200


def test_after_the_password_it_is_the_second_step(site, enter, mine):
    browser, answer = enter()
    assert answer.headers["Location"] == "/login/code" and "data-passkey-ask" in browser.text("/login/code")
    assert browser.get("/inbox/").status_code == 303
    assert len(asked(browser)["allowCredentials"]) == 1
    assert by_passkey(browser, mine[1]).status_code == 303 and browser.get("/inbox/").status_code == 200


def test_what_was_asked_in_another_session_or_before_opens_nothing(site, mine):
    one, other = Browser(site), Browser(site)
    answer = mine[1].sign(asked(one))
    asked(other)
    assert other.post("/login/passkey", answer=answer).status_code == 422
    assert one.post("/login/passkey", answer="").status_code == 422
    assert one.post("/login/passkey", answer=answer).status_code == 422  # its question was asked once
    assert Browser(site).post("/login/passkey", answer=answer).status_code == 422


def test_the_same_request_sent_again_with_its_cookie_opens_nothing(site, mine):
    one, device = Browser(site), mine[1]
    answer = Device.sign(device, asked(one), count=0) if device.count == 0 else device.sign(asked(one))
    stolen = one.http.get_cookie("sutiao").value
    assert one.post("/login/passkey", answer=answer).status_code == 303
    thief = Browser(site)
    thief.token = one.token
    thief.http.set_cookie("sutiao", stolen)
    assert thief.post("/login/passkey", answer=answer).status_code == 422


def test_adding_needs_the_present_password_and_ends_other_sessions(enter):
    here, other = enter()[0], enter()[0]
    assert here.post("/account/passkeys", name="x", present="wrong").status_code == 422
    assert here.post("/account/passkeys", name="", present=PASSWORD).status_code == 422
    assert here.post("/account/passkeys/keep", name="x", answer=Device().make(
        {"challenge": "AAAA", "user": {"id": "AAAA"}})).status_code == 422
    add(here)
    assert (here.get("/inbox/").status_code, other.get("/inbox/").status_code) == (200, 303)


def test_a_removed_one_opens_nothing_and_neither_does_one_an_administrator_ended(site, browser, enter, mine, clerk):
    mine_, device, _kept = mine
    one = re.search(r"/account/passkeys/(\d+)/remove", mine_.text("/account/"))[1]
    assert browser("mediator").post(f"/account/passkeys/{one}/remove").status_code == 404
    assert mine_.post(f"/account/passkeys/{one}/name", name="家里").status_code == 303 and "家里" in mine_.text("/account/")
    assert mine_.post(f"/account/passkeys/{one}/remove").status_code == 303
    mine_.token = ""
    assert by_passkey(Browser(site), device).status_code == 422
    assert enter()[1].headers["Location"] == "/"
    _mine, again, _kept = add(mine_)
    browser("admin").post(f"/admin/users/{clerk.id}/second-factor/end")
    assert by_passkey(Browser(site), again).status_code == 422 and mine_.get("/inbox/").status_code == 303


def test_it_counts_where_roles_need_a_second_factor(site, settings, enter):
    config.use(replace(settings, base_url="https://localhost", second_factor="staff"))
    browser = enter()[0]
    assert browser.get("/inbox/").headers["Location"] == "/account/"
    add(browser)
    assert browser.get("/inbox/").status_code == 200


def test_guessing_the_second_step_by_passkeys_locks_the_account(enter, mine):
    browser = enter()[0]
    for _time in range(5):
        asked(browser)
        browser.post("/login/passkey", answer="{}")
    assert enter()[1].status_code == 422


def test_under_a_number_there_are_none_and_the_pages_say_why(site, settings, enter):
    browser = enter()[0]
    config.use(settings)
    assert "base_url" in browser.text("/account/") and "data-passkey-ask" not in Browser(site).text("/login")
    assert browser.http.post("/login/passkey/begin", headers={"X-CSRFToken": browser._held()}).status_code == 422
