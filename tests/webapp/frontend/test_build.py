"""The build of the browser's part, and the loader of islands in a real browser under our content security policy."""

import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from webapp.security import CONTENT_SECURITY

FRONTEND = Path(__file__).parents[3] / "webapp" / "frontend"
NODE = Path(sys.executable).with_name("node")
GREETER = "import './greeter.css'; export default (element, { name }) => { element.textContent = `你好，${name}`; };"
BROKEN = "export default () => { throw new Error('no canvas'); };"


PAGE = '<!doctype html><meta charset="utf-8"><script type="module" src="islands.js"></script>'


def islands() -> list[str]:
    """The islands there are; a test brings its own."""
    return [path.name for path in (FRONTEND / "src").iterdir() if (path / "index.js").exists()]


class Workshop:
    """A copy of the front end's sources in which a test may change things."""

    def __init__(self, folder: Path):
        self.frontend = folder / "webapp" / "frontend"
        self.templates = folder / "webapp" / "templates"
        self.dist = folder / "webapp" / "static" / "dist"
        shutil.copytree(FRONTEND, self.frontend, ignore=shutil.ignore_patterns("node_modules", *islands()))
        (self.frontend / "node_modules").symlink_to(FRONTEND / "node_modules")
        self.templates.mkdir()

    def island(self, name: str, code: str, css: str = "") -> None:
        folder = self.frontend / "src" / name
        folder.mkdir()
        (folder / "index.js").write_text(code)
        if css:
            (folder / f"{name}.css").write_text(css)

    def build(self) -> subprocess.CompletedProcess:
        return subprocess.run([NODE, "build.mjs"], cwd=self.frontend, capture_output=True, text=True)


@pytest.fixture
def workshop(tmp_path):
    return Workshop(tmp_path)


def test_every_file_a_page_names_is_there_with_its_hash(workshop):
    assert workshop.build().returncode == 0
    manifest = json.loads((workshop.dist / "manifest.json").read_text())

    assert set(manifest) >= {"app.css", "htmx.js", "hx-sse.js", "icons.svg", "islands.js", "tabler.css", "tabler.js"}
    assert all((workshop.dist / name).stat().st_size > 300 for name in manifest)


def test_the_hash_of_a_file_changes_with_its_content(workshop):
    workshop.build()
    before = json.loads((workshop.dist / "manifest.json").read_text())
    (workshop.frontend / "src" / "styles" / "more.css").write_text(".more { color: red }")
    workshop.build()
    after = json.loads((workshop.dist / "manifest.json").read_text())

    assert {name for name in after if after[name] != before[name]} == {"app.css"}
    assert ".more{color:red}" in (workshop.dist / "app.css").read_text()


def test_icons_that_templates_name_are_in_the_sprite(workshop):
    (workshop.templates / "page.html").write_text('{{ icon("gavel") }} {{ ui.button(icon_name="star-filled") }}')
    workshop.build()

    assert all(f'<symbol id="{name}"' in (workshop.dist / "icons.svg").read_text() for name in ("gavel", "star-filled"))


def test_an_icon_that_does_not_exist_stops_the_build_and_keeps_the_old_files(workshop):
    workshop.build()
    (workshop.templates / "page.html").write_text('{{ icon("unicorn-of-law") }}')
    failed = workshop.build()

    assert failed.returncode != 0
    assert 'no Tabler icon "unicorn-of-law" (named in webapp/templates/page.html)' in failed.stderr
    assert (workshop.dist / "manifest.json").exists()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files with our policy, silently."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", CONTENT_SECURITY)
        super().end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def page():
    """A page of a headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


@pytest.fixture
def open_page(workshop, page):
    """Serve the workshop's files with a page made of this text, and open it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=workshop.dist))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def open_it(body: str):
        (workshop.dist / "page.html").write_text(PAGE + body)
        page.goto(f"http://127.0.0.1:{server.server_port}/page.html")
        return page

    yield open_it
    server.shutdown()
    server.server_close()


@pytest.mark.browser
def test_a_page_gets_the_island_it_asks_for_with_its_styles(workshop, open_page):
    workshop.island("greeter", GREETER, ".greeting { color: rgb(1, 2, 3) }")
    workshop.build()
    page = open_page("""<div class="greeting" data-island="greeter" data-props='{"name": "调解员"}'></div>""")
    island = page.locator("[data-island-state=ready]")

    assert island.inner_text() == "你好，调解员"
    assert island.evaluate("element => getComputedStyle(element).color") == "rgb(1, 2, 3)"


@pytest.mark.browser
@pytest.mark.parametrize("name", ["broken", "unheard-of"])
def test_an_island_that_cannot_come_up_says_so_in_the_pages_words(workshop, open_page, name):
    workshop.island("broken", BROKEN)
    workshop.build()
    page = open_page(f'<div data-island="{name}" data-island-error="图形无法显示。"></div>')

    assert page.locator("[data-island-state=failed] [role=alert]").inner_text() == "图形无法显示。"


BY_ELEMENT = {"form-control", "form-select", "form-check-input"}  # the parties' sheet styles these by their element
STAFF_ONLY = {"many-choices"}  # a grid of choices has no room on a telephone


def test_every_class_of_a_field_looks_like_something_on_the_pages_of_the_parties_too():
    """Both doors draw their fields by one macro, each with a sheet of its own."""
    staff, party = ((FRONTEND / "src" / name).read_text() for name in ("styles/staff.css", "public/party.css"))
    fields = (FRONTEND.parent / "templates" / "macros" / "fields.html").read_text()
    used = {name for told in re.findall(r'class="([^"{]*)', fields) for name in told.split()}
    assert {name for name in used if f".{name}" in staff and f".{name}" not in party} == BY_ELEMENT | STAFF_ONLY
