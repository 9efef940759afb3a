"""A party's data in full: with a reason, on record, for those who need it, and not one party after another."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.models import SecretView
from engine.audit.models import AuditEntry
from engine.db import db, transaction
from engine.inbox.workspace import reveal
from tests import factories

PHONE, ID = "13800005678", "11010119900307889X"


@pytest.fixture
def party(world):
    with transaction():
        case = factories.case(organisation=world.organisation, court=world.court, mediator=world.mediator)
        person = factories.participant(case, phone=PHONE, id_number=ID)
        return case.number, person.id


def ask(browser, who, party, reason="contact"):
    return browser(who).post(f"/cases/{party[0]}/participants/{party[1]}/reveal", why=reason)


def test_data_are_masked_until_asked_for_with_a_reason(browser, world, party):
    page = browser("mediator").text(f"/cases/{party[0]}")
    assert PHONE not in page and ID not in page and f"/participants/{party[1]}/reveal" in page
    answer = ask(browser, "mediator", party)
    assert answer.status_code == 200 and PHONE in answer.text and ID in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    with transaction(write=False):
        assert [(row.user_id, row.participant_id, row.reason) for row in db.session.scalars(select(SecretView))] == [
            (world.mediator.id, party[1], "contact")]
        entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "revealing.show"))
        assert (entry.actor_id, entry.object_id, entry.purpose) == (world.mediator.id, str(party[1]), "contact")


@pytest.mark.parametrize("who", ["judge", "outsider", "handler", "admin"])
def test_whoever_has_no_business_with_it_sees_nothing(browser, party, who):
    assert ask(browser, who, party).status_code == 404


def test_without_a_reason_or_for_somebody_of_another_case_nothing_is_shown(browser, world, party):
    assert ask(browser, "mediator", party, reason="curiosity").status_code == 422
    with transaction():
        stranger = factories.participant(factories.case(organisation=world.organisation), phone=PHONE)
    assert browser("mediator").post(f"/cases/{party[0]}/participants/{stranger.id}/reveal", why="contact").status_code == 404
    with transaction(write=False):
        assert db.session.scalar(select(SecretView)) is None


def test_nobody_looks_at_one_after_another(browser, party):
    assert ask(browser, "mediator", party).status_code == 200
    with transaction():
        user = db.session.scalar(select(SecretView.user_id))
        views = [SecretView(user_id=user, participant_id=party[1], reason="contact") for _n in range(reveal.AN_HOUR - 1)]
        db.session.add_all(views)
    assert ask(browser, "mediator", party).status_code == 409
    clock.move(timedelta(hours=1, seconds=1))
    assert ask(browser, "mediator", party).status_code == 200
