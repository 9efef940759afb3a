"""Notice before a session: three days, or the express consent of everybody to less (特邀调解规定 14); and T19 after a default."""

from datetime import timedelta

from sqlalchemy import select

from engine import clock
from engine.db import db
from engine.deadlines.models import Deadline
from engine.mediation import sessions


def plan(walk, **ahead):
    walk.do("plan_session", planned_at=(clock.now() + timedelta(**ahead)).isoformat(), mode="on_site", place="一号室")


def test_a_session_in_three_days_is_announced_at_once(refer):
    walk = refer()
    walk.to_mediation()
    plan(walk, days=3)

    assert walk.open() == ["hold_session"]


def test_less_notice_needs_everybodys_yes(refer):
    walk = refer()
    walk.to_mediation()
    plan(walk, days=1)
    assert walk.open() == ["agree_short_notice"] * 2 and sessions.of_case(walk.case_id) == []

    walk.do("agree_short_notice", agrees_short_notice="yes")
    walk.do("agree_short_notice", agrees_short_notice="yes")

    assert walk.open() == ["hold_session"]


def test_one_no_or_silence_leads_to_another_time(refer):
    walk = refer()
    walk.to_mediation()
    plan(walk, days=1)
    walk.do("agree_short_notice", agrees_short_notice="no")
    assert walk.open() == ["plan_session"] and sessions.of_case(walk.case_id) == []

    plan(walk, days=1)
    walk.do("agree_short_notice", agrees_short_notice="yes")
    walk.pass_time(days=4)

    assert walk.open() == ["plan_session"]
    missed = db.session.scalar(select(Deadline).where(
        Deadline.case_id == walk.case_id, Deadline.term == "TSHORT", Deadline.status == "missed"))
    assert missed is not None
