"""Opening one case after another is noticed, told once, and told of nobody who only works."""

from datetime import timedelta

from sqlalchemy import select

from engine import clock
from engine.audit import notes
from engine.db import db, transaction
from engine.workflow import incidents
from engine.workflow.models import Incident
from workers import vigil


def opened(world, name, count, again=1):
    """So many cases, each as often."""
    with transaction():
        for number in range(count * again):
            notes.note(world.actor(name), "cases.show", "number", "", case_id=number % count + 1, outcome="opened")


def told() -> list[tuple]:
    return [(row.subject, row.kind) for row in db.session.scalars(select(Incident).where(Incident.resolved_at.is_(None)))]


def test_many_cases_within_an_hour_are_told_once(world):
    opened(world, "clerk", vigil.CASES)
    opened(world, "coordinator", vigil.CASES - 1, again=2)
    assert (vigil.look(), vigil.look()) == (1, 0)
    assert told() == [(f"account {world.clerk.id}", "many_cases_opened")]
    assert db.session.scalar(select(Incident.detail)) == f"clerk opened {vigil.CASES} different cases within an hour."


def test_what_was_looked_into_is_told_again_only_after_new_openings(world):
    opened(world, "clerk", vigil.CASES)
    vigil.look()
    with transaction():
        incidents.resolve(db.session.scalar(select(Incident)), "admin", "Their work.")
    assert (vigil.look(), told()) == (0, [])
    clock.move(timedelta(hours=1, minutes=1))
    assert vigil.look() == 0
    opened(world, "clerk", vigil.CASES)
    assert vigil.look() == 1


def test_many_parties_seen_in_full_are_told(world):
    with transaction():
        for number in range(vigil.REVEALED):
            notes.note(world.actor("mediator"), vigil.REVEAL, "participant", number)
        notes.note(world.actor("handler"), vigil.REVEAL, "participant", 1, outcome="refused")
    assert vigil.look() == 1 and told() == [(f"account {world.mediator.id}", "many_revealed")]
