"""A case at the start of its way."""

import pytest

from engine.cases import intake
from engine.courts.models import CourtProfile
from engine.db import db, transaction
from tests import personas
from tests.journeys.walking import Walk


@pytest.fixture
def refer(world, shipped):
    """Let the court refer a case; its judges work in our inbox unless told otherwise."""
    def refer(decides_here=True, **changes) -> Walk:
        with transaction():
            db.session.get(CourtProfile, world.court.id).decides_here = decides_here
            case = intake.accept(world.actor("court_system"), personas.referral(**changes))
        return Walk(world, case)
    return refer


@pytest.fixture
def apply(world, shipped):
    """Let the bank apply to the organisation itself."""
    def apply(**changes) -> Walk:
        with transaction():
            case = intake.apply(world.actor("handler"), personas.referral(court_number=None, **changes))
        return Walk(world, case)
    return apply
