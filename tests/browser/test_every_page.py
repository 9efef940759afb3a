"""Every page, what unfolds on it and what it says to an empty form: axe finds nothing, and nothing sticks out.

Here a few pages in a few looks, by lot. `make soak OF=every_page` looks at each in every look: both languages, 320 px to desktop,
light and dark, normal and large type; and leaves pictures for somebody to look at.
"""

# ruff: noqa: F811

import os
import random
import re
from itertools import product
from pathlib import Path

import pytest

from tests.browser import pages
from tests.browser.pages import BEYOND, NO_PAGES, PAGES, REFUSED, SENT_EMPTY
from tests.browser.people import address, chromium, sit_down  # noqa: F401
from tests.journeys.conftest import refer  # noqa: F401
from tests.webapp.conftest import site  # noqa: F401

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parents[2] / "webapp" / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
SETTLED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    document.getAnimations().forEach((each) => { try { each.finish() } catch { each.cancel() } }); done() })))"""
FAULTS = """(rules) => axe.run(document, {resultTypes: ["violations"], ...(rules && {runOnly: rules})}).then((found) =>
    found.violations.map((each) => `${each.id}: ${each.nodes[0].html.slice(0, 160)} ${each.nodes[0].any[0]?.message ?? ""}`))"""
STICKS_OUT = """() => [...document.querySelectorAll("body *")].filter((each) => each.scrollWidth > each.clientWidth + 1
    && each.clientWidth > 0 && getComputedStyle(each).overflowX === "visible" && getComputedStyle(each).display !== "inline")
    .map((each) => `${each.tagName}.${each.className}: ${each.scrollWidth}`).slice(-3).join(", ")"""
UNFOLD = "() => document.querySelectorAll('main details:not([open])').forEach((each) => { each.open = true })"
SEND = """() => { const asks = (form) => form.method === "post"
    && [...form.elements].some((one) => one.type !== "hidden" && one.tagName !== "BUTTON");
    const form = document.querySelector("main form[data-element]") ?? [...document.querySelectorAll("main form")].find(asks);
    HTMLFormElement.prototype.submit.call(form) }"""
WIDTHS, LANGUAGES, TYPES, SCHEMES = (320, 390, 768, 1280), ("zh", "en"), ("normal", "large"), ("light", "dark")
WORDS, SIZES = list(product(LANGUAGES, TYPES)), list(product(WIDTHS, SCHEMES))
PICTURED = {("zh", "normal", 390), ("en", "normal", 390), ("zh", "normal", 1280), ("en", "normal", 1280), ("zh", "large", 320)}
PICTURES = Path(os.environ["SUTIAO_TEST_PICTURES"]) if "SUTIAO_TEST_PICTURES" in os.environ else None
SEED, DRAWN = int(os.environ.get("SUTIAO_TEST_SEED", "20241105")), 8
VIEWED = [(who, path, False) for who, paths in PAGES.items() for path in paths]
ANSWERED = [(who, path, True) for who, paths in SENT_EMPTY.items() for path in paths]


def part() -> list[tuple[str, str, bool]]:
    """The pages that are this run's: a few by lot, or the part of all that the soak asks for."""
    if PICTURES is None:
        return sorted(random.Random(SEED).sample(VIEWED + ANSWERED, DRAWN))
    number, of = map(int, os.environ.get("SUTIAO_TEST_PART", "1/1").split("/"))
    return sorted(VIEWED + ANSWERED)[number - 1::of]


@pytest.fixture
def places(refer, world):
    return pages.places(refer, world)


def test_every_address_is_looked_at(site):
    """A new page is entered in PAGES, or in one of the others with a reason."""
    at, found = site.url_map.bind("localhost"), set()
    for _who, path, _is_sent in VIEWED:
        path = re.sub(r"\{(token|link|asked|number|room)\}", "x", path.partition("?")[0])
        found.add(at.match(re.sub(r"\{\w+\}", "1", path))[0])
    rules = {rule.endpoint for rule in site.url_map.iter_rules() if "GET" in rule.methods and not rule.rule.startswith("/api/")}
    assert rules - found == NO_PAGES | BEYOND


def test_pages_hold_what_accessibility_asks_and_fit_the_screen_in_every_look(sit_down, chromium, address, places):
    lot, wrong, at = random.Random(SEED), [], {}
    for who, path, is_sent in part():
        page = at.get(who) or at.setdefault(who, chromium.new_page(base_url=address) if who == "nobody" else sit_down(who))
        words, sizes = (WORDS, SIZES) if PICTURES else ([lot.choice(WORDS)], [(320, lot.choice(SCHEMES)), lot.choice(SIZES)])
        for language, size in words:
            wrong += opened(page, path.format(**places), REFUSED.get((who, path), 200), language, size, is_sent)
            for width, scheme in sizes:
                found = looked_at(page, width, scheme)
                wrong += [f"{who} {path}{' sent' * is_sent} {language} {size} {width} {scheme}: {each}" for each in found]
                if PICTURES and scheme == "light" and (language, size, width) in PICTURED:
                    name = f"{who}{path.replace('/', '_').replace('?', '_')}{'.sent' * is_sent}.{width}.{language}.{size}.png"
                    page.screenshot(path=PICTURES / name, full_page=True)
    assert not wrong, "\n".join(wrong)


def opened(page, path: str, status: int, language: str, size: str, is_sent: bool) -> list[str]:
    """Go there, unfold everything, send its form if that is asked: what was wrong with the answer."""
    answer = page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}&type={size}")
    found = [] if answer.status == status else [f"{path}: status {answer.status}, not {status}"]
    if is_sent:
        with page.expect_navigation() as sent:
            page.evaluate(SEND)
        if sent.value.status not in (200, 401, 422):
            found.append(f"{path}: status {sent.value.status} when sent empty")
    page.evaluate(UNFOLD)
    page.evaluate(AXE)
    return found


def looked_at(page, width: int, scheme: str) -> list[str]:
    """What is wrong with the page on a screen of this width."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.evaluate(SETTLED)  # no colours on their way from one to another
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = [f"as wide as {wide}: {page.evaluate(STICKS_OUT)}"] if wide > width else []
    return found + page.evaluate(FAULTS, ["color-contrast"] if scheme == "dark" else None)  # only colours are others in the dark
