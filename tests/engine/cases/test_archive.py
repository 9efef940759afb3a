"""A closed case is put away when nothing of it goes on; then it is only read, whoever asks, until it is taken out."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import clock, config
from engine.access.permissions import READING, ROLE_PERMISSIONS, Permission
from engine.access.policy import CaseArchived, may, require
from engine.cases import archive, outcomes
from engine.cases.models import Case
from engine.db import db, transaction
from engine.errors import Forbidden, Invalid, NotFound
from engine.workflow import incidents
from engine.workflow.models import TraceEntry
from tests import factories
from workers import archive as duty

LONG = timedelta(days=config.Settings().archive_days, minutes=1)


@pytest.fixture
def closed(world):
    """A case that was closed just now."""
    with transaction():
        case = factories.case(court_id=world.court.id, organisation_id=world.organisation.id, mediator_id=world.mediator.id)
        factories.participant(case, side="respondent", name=world.bank.name, body_id=world.bank.id)
        outcomes.close(case)
    return case


@pytest.fixture
def archived(closed):
    clock.move(LONG)
    assert duty.put_away() == 1
    return again(closed)


def again(case) -> Case:
    db.session.expire_all()
    return db.session.get(Case, case.id)


def test_it_is_put_away_after_its_time_and_its_history_says_so(closed):
    assert (duty.put_away(), again(closed).archived_at) == (0, None)
    clock.move(LONG)
    assert (duty.put_away(), duty.put_away()) == (1, 0)
    assert again(closed).archived_at is not None
    assert "case_archived" in set(db.session.scalars(select(TraceEntry.event).where(TraceEntry.case_id == closed.id)))


def test_what_still_needs_a_person_is_not_put_away(closed):
    with transaction():
        incidents.report("case 1", "not_started", "x", closed.id)
    clock.move(LONG)
    assert (duty.put_away(), again(closed).archived_at) == (0, None)


def test_what_began_again_since_it_was_found_stays(closed):
    clock.move(LONG)
    assert list(archive.due()) == [closed.id]
    with transaction():
        incidents.report("case 1", "not_started", "x", closed.id)
    with transaction():
        assert not archive.put_away(closed.id)
    assert again(closed).archived_at is None


@pytest.mark.parametrize("name", ["clerk", "coordinator", "mediator", "handler"])
def test_whoever_worked_on_it_only_reads_it(world, archived, name):
    role = {"handler": "institution_handler"}.get(name, name)
    actor = world.actor(name)
    for permission in ROLE_PERMISSIONS[role]:
        assert may(actor, permission, archived) == (permission in READING), permission
        if permission not in READING:
            with pytest.raises(CaseArchived):
                require(actor, permission, archived)
    assert may(actor, Permission.CASE_READ, archived)


def test_nobody_learns_more_by_it(world, archived):
    for name, refusal in (("outsider", NotFound), ("judge", NotFound), ("handler", Forbidden)):
        with pytest.raises(refusal):
            require(world.actor(name), Permission.CASE_STEER, archived)


def test_the_courts_system_writes_nothing_into_it_either(world, archived):
    with pytest.raises(CaseArchived):
        require(world.actor("court_system"), Permission.CASE_MESSAGE, archived)
    require(world.actor("court_system"), Permission.CASE_READ, archived)


def test_it_is_taken_out_for_a_reason_and_goes_back_later(world, archived):
    closed_at = archived.closed_at
    with pytest.raises(Invalid), transaction():
        archive.take_out(archived, "operator", " ")
    with transaction():
        archive.take_out(again(archived), "operator", "第三人提出异议")
    assert again(archived).closed_at == closed_at, "a case was closed when it was"
    assert duty.put_away() == 0
    assert may(world.actor("coordinator"), Permission.CASE_NOTE, again(archived))
    with pytest.raises(archive.NotInTheArchive), transaction():
        archive.take_out(again(archived), "operator", "再来一次")
    clock.move(LONG)
    assert duty.put_away() == 1
