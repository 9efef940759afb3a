"""A case at the start of its way."""

import pytest

from engine.cases import intake
from engine.cases.models import Case
from engine.courts.models import CourtProfile
from engine.db import db, transaction
from tests import personas
from tests.journeys.walking import Walk
from tests.trodden import way


@pytest.fixture
def refer(world, shipped):
    """Let the court refer a case; its judges work in our inbox unless told otherwise."""
    def refer(decides_here=True, **changes) -> Walk:
        def referred() -> int:
            with transaction():
                db.session.get(CourtProfile, world.court.id).decides_here = decides_here
                return intake.accept(world.actor("court_system"), personas.referral(**changes)).id

        return Walk(world, db.session.get(Case, way.leg(referred, "refer", decides_here, repr(changes))))
    return refer


@pytest.fixture
def apply(world, shipped):
    """Let the consumer apply to the organisation."""
    def apply(**changes) -> Walk:
        with way.step("apply", repr(changes)), transaction():
            case = intake.apply(personas.consumer(), personas.referral(court_number=None, **changes))
        return Walk(world, case)
    return apply


@pytest.fixture
def apply_as_bank(world, shipped):
    """Let the bank apply to the organisation itself."""
    def apply(**changes) -> Walk:
        with way.step("apply as bank", repr(changes)), transaction():
            case = intake.apply(world.actor("handler"), personas.application(**changes), "api")
        return Walk(world, case)
    return apply
