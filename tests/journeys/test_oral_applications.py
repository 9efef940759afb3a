"""Both sides take their agreement to a competent court and apply in words, also in a case that no court ever had (CPL 205(2))."""

import pytest
from sqlalchemy import select

from engine.access.policy import sees
from engine.db import db, transaction
from engine.documents.models import Document
from engine.errors import Forbidden, Invalid
from engine.inbox.asking import oral_applications
from engine.mediation import agreement
from tests.journeys.walking import VERIFIED

pytestmark = pytest.mark.db
SAID = {"oral_application_said": "双方共同申请确认，称系自愿达成。", "oral_application_together": True}


@pytest.fixture
def agreed(apply):
    """An organisation's own case whose agreement has taken effect."""
    walk = apply()
    walk.do("review_application", decision="accept")
    walk.to_mediation_once_accepted()
    walk.to_result("agreement_full")
    walk.to_signing()
    walk.to_effect()
    return walk


def told(walk) -> dict:
    made = agreement.in_effect(walk.case_id)
    return SAID | {"agreement_code": db.session.get(Document, made.document_id).check_code}


def apply_at(walk, who: str, answers: dict) -> None:
    with transaction():
        oral_applications.record(walk.world.actor(who), answers)
    walk.work()


def test_a_competent_court_writes_down_what_both_say_of_a_case_it_never_had(agreed):
    clerk = agreed.world.actor("clerk")
    assert agreed.case.court is None and not sees(clerk, agreed.case)

    apply_at(agreed, "clerk", told(agreed))

    assert "review_application_court" in agreed.open() and "join_application" not in agreed.open()
    assert sees(clerk, agreed.case) and "称系自愿达成" in agreed.printed("oral_application")
    agreed.do("review_application_court", by="clerk", decision="accepted", both_present=True)
    agreed.do("verify_together", by="judge", **VERIFIED)
    with pytest.raises(Invalid) as refused:
        apply_at(agreed, "clerk", told(agreed))
    assert refused.value.problems[0]["code"] == "closed", "one application at a time"


def test_nobody_learns_anything_by_a_code_that_is_none_or_at_a_court_that_is_not_competent(agreed):
    minutes = db.session.scalar(select(Document.check_code).where(Document.kind == "session_minutes"))
    for code in ("AAAA-AAAA", minutes):
        with pytest.raises(Invalid) as refused:
            apply_at(agreed, "clerk", SAID | {"agreement_code": code})
        assert refused.value.problems[0]["code"] == "unknown"
    with pytest.raises(Forbidden):
        apply_at(agreed, "coordinator", told(agreed))
    with pytest.raises(Invalid):
        apply_at(agreed, "clerk", told(agreed) | {"oral_application_together": False})
    assert not sees(agreed.world.actor("clerk"), agreed.case) and "join_application" in agreed.open()
