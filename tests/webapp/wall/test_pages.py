"""The two pages of the wall: asked on one, answered on the other, read on the first, and told to the parties."""

from sqlalchemy import select

from engine import clock
from engine.audit.models import AuditEntry
from engine.db import db, transaction
from engine.mediation.models import MediationSession
from engine.notices import links
from tests import factories
from tests.webapp.conftest import Browser

REASON = "两案当事人、代理人与还款账户相同，陈述几乎一字不差。"


def test_from_the_question_to_the_parties_page(site, world, browser):
    with transaction():
        case = factories.case(court_id=world.court.id, mediator_id=world.mediator.id)
        person = factories.participant(case)
        factories.added(MediationSession(case_id=case.id, room="room", mode="video", planned_at=clock.now(),
                                         minutes="双方一致陈述。", minutes_frozen_at=clock.now()))
        links.issue(person, "their link")
    clerk, president, address = browser("clerk"), browser("president"), f"/wall/cases/{case.number}"
    assert "审查虚假调解" in clerk.text(f"/cases/{case.number}")
    assert clerk.post(address, reason="短").status_code == 422
    assert clerk.post(address, reason=REASON).status_code == 303
    assert clerk.get(f"{address}/minutes").status_code == 404 and REASON in president.text("/wall/")
    assert president.post("/wall/1", answer="allow").status_code == 303
    assert "双方一致陈述" in clerk.text(f"{address}/minutes")
    assert "第二十三条" in Browser(site).text(f"/p/{links.token('their link')}")
    assert "以审查是否存在虚假调解" in browser("mediator").text(f"/cases/{case.number}")
    told = set(db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("wall."))))
    assert told == {"wall.ask", "wall.answer", "wall.read"}
    assert clerk.post(f"{address}/close").status_code == 303
    assert clerk.get(f"{address}/minutes").status_code == 404
