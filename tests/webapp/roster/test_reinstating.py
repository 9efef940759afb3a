"""A mediator who lost a place comes back only when one person asks, with a reason, and another one decides."""

import pytest

from engine import clock
from engine.access.models import Role, RoleGrant
from engine.cases.models import Case
from engine.db import db, transaction
from engine.inbox.sharing import reinstating
from engine.mediation import striking
from engine.mediation.models import MediatorProfile, Reinstatement

pytestmark = pytest.mark.db
WHY = "处分期满，参加培训并考核合格"


def lost(walk, measure: str) -> None:
    with transaction():
        striking.strike_off(db.session.get(Case, walk.case_id), walk.world.mediator.id, measure)


def profile(world) -> MediatorProfile:
    db.session.expire_all()
    return db.session.get(MediatorProfile, world.mediator.id)


def test_a_court_decides_about_its_own_register_and_the_organisation_only_asks(browser, refer, world):
    lost(refer(), "removal")
    coordinator, address = browser("coordinator"), f"/mediators/{world.mediator.id}"
    assert coordinator.post(address, court=str(world.court.id), reason="短").status_code == 422
    assert coordinator.post(address, reason=WHY).status_code == 409, "the organisation has not dismissed them"
    assert browser("clerk").post(address, court=str(world.court.id), reason=WHY).status_code == 404, "a court does not ask itself"
    assert coordinator.post(address, court=str(world.court.id), reason=WHY).status_code == 303
    assert coordinator.post(address, court=str(world.court.id), reason=WHY).status_code == 409
    asked = f"/mediators/asked/{db.session.query(Reinstatement.id).scalar()}"
    assert coordinator.post(asked, answer="grant", reason=WHY).status_code == 403
    assert [browser(who).post(asked, answer="grant", reason=WHY).status_code for who in ("mediator", "handler")] == [403, 403]
    assert profile(world).struck_off == [world.court.code]
    assert WHY in browser("clerk").text("/mediators/")
    assert browser("clerk").post(asked, answer="grant", reason="同意恢复，重新列入名册").status_code == 303
    assert profile(world).struck_off == []
    assert browser("clerk").post(asked, answer="refuse", reason=WHY).status_code == 409
    assert "同意恢复，重新列入名册" in coordinator.text("/mediators/")


def test_what_waits_is_decided_however_much_has_been_asked_since(browser, refer, world, monkeypatch):
    lost(refer(), "removal")
    browser("coordinator").post(f"/mediators/{world.mediator.id}", court=str(world.court.id), reason=WHY)
    with transaction():
        db.session.add(Reinstatement(user_id=world.other_mediator.id, organisation_id=world.organisation.id, reason="已经答复",
                                     court_id=world.court.id, asked_by_id=world.coordinator.id, decided_at=clock.now()))
    monkeypatch.setattr(reinstating, "SHOWN", 1)
    told, asked = browser("clerk").text("/mediators/"), db.session.query(Reinstatement.id).order_by(Reinstatement.id).first()[0]
    assert WHY in told and "已经答复" not in told, "what waits first"
    assert browser("clerk").post(f"/mediators/asked/{asked}", answer="grant", reason="同意恢复，重新列入名册").status_code == 303


def test_whom_the_organisation_dismissed_a_second_coordinator_puts_back(browser, refer, world):
    lost(refer(), "dismissed")
    assert not profile(world).is_active
    assert browser("coordinator").post(f"/mediators/{world.mediator.id}", reason=WHY).status_code == 303
    asked = f"/mediators/asked/{db.session.query(Reinstatement.id).scalar()}"
    assert browser("coordinator").post(asked, answer="grant", reason=WHY).status_code == 403, "never who asked"
    assert browser("clerk").post(asked, answer="grant", reason=WHY).status_code == 404
    with transaction():
        db.session.add_all([RoleGrant(user_id=each.id, role=Role.COORDINATOR, body_id=world.organisation.id)
                            for each in (world.mediator, world.other_mediator)])
    assert browser("mediator").post(asked, answer="grant", reason=WHY).status_code == 403, "nor whom it is about"
    assert browser("other_mediator").post(asked, answer="grant", reason="考核合格，同意予以恢复").status_code == 303
    assert profile(world).is_active
