"""A term becomes longer by the parties' consents to exactly this extension."""

from types import SimpleNamespace

import pytest

from engine.db import db, transaction
from engine.deadlines import clocks
from engine.mediation import consent
from engine.operations.extend_deadline import ExtendDeadline
from engine.operations.operation import Rejected
from tests import factories


@pytest.fixture
def parties(case):
    """Both sides of a case whose thirty days run."""
    with transaction():
        clocks.start(case.id, None, "T06")
        return [factories.participant(case, "applicant", "王小明"),
                factories.participant(case, "respondent", "海东银行", kind="legal")]


def agree(*people):
    with transaction():
        for person in people:
            consent.record(db.session.merge(person), "extension", True, "", "link", person.name)


def extend(case, days):
    with transaction():
        call = SimpleNamespace(case_id=case.id, inputs={"term": "T06", "days": days, "reason": "核对账目", "asked_by": "李调解"})
        return ExtendDeadline().record({}, call)["due_at"]


def test_a_yes_to_an_earlier_extension_is_none_to_the_next(case, parties):
    applicant, respondent = parties
    agree(applicant, respondent)
    first = extend(case, 10)

    agree(applicant)
    with pytest.raises(Rejected, match="海东银行"):
        extend(case, 10)

    agree(applicant, respondent)
    assert extend(case, 10) > first
