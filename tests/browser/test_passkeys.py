"""A passkey in a real browser: Chromium's own authenticator makes it, signs in with it, and is asked to verify who holds it."""

# ruff: noqa: F811

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from engine import config
from engine.access.models import User
from engine.db import db, transaction
from tests.browser.people import address, chromium  # noqa: F401
from webapp.identity import hash_password

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery staple"


@pytest.fixture
def page(chromium, address, world, settings):
    """A clerk's browser at the log-in page of `localhost`, which has an authenticator built in."""
    here = address.replace("127.0.0.1", "localhost")
    config.use(replace(settings, base_url=here))
    with transaction():
        db.session.get(User, world.clerk.id).password_hash = hash_password(PASSWORD)
    context = chromium.new_context(base_url=here, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.device = context.new_cdp_session(page)
    page.device.send("WebAuthn.enable")
    page.device_id = page.device.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True}})["authenticatorId"]
    page.goto("/login")
    yield page
    context.close()


def sign_out(page) -> None:
    page.locator("details.whoami summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("#login")).to_be_visible()


def test_a_passkey_is_made_and_signs_in_alone_and_after_the_password(page):
    page.fill("#login", "clerk")
    page.fill("#password", PASSWORD)
    page.locator("form.card-body button.btn-primary").click()
    page.goto("/account/")
    page.locator("#passkeys ~ details summary").click()
    page.fill("#passkey-name", "办公室电脑")
    page.fill("#passkey-present", PASSWORD)
    page.locator("form[action$='/account/passkeys'] button").click()
    expect(page.get_by_text("办公室电脑").first).to_be_visible()
    expect(page.locator("code").filter(has_text=re.compile(r"\d{5}-\d{5}"))).to_have_count(10)

    sign_out(page)
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page).to_have_url(re.compile("/inbox/"))

    sign_out(page)
    page.fill("#login", "clerk")
    page.fill("#password", PASSWORD)
    page.locator("form.card-body button.btn-primary").click()
    page.get_by_role("button", name="用通行密钥继续").click()
    expect(page).to_have_url(re.compile("/inbox/"))

    sign_out(page)
    page.device.send("WebAuthn.setUserVerified", {"authenticatorId": page.device_id, "isUserVerified": False})
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_text("浏览器没有提供通行密钥")).to_be_visible()
