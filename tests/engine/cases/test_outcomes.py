"""Why a case ended: in the words of who wrote it, and where nobody did, in the reader's language."""

import pytest

from engine.cases import outcomes
from engine.cases.models import Closing


@pytest.mark.parametrize("outcome", sorted(outcomes.SUCCESSFUL))
def test_an_end_that_everybody_wanted_has_its_reason_in_both_languages(outcome):
    ours, in_english = outcomes.REASONS[outcome]
    closing = Closing(outcome=outcome, reason=ours)
    assert (outcomes.reason(closing, "zh"), outcomes.reason(closing, "en")) == (ours, in_english)
    assert in_english.isascii() and not ours.isascii()


def test_what_somebody_wrote_is_told_as_they_wrote_it():
    closing = Closing(outcome="O11", reason="双方差距过大")
    assert outcomes.reason(closing, "en") == "双方差距过大"
