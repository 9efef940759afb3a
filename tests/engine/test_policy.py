"""The rights by which a person is related to a case, asked by a query that is kept for the next time."""

from dataclasses import replace

import pytest

from engine.access.models import Role
from engine.access.permissions import Permission
from engine.access.policy import may, require, sees
from engine.db import db, transaction
from engine.errors import Forbidden, NotFound
from tests import factories


@pytest.fixture
def case(world):
    with transaction():
        return factories.case(court_id=world.court.id, organisation_id=world.organisation.id)


def both(world, *roles):
    """A clerk of the court and a coordinator of an organisation that has nothing to do with the case."""
    bodies = {Role.CLERK: world.court.id, Role.COORDINATOR: world.other_organisation.id}
    return replace(world.actor("clerk"), roles={role: frozenset({bodies[role]}) for role in roles})


@pytest.mark.parametrize("roles", [(Role.CLERK, Role.COORDINATOR), (Role.COORDINATOR, Role.CLERK)])
def test_only_the_roles_that_relate_somebody_to_the_case_count_whatever_their_order(world, case, roles):
    for actor in (both(world, *reversed(roles)), both(world, *roles)):
        assert may(actor, Permission.CASE_MESSAGE, case)  # a clerk's
        assert not may(actor, Permission.AGREEMENT_SEAL, case)  # a coordinator's
        with pytest.raises(Forbidden):
            require(actor, Permission.AGREEMENT_SEAL, case)


def test_roles_that_are_taken_away_do_not_live_on_in_a_kept_query(world, case):
    actor = world.actor("clerk")
    assert sees(actor, case)
    for roles in ({}, {Role.CLERK: frozenset({world.other_court.id})}):
        with pytest.raises(NotFound):
            require(replace(actor, roles=roles), Permission.CASE_READ, case)


def test_a_mediator_loses_the_case_with_the_appointment(world, case):
    actor = world.actor("mediator")
    with transaction():
        db.session.merge(case).mediator_id = world.mediator.id
        assert may(actor, Permission.SESSION_HOLD, case)
        db.session.merge(case).mediator_id = world.other_mediator.id
        assert not sees(actor, case)
