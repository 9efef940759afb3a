"""The court reads minutes only when two of its people want it so, for a day, and the case's record says it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.models import Role, RoleGrant
from engine.cases.models import Case
from engine.db import db, transaction
from engine.errors import Forbidden, NotFound
from engine.mediation.models import MediationSession
from engine.oversight import wall
from engine.workflow.models import TraceEntry
from tests import factories

REASON = "两案当事人、代理人与还款账户相同，陈述几乎一字不差。"


@pytest.fixture
def mediated(world):
    """A case of the court with closed minutes, and others still being written."""
    with transaction():
        case = factories.case(court_id=world.court.id, organisation_id=world.organisation.id, mediator_id=world.mediator.id)
        for number, minutes, frozen_at in ((1, "双方一致陈述。", clock.now()), (2, "还在写。", None)):
            factories.added(MediationSession(case_id=case.id, room=f"room-{number}", mode="video", planned_at=clock.now(),
                                             minutes=minutes, minutes_frozen_at=frozen_at))
    return case


@pytest.fixture
def asked(world, mediated):
    with transaction():
        return wall.ask(world.actor("clerk"), mediated, REASON).id


def allow(world, opening_id, allowed=True, by="president"):
    db.session.expire_all()
    with transaction():
        return wall.answer(world.actor(by), opening_id, allowed)


def texts(world, case, name="clerk") -> list[str]:
    db.session.expire_all()
    with transaction(write=False):
        return [session.minutes for session in wall.minutes(world.actor(name), db.session.get(Case, case.id))]


def test_nothing_is_read_before_the_president_allowed_it(world, mediated, asked):
    with pytest.raises(NotFound):
        texts(world, mediated)
    with transaction(write=False):
        assert [row.reason for row in wall.requests(world.actor("president"))] == [REASON]
        assert wall.waiting(world.actor("president")) == 1 and wall.waiting(world.actor("clerk")) == 0


def test_whoever_asked_reads_closed_minutes_for_a_day(world, mediated, asked):
    allow(world, asked)
    assert texts(world, mediated) == ["双方一致陈述。"]
    clock.move(timedelta(hours=24, minutes=1))
    with pytest.raises(NotFound):
        texts(world, mediated)


def test_the_record_of_the_case_says_who_opened_it_and_who_asked(world, mediated, asked):
    allow(world, asked)
    with transaction(write=False):
        told = {row.event: row.actor for row in db.session.scalars(select(TraceEntry).where(TraceEntry.case_id == mediated.id))}
        assert told == {"wall_asked": world.clerk.name, "wall_opened": world.president.name}
        assert [row.asked_by_id for row in wall.of_case(mediated.id)] == [world.clerk.id]


def test_a_refusal_and_silence_open_nothing(world, mediated, asked):
    allow(world, asked, allowed=False)
    with pytest.raises(NotFound):
        texts(world, mediated)
    with transaction():
        again = wall.ask(world.actor("clerk"), db.session.get(Case, mediated.id), REASON).id
    clock.move(timedelta(hours=24, minutes=1))
    with pytest.raises(wall.AlreadyAnswered):
        allow(world, again)
    with transaction(write=False):
        assert wall.of_case(mediated.id) == []


def test_nobody_allows_what_they_asked_for(world, mediated, asked):
    with transaction():
        db.session.add(RoleGrant(user_id=world.clerk.id, role=Role.COURT_PRESIDENT, body_id=world.court.id))
    with pytest.raises(wall.OwnRequest):
        allow(world, asked, by="clerk")


def test_only_the_courts_own_president_answers(world, mediated, asked):
    with transaction():
        factories.user("别院院长", Role.COURT_PRESIDENT, world.other_court, login="elsewhere")
    for name, refusal in (("judge", Forbidden), ("coordinator", Forbidden), ("admin", Forbidden)):
        with pytest.raises(refusal):
            allow(world, asked, by=name)
    elsewhere = db.session.scalar(select(RoleGrant).where(RoleGrant.body_id == world.other_court.id)).user
    with pytest.raises(NotFound), transaction():
        wall.answer(type(world.actor("clerk")).of_user(elsewhere), asked, True)


def test_it_is_asked_once_and_with_a_reason(world, mediated, asked):
    for reason, refusal in (("太短", wall.ReasonMissing), ("长" * 1001, wall.ReasonMissing), (REASON, wall.AlreadyAsked)):
        with pytest.raises(refusal), transaction():
            wall.ask(world.actor("clerk"), db.session.get(Case, mediated.id), reason)


def test_it_opens_to_the_asker_alone_and_ends_with_the_role(world, mediated, asked):
    allow(world, asked)
    for name, refusal in (("judge", NotFound), ("coordinator", Forbidden), ("handler", NotFound), ("mediator", Forbidden)):
        with pytest.raises(refusal):
            texts(world, mediated, name)
    with transaction():
        db.session.delete(db.session.scalar(select(RoleGrant).where(RoleGrant.user_id == world.clerk.id)))
    with pytest.raises((NotFound, Forbidden)):
        texts(world, mediated)


def test_it_can_be_closed_before_the_day_is_over(world, mediated, asked):
    allow(world, asked)
    with transaction():
        wall.close(world.actor("clerk"), db.session.get(Case, mediated.id))
    with pytest.raises(NotFound):
        texts(world, mediated)
