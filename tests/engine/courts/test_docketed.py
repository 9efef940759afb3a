"""How a court ends a docketed case: on record, with its fee; a letter in force can be enforced."""

from decimal import Decimal

import pytest

from engine import clock
from engine.access.models import Body
from engine.cases.models import Case
from engine.courts import applications, docketed, messages
from engine.db import db, transaction
from tests import factories

pytestmark = pytest.mark.db


@pytest.fixture
def entrusted(world):
    """A docketed case of 200,000 yuan in the ordinary procedure."""
    with transaction():
        case = factories.case(regime="B", court_id=world.court.id, court_number="（2025）沪0115民初816号", procedure="ordinary",
                              amount=Decimal("200000.00"))
    return case.id


def end(case_id, ending, **more):
    with transaction():
        return docketed.end(db.session.get(Case, case_id), ending, "沈秋白", **more).kind


@pytest.mark.parametrize("ending, procedure, fee", [  # 4,300 in full (Fees Art. 13), halved once (Arts. 15, 16)
    ("withdrawal", "ordinary", "2150.00"), ("withdrawal", "simplified", "2150.00"), ("mediation_letter", "ordinary", "2150.00"),
    ("trial", "ordinary", "4300.00"), ("trial", "simplified", "2150.00"), ("performed", "ordinary", None),
    ("deemed_withdrawn", "ordinary", None),
])
def test_the_fee_follows_the_ending_and_the_procedure(entrusted, ending, procedure, fee):
    case = db.session.get(Case, entrusted)
    case.procedure = procedure
    assert docketed.fee_of(case, ending) == (None if fee is None else Decimal(fee))


def test_an_entrustment_during_trial_ends_in_the_trial_being_resumed(entrusted):
    with transaction():
        db.session.get(Case, entrusted).during_trial = True
    assert end(entrusted, "trial", reason="未达成协议") == "trial_resumed"  # Online-Med 21(3)


def test_only_docketed_cases_end_so_and_only_in_known_ways(world, entrusted):
    with transaction():
        other = factories.case(regime="A", court_id=world.court.id).id
    with pytest.raises(docketed.NotDocketed):
        end(other, "withdrawal")
    with pytest.raises(docketed.EndingUnknown):
        end(entrusted, "forgotten")


def test_a_letter_is_a_basis_for_enforcement_once_all_have_signed_for_it(world, entrusted):
    end(entrusted, "mediation_letter")
    assert docketed.letter_in_force(entrusted) is None
    end(entrusted, "mediation_letter", in_force_at=clock.now())
    case = db.session.get(Case, entrusted)
    assert docketed.letter_in_force(entrusted).number == case.court_number
    assert applications.courts_for(case, "enforcement")[0].court == db.session.get(Body, world.court.id)


def test_a_letter_for_a_part_stays_in_force_when_the_rest_goes_to_trial(entrusted):
    end(entrusted, "mediation_letter", in_force_at=clock.now())
    end(entrusted, "trial")
    assert docketed.of_case(entrusted).kind == "trial" and docketed.letter_in_force(entrusted) is not None


def test_the_court_is_told_the_regime_and_the_ending(entrusted):
    assert messages.outcome(db.session.get(Case, entrusted))["data"]["ending"] is None
    end(entrusted, "withdrawal")
    told = messages.outcome(db.session.get(Case, entrusted))["data"]
    assert (told["regime"], told["ending"]["kind"], told["ending"]["fee"]) == ("B", "withdrawal", "2150.00")
