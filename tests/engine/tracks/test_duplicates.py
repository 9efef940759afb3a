"""Perhaps one dispute brought twice: the same people, whichever side came; not everybody who quarrels with the same bank."""

import pytest

from engine.db import transaction
from engine.tracks import groups
from tests import factories

pytestmark = pytest.mark.db
WANG, LI, BANK = "11010519491231002X", "11010119900307889X", "91350100M000100Y43"


def brought(world, by: str, id_number: str, other: str, cause: str = "110.2"):
    case = factories.case(institution_id=world.bank.id, cause_code=cause)
    factories.participant(case, by, "某人", id_type="resident_id", id_number=id_number)
    factories.participant(case, other, "京华银行股份有限公司", kind="legal", id_type="credit_code", id_number=BANK,
                          body_id=world.bank.id)
    return case


def test_the_institution_they_have_in_common_makes_no_two_cases_the_same(world):
    with transaction():
        first = brought(world, "applicant", WANG, "respondent")
        turned = brought(world, "respondent", WANG, "applicant")
        others = brought(world, "respondent", LI, "applicant")
        brought(world, "applicant", WANG, "respondent", cause="110.4")
        assert groups.duplicates(first) == [turned] and groups.duplicates(turned) == [first]
        assert groups.duplicates(others) == []
