"""Fixtures: the web listening in this process, Chromium, and the browser of a persona."""

import shutil
import threading

import pytest
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from engine.access.models import User
from engine.db import db, transaction
from webapp import create_app


class Hands:
    """Somebody's hands before a page: counts what is pressed (a chord is one stroke for each key held) and clicked."""

    def __init__(self, page: Page):
        self.page, self.strokes, self.clicks = page, 0, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.strokes += len(key.split("+"))
            self.page.keyboard.press(key)

    def click(self, what) -> None:
        self.clicks += 1
        what.click()


@pytest.fixture(scope="module")
def address(settings, bare_app):
    """The whole web application, listening on a port of its own."""
    server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def sit_down(chromium, address, world, shipped):
    """`sit_down("mediator")`: a page of that person's browser; a script error or a broken content policy fails the test."""
    contexts, wrong = [], []

    def at(name: str):
        with transaction():
            db.session.scalar(select(User).where(User.login == name)).is_demo = True
        context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(40_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto("/login")
        page.locator(f'button[name=login][value="{name}"]').click()
        page.wait_for_load_state()
        return page

    yield at
    for context in contexts:
        context.close()
    assert wrong == []
