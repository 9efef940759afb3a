"""While everybody is asked again, the thirty days extended by the court: they may also apply in words, or perform all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.cases import facts
from engine.db import db, transaction
from engine.deadlines import reckoning
from engine.inbox.asking import acts, wishes
from engine.notices.models import Notice
from engine.workflow import starts, versions
from engine.workflow.models import UserTask
from tests.journeys.walking import leg

pytestmark = pytest.mark.db


@leg
def restored(walk) -> None:
    """The thirty days went by; the court extends them by ten."""
    walk.to_mediation()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    walk.pass_time(days=45)
    first = next(person for person in walk.case.participants if person.role == "party" and not person.body_id)
    with transaction():
        wishes.tell(Actor.of_party(walk.link(first.id), first), walk.case, "restoration_asked",
                    {"reason": "洪水", "gone_on": clock.today().isoformat()})
    walk.work()
    assert not facts.of(walk.case_id)["confirmation_asked_again"]
    until = (clock.today() + timedelta(days=10)).isoformat()
    walk.do("decide_restoration", restoration_decision="granted", restored_until=until, court_reason="交通中断属实")


@pytest.fixture
def asked_again(refer):
    with transaction():
        starts.renew(versions.latest("restoration"))
    walk = refer()
    restored(walk)
    assert walk.open().count("join_restored") == 2 and facts.of(walk.case_id)["confirmation_asked_again"]
    asked = db.session.scalars(select(UserTask).where(UserTask.element == "join_restored")).all()
    assert {reckoning.last_day(task.due_at) for task in asked} == {clock.today() + timedelta(days=10)}
    return walk


@pytest.fixture(params=[0, 1], ids=["nobody joined yet", "one joined already"])
def some_joined(asked_again, request):
    """However many said on line that they join, the others are not waited for any more once something else settles it."""
    for _one in range(request.param):
        asked_again.do("join_restored", joins="yes", truthful=True)
    assert asked_again.open().count("join_restored") == 2 - request.param
    return asked_again


def test_who_was_given_more_time_may_also_apply_in_words(some_joined):
    walk, clerk = some_joined, some_joined.world.actor("clerk")
    assert "oral_application" in acts.offered(clerk, walk.case)
    with transaction():
        acts.tell(clerk, walk.case, "oral_application",
                  {"oral_application_said": "双方共同申请确认，称系自愿达成。", "oral_application_together": True})
    walk.work()
    assert walk.case.confirmation == "applied" and "称系自愿达成" in walk.printed("oral_application")
    assert "review_application_court" in walk.open() and "join_restored" not in walk.open()


def test_who_performs_all_while_asked_again_is_asked_no_more(some_joined):
    walk = some_joined
    walk.do("note_performance", performed="fully", on=clock.today().isoformat())
    assert walk.case.confirmation == "performed" and "join_restored" not in walk.open()
    assert "confirmation_moot" in db.session.scalars(select(Notice.template).where(Notice.case_id == walk.case_id)).all()


def taken_back(walk) -> None:
    """Both apply within the extended term; one takes it back, and the court allows that."""
    for _one in range(2):
        walk.do("join_restored", joins="yes", truthful=True)
    walk.do("review_application_court", decision="accepted", both_present=True)
    first = next(person for person in walk.case.participants if person.role == "party" and not person.body_id)
    with transaction():
        acts.tell(Actor.of_party(walk.link(first.id), first), walk.case, "confirmation_withdrawal", {"reason": "还要商量"})
    walk.work()
    walk.do("decide_withdrawal", withdrawal_decision="allowed")
    assert walk.case.confirmation == "withdrawn" and walk.open().count("apply_again_restored") == 2


def test_an_application_taken_back_in_the_extended_term_may_be_made_again_before_it_is_over(asked_again):
    walk = asked_again
    taken_back(walk)
    walk.pass_time(days=5)
    for _one in range(2):
        walk.do("apply_again_restored", joins="yes", truthful=True)
    assert walk.case.confirmation == "applied" and "review_application_court" in walk.open()


def test_an_application_taken_back_in_the_extended_term_is_not_offered_when_it_is_over(asked_again):
    walk = asked_again
    taken_back(walk)
    walk.pass_time(days=12)
    assert "apply_again_restored" not in walk.open() and walk.case.confirmation == "withdrawn"
    assert "review_application_court" not in walk.open()


def test_nobody_who_joins_within_the_extended_term_lets_it_lapse(asked_again):
    walk = asked_again
    walk.do("join_restored", joins="yes", truthful=True)
    walk.pass_time(days=12)
    assert walk.case.confirmation == "lapsed" and "join_restored" not in walk.open()
    assert not facts.of(walk.case_id)["confirmation_asked_again"]
