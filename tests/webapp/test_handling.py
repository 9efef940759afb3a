"""Cases without a handler and the desk of who leads at an institution, in the browser: heads with people masked, and no more."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.handlers import CaseHandler
from engine.access.models import Role
from engine.audit.models import AuditEntry
from engine.db import db, transaction
from engine.deadlines.models import Deadline
from tests import factories
from tests.webapp.conftest import Browser
from tests.webapp.test_portfolio import made
from webapp import areas


@pytest.fixture
def number(world):
    """A case of the bank that nobody handles; one of the insurer."""
    with transaction():
        number, _other = (made(world, body, "甲某人") for body in (world.bank, world.insurer))
        for case in db.session.scalars(select(factories.Case)):
            factories.nobody_handles(case)
            factories.added(Deadline(case_id=case.id, term="T06", starts_at=clock.now() - timedelta(days=9),
                                     due_at=clock.now() - timedelta(days=1), length=5))
        return number


@pytest.fixture
def leader(site, world):
    with transaction():
        user = factories.user("授权管理员", Role.INSTITUTION_ADMIN, world.bank, login="leader")
    return Browser(site).sign_in(user)


def handled_by(number) -> list[str]:
    db.session.expire_all()
    rows = db.session.scalars(select(CaseHandler).join(factories.Case, factories.Case.id == CaseHandler.case_id).where(
        factories.Case.number == number, CaseHandler.until.is_(None)).order_by(CaseHandler.id))
    return [row.user.name for row in rows]


def noted(page) -> list[str]:
    """What the areas of the menu say of how many cases nobody has."""
    return re.findall(r'<a href="/(?:handling|handlers)/"[^>]*>(?:(?!</a>).)*<span class="count">(\d+)</span></a>', page)


def test_a_handler_sees_the_head_takes_the_case_and_reads_it(browser, world, number):
    handler = browser("handler")
    page = handler.text("/handling/")
    assert number in page and "甲*" in page and "甲某人" not in page and page.count("/take") == 1 and "已超期" in page
    assert handler.get(f"/cases/{number}").status_code == 404 and number not in handler.text("/portfolio/")
    assert "1件案件尚无经办人" in handler.text("/portfolio/") and noted(handler.text("/inbox/")) == ["1"]
    assert number not in handler.text("/cases/") + handler.post("/exports/portfolio.csv").text
    assert handler.post(f"/handling/{number}/take").headers["Location"] == f"/cases/{number}"
    assert number in handler.post("/exports/portfolio.csv").text
    assert handled_by(number) == ["银行经办"] and noted(handler.text("/inbox/")) == []
    assert "甲某人" in handler.text(f"/cases/{number}") and number in handler.text("/portfolio/")
    again = handler.post("/handling/ST0/take")
    assert again.status_code == 404 and "可能已被同事领取" in again.text
    with transaction(write=False):
        assert "handling.take" in set(db.session.scalars(select(AuditEntry.action)))


def test_who_leads_hands_cases_out_and_over_and_opens_none(browser, world, number, leader):
    with transaction():
        colleague = factories.user("经办乙", Role.INSTITUTION_HANDLER, world.bank)
        ids = {"handler": world.handler.id, "colleague": colleague.id}
    page = leader.text("/handlers/")
    assert noted(page) == ["1"] and noted(browser("coordinator").text("/inbox/")) == []
    assert number in page and "甲某人" not in page and "经办乙" in page and page.count('name="number"') == 1
    for place in (f"/cases/{number}", f"/papers/{number}"):
        assert leader.get(place).status_code in (403, 404), place
    for place in ("/portfolio/", "/cases/", "/inbox/", "/handling/"):
        assert leader.get(place).status_code == 403, place
    assert leader.post("/handlers/cases", number=number, user=ids["handler"], handler="none").headers["Location"].endswith("none")
    leader.post("/handlers/cases", number=number, user=ids["colleague"], how="beside")
    assert handled_by(number) == ["银行经办", "经办乙"]
    leader.post(f"/handlers/{ids['handler']}/all", user=ids["colleague"])
    assert handled_by(number) == ["经办乙"] and browser("handler").get(f"/cases/{number}").status_code == 404
    assert number in leader.text(f"/handlers/?handler={ids['colleague']}")
    assert number not in leader.text(f"/handlers/?handler={ids['handler']}") + leader.text("/handlers/?handler=none&page=2")
    leader.post("/handlers/cases", number="ST0", user=ids["colleague"])
    assert "没有可以移交的案件" in leader.text("/handlers/")
    for name in ("handler", "mediator", "coordinator"):
        assert browser(name).post("/handlers/cases", number=number, user=ids["handler"]).status_code == 403, name


def test_what_nobody_has_is_counted_for_the_menu_now_and_then_and_anew_after_a_change(browser, number, monkeypatch):
    counted, count = [], areas.COUNTED["handling.free"]
    monkeypatch.setitem(areas.COUNTED, "handling.free", lambda actor: counted.append(1) or count(actor))
    handler = browser("handler")
    for _page in range(3):
        assert noted(handler.text("/inbox/")) == ["1"]
    assert len(counted) == 1
    handler.text("/handling/")
    assert len(counted) == 2, "there it is always counted"
    clock.move(timedelta(seconds=areas.COUNTED_FOR))
    handler.text("/inbox/")
    assert len(counted) == 3
    handler.post(f"/handling/{number}/take")
    assert noted(handler.text("/inbox/")) == [] and len(counted) == 4
