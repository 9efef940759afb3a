"""While everybody is asked again, the thirty days extended by the court: they may also apply in words, or perform all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.actor import Actor
from engine.cases import facts
from engine.db import db, transaction
from engine.inbox.asking import acts, wishes
from engine.notices.models import Notice
from engine.workflow import starts, versions
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
