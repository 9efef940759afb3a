"""The judge's clocks of 15, 25 and 30 days: asked for, approved, seen to, and what happens when nobody acts."""

import pytest
from sqlalchemy import select

from engine import clock
from engine.access.policy import visible
from engine.cases.models import Case
from engine.db import db
from engine.deadlines.models import Deadline
from engine.workflow.models import UserTask
from tests.journeys.test_after_a_rejection import applied
from tests.journeys.walking import VERIFIED

pytestmark = pytest.mark.db


def seen_by(walk, login: str) -> int | None:
    return db.session.scalar(select(Case.id).where(visible(walk.world.actor(login), Case)))


def running(walk) -> set[str]:
    """The terms that run now; each once."""
    db.session.expire_all()
    found = list(db.session.scalars(select(Deadline.term).where(Deadline.case_id == walk.case_id, Deadline.status == "running")))
    court = [term for term in found if term.startswith("T16")]
    assert len(court) == len(set(court)), found
    return set(court)


def test_a_review_that_takes_too_long_goes_to_the_court_president(refer):
    walk = refer()
    applied(walk)
    assert running(walk) == {"T16", "T16b"} and seen_by(walk, "president") is None

    walk.pass_time(days=18)
    assert "extend_review" in walk.open() and seen_by(walk, "president") is None
    walk.do("extend_review", extended="yes", extension_reason="需要核实第三人的权利")
    assert seen_by(walk, "president") == walk.case_id, "the president sees what was put before them"
    walk.do("approve_extension", approved="yes", approval_reason="同意")
    assert running(walk) == {"T16c", "T16b"}

    walk.pass_time(days=20)
    assert {"supervise_ruling", "approve_overrun"} <= set(walk.open())
    walk.do("supervise_ruling", supervision="三日内裁定")
    walk.do("hurry_ruling", overrun_reason="等待核实")
    walk.do("verify_together", **VERIFIED)
    judging = db.session.scalar(select(UserTask).where(UserTask.element == "decide_confirmation"))
    assert judging.term == "T16b" and judging.due_at < clock.now(), "the judge reads that it is overdue"
    walk.do("decide_confirmation", decision="confirmed")
    assert walk.case.confirmation == "confirmed" and "approve_overrun" not in walk.open() and running(walk) == set()
