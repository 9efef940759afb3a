"""The people of a play hear who is asked something, and come back to what they could not do after a growing pause."""

import pytest
from sqlalchemy import select

from engine.cases import intake
from engine.db import db, transaction
from engine.workflow.models import UserTask
from tests import personas
from tests.journeys.walking import Walk
from webapp.demo import bell
from webapp.demo.bell import Bell, Patience

pytestmark = pytest.mark.db


@pytest.fixture
def walk(world, shipped):
    """A case that waits for an organisation's answer."""
    with transaction():
        walk = Walk(world, intake.accept(world.actor("court_system"), personas.referral("R-1")))
    walk.work()
    return walk


def heard() -> Bell:
    found = Bell()
    found.hear()
    return found


def test_whoever_may_take_a_task_is_called_and_nobody_else(walk):
    task = db.session.scalar(select(UserTask).where(UserTask.case_id == walk.case_id))
    at = walk.case.organisation.code
    (ring,) = heard().for_staff("anybody", "coordinator", at)
    assert (ring.task_id, ring.element, ring.case, ring.login) == (task.id, "accept_referral", walk.case.number, "")
    assert not heard().for_staff("anybody", "mediator", at) and not heard().for_staff("anybody", "coordinator", "elsewhere")
    assert heard().for_parties() == []


def test_a_task_that_somebody_holds_calls_them_alone(walk):
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    at, login = walk.case.organisation.code, walk.world.mediator.login
    assert [ring.element for ring in heard().for_staff(login, "mediator", at)] == ["disclose_conflicts"]
    assert heard().for_staff("another", "mediator", at) == []


def test_parties_without_a_log_in_are_called_by_telephone_and_an_institution_at_its_desk(walk):
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    person, bank = (party for party in walk.case.participants if party.role == "party")
    assert [(ring.element, ring.telephone) for ring in heard().for_parties()] == [("sign_agreement", person.phone)]
    at_the_desk = heard().for_staff("handler", "institution_handler", walk.world.bank.code)
    assert [(ring.element, ring.role) for ring in at_the_desk] == [("sign_agreement", "party")] and bank.body_id


def test_who_could_not_do_it_waits_longer_each_time(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(bell.time, "monotonic", lambda: now[0])
    patience, tried = Patience(), []
    assert patience.is_first("task")
    for _second in range(60):
        tried += [now[0] - 100] if patience.is_over("task") else []
        now[0] += 1
    assert tried == [0, 3, 9, 21, 45] and not patience.is_first("task") and patience.is_over("another")


def test_what_somebody_holds_calls_them_wherever_they_are(walk):
    walk.do("accept_referral", decision="accept")
    walk.do("assign_mediator", mediator=str(walk.world.mediator.id))
    (ring,) = heard().for_staff(walk.world.mediator.login, "mediator", "elsewhere")
    assert ring.element == "disclose_conflicts"
