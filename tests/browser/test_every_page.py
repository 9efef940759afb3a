"""Pages of staff and parties on the narrowest phone: axe finds nothing, and nothing sticks out in either language."""

# ruff: noqa: F811

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.access.models import Participant
from engine.db import db, transaction
from engine.inbox import groups
from engine.notices import links
from engine.oversight import evaluators
from engine.workflow.models import UserTask
from tests.browser.people import address, chromium, sit_down  # noqa: F401
from tests.journeys.conftest import refer  # noqa: F401

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "webapp" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LOOK = """() => axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations.map(
    (each) => `${each.id}: ${each.nodes[0].html.slice(0, 120)}`))"""
STICKS_OUT = """() => [...document.querySelectorAll("body *")].filter((each) => each.scrollWidth > each.clientWidth + 1
    && each.clientWidth > 0 && getComputedStyle(each).overflowX === "visible" && getComputedStyle(each).display !== "inline")
    .map((each) => `${each.tagName}.${each.className}: ${each.scrollWidth}`).slice(-3)"""
PAGES = {
    "coordinator": ("/inbox/", "/inbox/?view=team", "/cases/", "/cases/{number}", "/cases/agents/for/{person}", "/serving/",
                    "/serving/addresses/of/{person}", "/papers/{number}", "/papers/{number}/mediation_application", "/groups/",
                    "/groups/{group}", "/statistics/", "/roster/", "/roster/mediators/{mediator}", "/cases/{number}/mediator",
                    "/triage/", "/cases/{number}/beside/process", "/cases/{number}/beside/related", "/account/"),
    "mediator": ("/today/", "/inbox/", "/cases/{number}", "/cases/{number}/claims/reply", "/cases/{number}/claims/evidence"),
    "handler": ("/portfolio/", "/inbox/"),
    "clerk": ("/inbox/", "/objections/received", "/objections/paper"),
    "auditor": ("/audit/",),
    "other_mediator": ("/inbox/tasks/{evaluating}",),
    "admin": ("/admin/", "/admin/bodies", "/admin/commitments", "/admin/evaluators", "/admin/machines", "/tracing/",
              "/tracing/{instance}", "/tracing/stores", "/tracing/upgrades"),
    "designer": ("/designer/", "/designer/rules", "/designer/processes/performance", "/welcome"),
    "nobody": ("/login", "/verify", "/apply", "/objections/", "/objections/receipt", "/p/{link}", "/p/{link}/address",
               "/p/{link}/domicile", "/p/{link}/agents",
               "/p/{link}/claims", "/p/{link}/claims/evidence"),
}


@pytest.fixture
def places(refer, world):
    """A case in which somebody is to evaluate: what stands in the addresses of its pages."""
    with ThreadPoolExecutor(1) as pool:  # signing papers runs a loop of its own, which the browser's thread has already
        return pool.submit(copy_context().run, made, refer, world).result()


def made(refer, world) -> dict:
    walk = refer()
    with transaction():
        evaluators.keep(world.actor("admin"), world.other_mediator.id, "保险法")
    walk.to_mediation()
    walk.to_result("evaluation")
    walk.do("choose_evaluator", evaluator=str(world.other_mediator.id), questions="免责条款是否生效")
    for wants in ("yes", "neutral"):
        walk.do("request_evaluation", wants=wants)
    with transaction():
        applicant = db.session.scalar(select(Participant).where(
            Participant.case_id == walk.case_id, Participant.side == "applicant", Participant.role == "party"))
        links.issue(applicant, "axe")
        group = groups.create(world.actor("coordinator"), {"name": "手续费批次", "issues": "手续费是否明示"})
        task = db.session.scalar(select(UserTask).where(UserTask.element == "declare_evaluator"))
        return {"number": walk.case.number, "person": applicant.id, "evaluating": task.id, "instance": task.instance_id,
                "group": group.id, "link": links.token("axe"), "mediator": world.mediator.id}


def test_every_page_holds_what_accessibility_asks_and_fits_the_narrowest_phone(sit_down, chromium, address, places):
    wrong = []
    for who, paths in PAGES.items():
        page = chromium.new_page(base_url=address) if who == "nobody" else sit_down(who)
        page.set_viewport_size({"width": 320, "height": 800})
        for path in paths:
            wrong += looked_at(page, path.format(**places))
    assert not wrong, "\n".join(wrong)


def looked_at(page, path: str) -> list[str]:
    """What is wrong with a page: what it says in the other language is as long or longer, but no other page."""
    wrong = []
    for language in ("zh", "en"):
        found = page.goto(f"{path}?lang={language}")
        if found.status != 200 or page.evaluate("document.documentElement.scrollWidth") > 320:
            wrong.append(f"status {found.status}, wider than the phone in {language}: {page.evaluate(STICKS_OUT)}")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return [f"{path}: {each}" for each in wrong + page.evaluate(LOOK)]
